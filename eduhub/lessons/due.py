"""Which lessons are to be gone through again, and when: for those who keep them. Nothing is withdrawn by a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from eduhub.core.clock import today
from eduhub.core.db import db
from eduhub.lessons.models import Lesson, Status

KINDS = ("education", "health", "police")
PAGE_SIZE = 100
NEVER_SIGNED = Lesson.card["reviewed"].as_boolean().is_(False)


class Band(StrEnum):
    """How soon: past, within so many days, or later but never signed off by anybody."""

    OVERDUE = "overdue"
    DAYS_30 = "30"
    DAYS_60 = "60"
    DAYS_90 = "90"
    NEVER = "never"

    @property
    def days(self) -> int:
        """The threshold at which people are reminded; 0 once it is past."""
        return int(self.value) if self.value.isdigit() else 0


SOON = (Band.DAYS_30, Band.DAYS_60, Band.DAYS_90)
BANDS = {
    Band.OVERDUE: "Overdue",
    Band.DAYS_30: "Due within 30 days",
    Band.DAYS_60: "Due in 31 to 60 days",
    Band.DAYS_90: "Due in 61 to 90 days",
    Band.NEVER: "Due later, and never signed off",
}


def band_of(due: date | None, day: date) -> Band:
    """Where a review date lies, seen from a day. The day itself is not overdue."""
    if due is None:
        return Band.NEVER
    if due < day:
        return Band.OVERDUE
    return next((band for band in SOON if due <= day + timedelta(days=band.days)), Band.NEVER)


@dataclass(frozen=True)
class Due:
    """A lesson that is to be gone through; ``signed`` says on which day each kind of reviewer approved the version."""

    lesson_id: UUID
    slug: str
    title: str
    lang: str
    version: str
    owner: str
    due: date | None
    signed: dict[str, date]
    band: Band

    @property
    def band_number(self) -> int:
        """The place of its band among all."""
        return list(Band).index(self.band)


@dataclass(frozen=True)
class Asked:
    """What of it is looked for: a band, or never signed off; an owner; a kind of reviewer that has not signed."""

    show: str = ""
    owner: str = ""
    unsigned: str = ""

    def holds(self, one: Due) -> bool:
        """Whether a lesson is among what is looked for."""
        shown = not one.signed if self.show == Band.NEVER else one.band == self.show
        return (
            (not self.show or shown)
            and (not self.owner or one.owner == self.owner)
            and (not self.unsigned or self.unsigned not in one.signed)
        )


def due_lessons() -> list[Due]:
    """Published lessons overdue, due within ninety days, or never signed off: the most pressing first."""
    day = today()
    rows = db.session.execute(
        select(Lesson.id, Lesson.slug, Lesson.title, Lesson.card).where(
            Lesson.status == Status.PUBLISHED,
            or_(_due_by(day + timedelta(days=Band.DAYS_90.days)), NEVER_SIGNED),
        )
    )
    found = [_due(key, slug, title, card, day) for key, slug, title, card in rows]
    return sorted(found, key=lambda one: (one.band_number, one.due or date.max, one.title, one.slug))


def _due_by(day: date) -> ColumnElement[bool]:
    by: ColumnElement[str] = Lesson.card["review_by"].as_string()
    return by <= day.isoformat()


def _due(lesson_id: UUID, slug: str, title: str, card: dict[str, Any], day: date) -> Due:
    due = _day(card.get("review_by"))
    signed = {kind: date.fromisoformat(text) for kind, text in card.get("signed", {}).items()}
    owner = card.get("owner", "")
    return Due(lesson_id, slug, title, card["lang"], card["version"], owner, due, signed, band_of(due, day))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def owners(lessons: Iterable[Due]) -> list[str]:
    """Who keeps them up to date, as the lessons themselves say: roles, not people."""
    return sorted({one.owner for one in lessons if one.owner}, key=str.casefold)


def any_due() -> bool:
    """Whether any published lesson is overdue or falls due within ninety days."""
    within = _due_by(today() + timedelta(days=Band.DAYS_90.days))
    statement = select(Lesson.id).where(Lesson.status == Status.PUBLISHED, within)
    return db.session.scalar(statement.limit(1)) is not None


def count_due() -> tuple[int, int]:
    """How many published lessons are overdue, and how many fall due within thirty days."""
    day = today()
    late, soon = (_due_by(day + timedelta(days=days)) for days in (-1, Band.DAYS_30.days))
    overdue, both = db.session.execute(
        select(func.count().filter(late), func.count().filter(soon)).where(Lesson.status == Status.PUBLISHED)
    ).one()
    return overdue, both - overdue


def overdue_since(status: Status, card: dict[str, Any]) -> date | None:
    """The day a published lesson was to be gone through again by, where that is past."""
    due = _day(card.get("review_by"))
    is_late = due is not None and due < today() and status is Status.PUBLISHED
    return due if is_late else None
