"""Reading lists: one's own, and one that somebody shares by a link."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from eduhub.accounts.models import Person
from eduhub.core.db import db
from eduhub.lessons.models import Lesson, Status
from eduhub.lessons.queries import choices_for_planning, label_for_planning
from eduhub.lists.models import SavedList, SavedListItem

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def lists_of(person_id: UUID) -> list[tuple[SavedList, int]]:
    """Somebody's lists by name, each with how many lessons are in it."""
    count = select(func.count()).where(SavedListItem.list_id == SavedList.id).scalar_subquery()
    rows = db.session.execute(
        select(SavedList, count)
        .where(SavedList.person_id == person_id)
        .order_by(func.lower(SavedList.name), SavedList.id)
    )
    return [(saved, total) for saved, total in rows]


def list_by_id(list_id: UUID) -> SavedList | None:
    """A list with its lessons."""
    return db.session.get(SavedList, list_id, options=[selectinload(SavedList.items)])


def lists_with(person_id: UUID, lesson_id: UUID) -> set[UUID]:
    """Which of somebody's lists hold a lesson."""
    statement = (
        select(SavedList.id)
        .join(SavedListItem, SavedListItem.list_id == SavedList.id)
        .where(SavedList.person_id == person_id, SavedListItem.lesson_id == lesson_id)
    )
    return set(db.session.scalars(statement))


def list_by_token(token: str) -> SavedList | None:
    """The list a link leads to, or once led to: whether it is shared now, ``is_open`` knows."""
    if not TOKEN.fullmatch(token):
        return None
    statement = select(SavedList).where(SavedList.share_token == token)
    return db.session.scalar(statement.options(selectinload(SavedList.items), joinedload(SavedList.person)))


def is_open(saved: SavedList) -> bool:
    """Whether a list is shared and its owner's account is in use."""
    return saved.is_shared and saved.person.is_active


Choices = dict[str, str | dict[str, str]]


def lesson_choices(person: Person) -> Choices:
    """Lessons to choose from when planning, by version id: those of one's lists under a heading first, then all."""
    every = choices_for_planning()
    own = {str(row.current_version_id): label_for_planning(row) for row in _listed(person.id)}
    if not own:
        return {**every}
    others = {key: label for key, label in every.items() if key not in own}
    return {"In your lists": own, "All other lessons": others}


def _listed(person_id: UUID) -> Iterable[Lesson]:
    return db.session.scalars(
        select(Lesson)
        .join(SavedListItem, SavedListItem.lesson_id == Lesson.id)
        .join(SavedList, SavedList.id == SavedListItem.list_id)
        .where(SavedList.person_id == person_id, Lesson.status == Status.PUBLISHED)
        .order_by(func.lower(SavedList.name), SavedList.id, SavedListItem.position)
    )


def any_left_since(before: datetime) -> bool:
    """Whether there are lists of somebody whose account was closed by then."""
    closed = Person.disabled_at < before
    statement = select(SavedList.id).join(Person, Person.id == SavedList.person_id).where(closed)
    return db.session.scalar(statement.limit(1)) is not None
