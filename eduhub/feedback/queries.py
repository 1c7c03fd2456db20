"""Reading feedback: what everybody may see, one's own, and what waits for editors."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from eduhub.accounts.models import Person
from eduhub.core.db import db
from eduhub.core.web import Page
from eduhub.feedback.models import Feedback, State
from eduhub.feedback.rules import Closed, Sums, sums
from eduhub.lessons import history
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.rules import version_key

PAGE_SIZE = 20

HAS_WORDS = or_(Feedback.changed != "", Feedback.support != "", Feedback.problem != "")
OPEN_PROBLEM = and_(Feedback.problem != "", Feedback.state == State.PUBLISHED, Feedback.answered_at.is_(None))


class Shelf(StrEnum):
    """Which feedback editors look through."""

    WAITING = "waiting"
    PROBLEMS = "problems"
    DECIDED = "decided"


WANTED: dict[Shelf, ColumnElement[bool]] = {
    Shelf.WAITING: Feedback.state == State.WAITING,
    Shelf.PROBLEMS: OPEN_PROBLEM,
    Shelf.DECIDED: and_(Feedback.state != State.WAITING, HAS_WORDS),
}


@dataclass(frozen=True)
class Counts:
    """How much waits for editors."""

    waiting: int
    problems: int


def counts() -> Counts:
    """How many words wait to be read, and how many problems to be answered."""
    waiting, problems = db.session.execute(
        select(func.count().filter(WANTED[Shelf.WAITING]), func.count().filter(WANTED[Shelf.PROBLEMS]))
    ).one()
    return Counts(waiting, problems)


def own(person_id: UUID, version_id: UUID) -> Feedback | None:
    """What somebody said of a version."""
    return db.session.scalar(
        select(Feedback).where(Feedback.person_id == person_id, Feedback.lesson_version_id == version_id)
    )


def all_own(person_id: UUID) -> list[Feedback]:
    """All that somebody said, newest first."""
    statement = _with_versions().where(Feedback.person_id == person_id)
    return list(db.session.scalars(statement.order_by(Feedback.told_at.desc(), Feedback.id)))


def by_id(feedback_id: UUID) -> Feedback | None:
    """One feedback, for editors."""
    return db.session.scalar(_with_versions().where(Feedback.id == feedback_id))


def _with_versions() -> Select[Feedback]:
    return (
        select(Feedback)
        .join(LessonVersion, LessonVersion.id == Feedback.lesson_version_id)
        .options(contains_eager(Feedback.lesson_version), joinedload(Feedback.mended_in))
    )


def shelf(which: Shelf, page: int) -> Page[Feedback]:
    """What editors look through: the oldest first where something is to be done, else the newest."""
    order = Feedback.told_at.desc() if which is Shelf.DECIDED else Feedback.told_at
    return _page(_with_versions().where(WANTED[which]).order_by(order, Feedback.id), page)


def said_of(lesson_id: UUID, page: int) -> Page[Feedback]:
    """The published words about any version of a lesson, newest first."""
    published = and_(LessonVersion.lesson_id == lesson_id, Feedback.state == State.PUBLISHED, HAS_WORDS)
    statement = _with_versions().where(published)
    return _page(statement.order_by(Feedback.told_at.desc(), Feedback.id), page)


def _page(statement: Select[Feedback], page: int) -> Page[Feedback]:
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    number = min(page, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.scalars(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE))
    return Page(list(rows), number, PAGE_SIZE, total)


def figures_of(lesson_id: UUID) -> dict[str, Sums]:
    """The closed answers counted, by version, newest first."""
    rows = db.session.execute(
        select(LessonVersion.version, Feedback.fit, Feedback.pace, Feedback.took_part, Feedback.minutes)
        .join(LessonVersion, LessonVersion.id == Feedback.lesson_version_id)
        .where(LessonVersion.lesson_id == lesson_id, Feedback.state == State.PUBLISHED)
    )
    found: dict[str, list[Closed]] = {}
    for version, fit, pace, took_part, minutes in rows:
        found.setdefault(version, []).append(Closed(fit, pace, took_part, minutes))
    return {key: sums(found[key]) for key in sorted(found, key=version_key, reverse=True)}


def versions_told(lesson_id: UUID) -> list[str]:
    """The versions of a lesson that can be told about, newest first."""
    rows = db.session.scalars(select(LessonVersion.version).where(LessonVersion.lesson_id == lesson_id))
    return sorted(rows, key=version_key, reverse=True)


def later_versions(feedback: Feedback) -> dict[str, str]:
    """The versions in which what was told can have been mended: id -> number."""
    told = feedback.lesson_version
    rows = db.session.execute(
        select(LessonVersion.id, LessonVersion.version).where(LessonVersion.lesson_id == told.lesson_id)
    )
    later = [(key, number) for key, number in rows if version_key(number) > version_key(told.version)]
    return {str(key): number for key, number in sorted(later, key=lambda one: version_key(one[1]))}


def mended(lesson_id: UUID) -> dict[str, list[tuple[str, str]]]:
    """What was said and answered, by the version in which it was mended: shown in the lesson's history."""
    rows = db.session.execute(
        select(LessonVersion.version, Feedback.problem, Feedback.answer)
        .join(LessonVersion, LessonVersion.id == Feedback.mended_in_id)
        .where(LessonVersion.lesson_id == lesson_id, Feedback.state == State.PUBLISHED)
        .order_by(Feedback.answered_at, Feedback.id)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for version, said, answered in rows:
        found.setdefault(version, []).append((said, answered))
    return found


def any_left_since(before: datetime) -> bool:
    """Whether there is feedback of somebody whose account was closed by then."""
    statement = select(Feedback.id).join(Person, Person.id == Feedback.person_id)
    return db.session.scalar(statement.where(Person.disabled_at < before).limit(1)) is not None


history.MENDED.append(mended)
