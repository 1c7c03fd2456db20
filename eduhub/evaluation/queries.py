"""Reading sessions and tallies. What may be shown of them is decided by ``disclosure``, here and nowhere else."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import func, select

from eduhub.accounts.models import Person
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.evaluation.disclosure import shown, tree
from eduhub.evaluation.models import (
    AreaTally,
    ClassSession,
    FormKind,
    SessionTally,
    StaffForm,
    Wave,
)
from eduhub.evaluation.rules import Counts, is_open
from eduhub.visits.models import Delivery
from eduhub.visits.queries import deliveries_of

Tallies = dict[str, Counts]


def session_by_code(code: str) -> ClassSession | None:
    """The session of a code, open or not."""
    return db.session.scalar(select(ClassSession).where(ClassSession.code == code))


def takes_answers(session: ClassSession) -> bool:
    """Whether the session is open now."""
    return is_open(session.closes_at, session.responses, session.most, now())


def sessions_of(delivery: Delivery) -> dict[Wave, ClassSession]:
    """A delivery's sessions by wave."""
    rows = db.session.scalars(select(ClassSession).where(ClassSession.delivery_id == delivery.id))
    return {row.wave: row for row in rows}


def open_sessions(person: Person) -> list[ClassSession]:
    """Sessions open now at deliveries somebody is party to."""
    keys = [delivery.id for delivery in deliveries_of(person)]
    rows = db.session.scalars(
        select(ClassSession).where(ClassSession.delivery_id.in_(keys), ClassSession.closes_at > now())
    )
    return [row for row in rows if takes_answers(row)]


def visible_groups(lesson_id: UUID, year: str, wave: Wave) -> set[str]:
    """Which councils, schools and sessions (by id), and the nation, may be shown for a lesson, year and wave."""
    rows = db.session.execute(
        select(
            ClassSession.council_id, ClassSession.school_id, ClassSession.id, ClassSession.responses
        ).where(
            ClassSession.lesson_id == lesson_id,
            ClassSession.school_year == year,
            ClassSession.wave == wave,
        )
    )
    return shown(tree((str(council), str(school), str(key), count) for council, school, key, count in rows))


def class_tallies(session: ClassSession) -> Tallies | None:
    """What a class chose, or None when that may not be shown."""
    if str(session.id) not in visible_groups(session.lesson_id, session.school_year, session.wave):
        return None
    return _added(
        db.session.execute(
            select(SessionTally.question, SessionTally.choice, SessionTally.count).where(
                SessionTally.session_id == session.id
            )
        )
    )


def school_tallies(lesson_id: UUID, year: str, wave: Wave, school_id: UUID) -> Tallies | None:
    """What a school's classes chose, or None when that may not be shown."""
    if str(school_id) not in visible_groups(lesson_id, year, wave):
        return None
    statement = (
        select(SessionTally.question, SessionTally.choice, func.sum(SessionTally.count))
        .join(ClassSession, ClassSession.id == SessionTally.session_id)
        .where(
            ClassSession.lesson_id == lesson_id,
            ClassSession.school_year == year,
            ClassSession.wave == wave,
            ClassSession.school_id == school_id,
        )
        .group_by(SessionTally.question, SessionTally.choice)
    )
    return _added(db.session.execute(statement))


def council_tallies(lesson_id: UUID, year: str, wave: Wave) -> dict[UUID, Tallies]:
    """What each council's classes chose; the caller asks ``visible_groups`` which may be shown."""
    rows = db.session.execute(
        select(AreaTally.council_id, AreaTally.question, AreaTally.choice, AreaTally.count).where(
            AreaTally.lesson_id == lesson_id, AreaTally.school_year == year, AreaTally.wave == wave
        )
    )
    found: dict[UUID, Tallies] = defaultdict(lambda: defaultdict(dict))
    for council, question, choice, count in rows:
        found[council][question][choice] = count
    return found


def _added(rows: "object") -> Tallies:
    found: Tallies = defaultdict(dict)
    for question, choice, count in rows:  # type: ignore[attr-defined]
        found[question][choice] = int(count)
    return found


def add_up(many: list[Tallies]) -> Tallies:
    """Several areas as one."""
    found: Tallies = defaultdict(dict)
    for tallies in many:
        for question, counts in tallies.items():
            for choice, count in counts.items():
                found[question][choice] = found[question].get(choice, 0) + count
    return found


def form_of(delivery: Delivery, kind: FormKind) -> StaffForm | None:
    """A practitioner's form on a delivery."""
    return db.session.scalar(
        select(StaffForm).where(StaffForm.delivery_id == delivery.id, StaffForm.kind == kind)
    )
