"""Taking up and letting go of people's time; the database itself refuses two of one holder that overlap.

Only for use inside an action, after ``lock``.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.models import Person
from eduhub.core.db import broken_constraint, db, insert_rows, is_sqlite
from eduhub.core.web import Problem
from eduhub.visits.models import Commitment, HolderKind, Visit
from eduhub.visits.rules import Stretch, with_buffer, without_buffer

OVERLAP = "commitment_overlap"


class DateTaken(Problem):
    """The officer or the class has just been booked for an overlapping time."""

    def __init__(self) -> None:
        super().__init__("That time has just been taken.")


def lock(*holders: UUID | None) -> None:
    """PostgreSQL: queue behind whoever books the same people, always in one order, so that nobody deadlocks.

    SQLite has one writer at a time; there is nothing to do.
    """
    if is_sqlite():
        return
    db.session.execute(text("SET LOCAL lock_timeout = '5s'"))
    keys = {int.from_bytes(holder.bytes[:8], signed=True) for holder in holders if holder is not None}
    for key in sorted(keys):
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def hold(visit: Visit, officer: Person, begin: datetime) -> None:
    """Take the officer's time with its buffers and the class's without. Raises DateTaken."""
    minutes = visit.lesson_version.minutes
    title = f"{visit.lesson_version.title}, {visit.school.name}"
    visit.officer, visit.officer_id, visit.starts_at = officer, officer.id, begin
    visit.ends_at = begin + timedelta(minutes=minutes)
    take(
        stretch_of(HolderKind.OFFICER, officer.id, with_buffer(begin, minutes), title, visit.id),
        stretch_of(HolderKind.CLASS, visit.class_id, without_buffer(begin, minutes), title, visit.id),
    )


def let_go(visit: Visit) -> None:
    """Free the time a visit took."""
    db.session.execute(delete(Commitment).where(Commitment.visit_id == visit.id))


def stretch_of(
    kind: HolderKind, holder: UUID, stretch: Stretch, what: str, visit_id: UUID | None = None
) -> dict[str, Any]:
    """A row of ``Commitment``: a stretch of one holder's time."""
    return {
        "holder_kind": kind,
        "holder_id": holder,
        "visit_id": visit_id,
        "busy_from": stretch.begin,
        "busy_to": stretch.end,
        "what": what,
    }


def take(*stretches: dict[str, Any]) -> None:
    """Take stretches of people's time. Raises DateTaken when the database refuses one."""
    try:
        insert_rows(Commitment, *stretches)
    except IntegrityError as error:
        if OVERLAP in broken_constraint(error):
            raise DateTaken from error
        raise
