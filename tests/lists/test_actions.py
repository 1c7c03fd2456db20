"""Lists on their own: the order of lessons, two people writing at once, and what is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.actions import set_disabled
from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import Base, action, db
from eduhub.core.jobs import sweep
from eduhub.core.web import Problem, StaleVersion
from eduhub.lessons.progression import lesson_at
from eduhub.lists import actions
from eduhub.lists.models import SavedList, SavedListItem
from eduhub.lists.queries import list_by_id
from eduhub.lists.rules import moved
from tests.conftest import People
from tests.lessons.shelf import Told, build_shelf

SLUGS = ("one", "two", "three")


@pytest.mark.parametrize(
    ("one", "by", "after"),
    [("a", 1, "bac"), ("c", -1, "acb"), ("a", -1, "abc"), ("c", 1, "abc"), ("b", 0, "abc"), ("a", 9, "bca")],
)
def test_moved(one: str, by: int, after: str) -> None:
    assert moved("abc", one, by) == list(after)


@pytest.fixture
def lessons(app: Flask, tmp_path: Path) -> list[UUID]:
    build_shelf(tmp_path, **{slug: Told(slug.capitalize()) for slug in SLUGS})
    return [found.id for slug in SLUGS if (found := lesson_at(slug))]


@pytest.fixture
def spring(lessons: list[UUID], people: People) -> UUID:
    made = actions.make_list_with(people.teacher, "Spring", lessons[0], "A note")
    return made.id


def count(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def at_once(app: Flask, *calls: Callable[[], object]) -> list[str]:
    """Call all at the same moment, each in a thread of its own; the facts that were raised."""
    ready, raised = Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        with app.app_context():
            ready.wait()
            try:
                call()
            except Problem as problem:
                raised.append(type(problem).__name__)

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return raised


def test_lessons_added_at_once_are_all_kept(app: Flask, spring: UUID, lessons: list[UUID]) -> None:
    def adding(lesson: UUID) -> Callable[[], object]:
        return lambda: actions.add_lesson(spring, lesson, "")

    raised = at_once(app, *map(adding, [lessons[1], lessons[2], lessons[1]]))
    assert raised == ["Problem"], "the same lesson twice is refused once"
    saved = list_by_id(spring)
    assert saved is not None
    assert {item.lesson_id for item in saved.items} == set(lessons)
    assert [item.position for item in saved.items] == [1, 2, 3]


def test_of_two_changes_at_once_one_is_told(app: Flask, spring: UUID) -> None:
    seen = list_by_id(spring).version  # type: ignore[union-attr]
    raised = at_once(
        app,
        lambda: actions.rename_list(spring, "Summer", seen),
        lambda: actions.rename_list(spring, "Autumn", seen),
    )
    assert raised == [StaleVersion.__name__]


def test_no_more_lists_than_may_be_however_fast(
    app: Flask, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST_LISTS", 2)
    key = people.teacher.id

    def make() -> None:
        actions.make_list(db.session.get_one(Person, key), "Spring")

    assert at_once(app, *[make] * 5) == ["ListFull"] * 3
    assert count(SavedList) == 2


def test_a_list_that_is_gone_is_said_to_be(spring: UUID, lessons: list[UUID]) -> None:
    actions.delete_list(spring, 2)
    assert (count(SavedList), count(SavedListItem)) == (0, 0)
    with pytest.raises(Problem, match="This list was deleted"):
        actions.add_lesson(spring, lessons[1], "")


def test_shared_only_by_a_token(spring: UUID) -> None:
    @action
    def share_without() -> None:
        db.session.get_one(SavedList, spring).is_shared = True

    with pytest.raises(IntegrityError, match="shared_by_token"):
        share_without()


# What is forgotten.


def after(**time: int) -> None:
    with time_machine.travel(now() + timedelta(**time)):
        sweep()


def test_lists_go_a_month_after_the_account_was_closed(spring: UUID, people: People) -> None:
    elsewhere = actions.make_list(people.teacher_elsewhere, "Mine").id
    after(days=400)
    assert count(SavedList) == 2
    set_disabled(people.teacher, disabled=True, actor=people(Role.ADMINISTRATOR))
    after(days=29, hours=23)
    assert count(SavedList) == 2
    after(days=30, minutes=1)
    assert list_by_id(spring) is None
    assert (count(SavedList), count(SavedListItem)) == (1, 0)
    assert list_by_id(elsewhere) is not None


def test_somebody_who_is_let_in_again_in_time_finds_them(spring: UUID, people: People) -> None:
    administrator = people(Role.ADMINISTRATOR)
    set_disabled(people.teacher, disabled=True, actor=administrator)
    set_disabled(people.teacher, disabled=False, actor=administrator)
    after(days=60)
    assert list_by_id(spring) is not None


def test_lists_go_with_the_person(people: People) -> None:
    @action
    def newcomer() -> Person:
        person = Person(email="una@school.example", name="Una", password_hash="none", created_at=now())
        db.session.add(person)
        return person

    @action
    def erase(person: Person) -> None:
        db.session.execute(delete(Person).where(Person.id == person.id))

    person = newcomer()
    actions.make_list(person, "Mine")
    erase(person)
    assert count(SavedList) == 0
