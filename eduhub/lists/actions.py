"""Writing lists. Every change locks the list and checks the version its owner saw, so that two windows lose nothing."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.web import Problem, StaleVersion
from eduhub.lessons.models import Lesson, Status
from eduhub.lists.models import SavedList, SavedListItem
from eduhub.lists.rules import MOST_LESSONS, MOST_LISTS, moved

MOVES = {"up": -1, "down": 1}


class ListFull(Problem):
    """There are as many lists, or lessons in a list, as there may be."""


@action
def make_list(person: Person, name: str) -> SavedList:
    """Make an empty list. Raises ListFull."""
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    count = db.session.scalar(select(func.count()).where(SavedList.person_id == person.id)) or 0
    if count >= MOST_LISTS:
        raise ListFull(f"You have {MOST_LISTS} lists, which is the most. Delete one to make another.")
    saved = SavedList(person_id=person.id, name=name, changed_at=now())
    db.session.add(saved)
    db.session.flush()
    record("make", "saved_list", saved.id, person.id)
    return saved


@action
def make_list_with(person: Person, name: str, lesson_id: UUID, note: str) -> SavedList:
    """Make a list that begins with a lesson. Raises ListFull."""
    saved = make_list(person, name)
    add_lesson(saved.id, lesson_id, note)
    return saved


@action
def add_lesson(list_id: UUID, lesson_id: UUID, note: str) -> SavedList:
    """Put a lesson at the end; needs no version, for it takes nothing from what others see. Raises ListFull."""
    saved = _locked(list_id)
    if db.session.get_one(Lesson, lesson_id).status is not Status.PUBLISHED:
        raise Problem("This lesson is not in use any more: it cannot be added to a list.")
    if any(item.lesson_id == lesson_id for item in saved.items):
        raise Problem(f"This lesson is in “{saved.name}” already.")
    if len(saved.items) >= MOST_LESSONS:
        raise ListFull(
            f"“{saved.name}” holds {MOST_LESSONS} lessons, which is the most. Choose another list."
        )
    last = max((item.position for item in saved.items), default=0)
    saved.items.append(SavedListItem(lesson_id=lesson_id, position=last + 1, note=note))
    _changed(saved, "add")
    return saved


@action
def rename_list(list_id: UUID, name: str, seen: int) -> None:
    """Give a list another name. Raises StaleVersion."""
    saved = _seen(list_id, seen)
    saved.name = name
    _changed(saved, "rename")


@action
def change_item(list_id: UUID, lesson_id: UUID, note: str, seen: int, *, move: str = "") -> None:
    """Keep the note to a lesson, and move the lesson up or down. Raises StaleVersion."""
    saved = _seen(list_id, seen)
    item = _item(saved, lesson_id)
    item.note = note
    for place, one in enumerate(moved(saved.items, item, MOVES.get(move, 0)), 1):
        one.position = place
    _changed(saved, "arrange")


@action
def remove_item(list_id: UUID, lesson_id: UUID, seen: int) -> None:
    """Take a lesson off a list. Raises StaleVersion."""
    saved = _seen(list_id, seen)
    saved.items.remove(_item(saved, lesson_id))
    _changed(saved, "remove")


@action
def delete_list(list_id: UUID, seen: int) -> None:
    """Delete a list with its notes; a link to it leads nowhere then. Raises StaleVersion."""
    saved = _seen(list_id, seen)
    record("delete", "saved_list", saved.id, saved.person_id)
    db.session.delete(saved)


@action
def share_list(list_id: UUID, seen: int, *, shows_owner: bool) -> None:
    """Let whoever has the link read a list; a link taken back never works again. Raises StaleVersion."""
    saved = _seen(list_id, seen)
    if not saved.is_shared:
        saved.share_token = secrets.token_urlsafe(24)
    saved.is_shared, saved.shows_owner = True, shows_owner
    _changed(saved, "share")


@action
def unshare_list(list_id: UUID) -> None:
    """Take the link back, whatever else changed meanwhile."""
    saved = _locked(list_id)
    saved.is_shared = False
    _changed(saved, "unshare")


@action
def forget_lists(before: datetime) -> None:
    """Delete the lists of people whose account was closed by then."""
    closed = select(Person.id).where(Person.disabled_at < before)
    db.session.execute(delete(SavedList).where(SavedList.person_id.in_(closed)))


# Inside an action.


def _locked(list_id: UUID) -> SavedList:
    """The list as it is now, after waiting for whoever else changes it. Raises Problem when it is gone."""
    saved = db.session.scalar(select(SavedList).where(SavedList.id == list_id).with_for_update())
    if saved is None:
        raise Problem("This list was deleted after you opened the page.")
    return saved


def _seen(list_id: UUID, seen: int) -> SavedList:
    saved = _locked(list_id)
    if saved.version != seen:
        raise StaleVersion("You changed this list in another window after you opened this page.")
    return saved


def _item(saved: SavedList, lesson_id: UUID) -> SavedListItem:
    found = next((item for item in saved.items if item.lesson_id == lesson_id), None)
    if found is None:
        raise Problem("That lesson is not in this list any more.")
    return found


def _changed(saved: SavedList, what: str) -> None:
    saved.version += 1
    saved.changed_at = now()
    db.session.flush()
    record(what, "saved_list", saved.id, saved.person_id)
