"""Reading sessions and released tallies; what may be said of them is decided by ``disclosure`` in ``results``."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, or_, select

from eduhub.accounts.models import Person
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.evaluation.disclosure import FEWEST, Level
from eduhub.evaluation.models import (
    ClassSession,
    ClassTally,
    FormKind,
    StaffForm,
    Wave,
)
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.results import Group, Results, State, results
from eduhub.evaluation.rules import FINISHING, Openness, openness
from eduhub.visits.models import Delivery, Outcome
from eduhub.visits.queries import deliveries_of

Tallies = dict[str, dict[str, int]]
RECORDED = (Outcome.DELIVERED, Outcome.PART)


# Written once, for every page of a learner asks for one of them.
_BY_CODE = select(ClassSession).where(ClassSession.code == bindparam("code"))
_BY_ID = select(ClassSession).where(ClassSession.id == bindparam("session_id"))


def session_by_code(code: str) -> ClassSession | None:
    """The session of a code, open or not."""
    return db.session.scalar(_BY_CODE, {"code": code})


def session_by_id(session_id: UUID) -> ClassSession | None:
    """The session a learner's page belongs to."""
    return db.session.scalar(_BY_ID, {"session_id": session_id})


def openness_of(session: ClassSession, begun: datetime | None = None) -> Openness:
    """Whether a session takes answers now, of somebody who began then."""
    return openness(session.closes_at, session.responses, session.most, now(), begun)


def takes_answers(session: ClassSession) -> bool:
    """Whether somebody may begin now."""
    return openness_of(session) is Openness.OPEN


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


# Releasing.


@dataclass(frozen=True)
class Place:
    """Whose small sessions may wait together: one school's (within its council), for the same questions."""

    lesson_id: UUID
    school_year: str
    question_set: str
    wave: Wave
    council_id: UUID
    school_id: UUID


PLACE = (
    ClassSession.lesson_id,
    ClassSession.school_year,
    ClassSession.question_set,
    ClassSession.wave,
    ClassSession.council_id,
    ClassSession.school_id,
)


def place_of(session: ClassSession) -> Place:
    """Where a session's answers count."""
    return Place(*(getattr(session, column.key) for column in PLACE))


def places_to_release() -> list[Place]:
    """Places whose closed sessions hold ten new answers or more, and where nobody can still be finishing."""
    statement = select(*PLACE, ClassSession.responses - ClassSession.released).where(
        ClassSession.responses > ClassSession.released,
        ClassSession.closes_at <= now() - FINISHING,
    )
    # Added up here: few rows wait, and an index finds them.
    waiting: Counter[Place] = Counter()
    for row in db.session.execute(statement):
        waiting[Place(*row[:6])] += row[6]
    return [place for place, count in waiting.items() if count >= FEWEST]


def waiting_at(place: Place, closed_now: UUID | None = None) -> list[ClassSession]:
    """The closed sessions of a place that hold new answers, locked until the action ends. Inside an action."""
    finished = ClassSession.closes_at <= now() - FINISHING
    statement = (
        select(ClassSession)
        .where(
            *(column == getattr(place, column.key) for column in PLACE),
            ClassSession.responses > ClassSession.released,
            or_(finished, ClassSession.id == closed_now) if closed_now else finished,
        )
        .order_by(ClassSession.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))


RECORDS_SETTLE = timedelta(days=30)


def records_to_follow() -> list[tuple[UUID, int | None]]:
    """Sessions whose delivery was recorded or corrected lately, with the learners who were there as it says now."""
    took_place = and_(Delivery.outcome.in_(RECORDED), Delivery.learners_present > 0)
    present = case((took_place, Delivery.learners_present), else_=None)
    statement = (
        select(ClassSession.id, present)
        .join(Delivery, Delivery.id == ClassSession.delivery_id)
        .where(
            Delivery.recorded_at > now() - RECORDS_SETTLE,
            ClassSession.present.is_distinct_from(present),
        )
    )
    return [(key, number) for key, number in db.session.execute(statement)]


# A class.


def class_results(delivery: Delivery) -> list[Results]:
    """What a class said, one for each question set it was asked (two only when the class changed between)."""
    sessions = sessions_of(delivery)
    sets = dict.fromkeys(sessions[wave].question_set for wave in Wave if wave in sessions)
    return [
        results(question_sets()[key], {wave: _class_group(sessions.get(wave), key) for wave in Wave})
        for key in sets
    ]


def _class_group(session: ClassSession | None, set_key: str) -> Group:
    if session is None or session.question_set != set_key:
        return Group(State.NOT_ASKED)
    if session.shown:
        return Group(State.SHOWN, Level.SCHOOL, _class_tallies(session))
    if session.closes_at > now() or session.responses - session.released >= FEWEST:
        return Group(State.ANSWERING)
    return Group(State.POOLED if session.released else State.WAITING)


def _class_tallies(session: ClassSession) -> Tallies:
    statement = select(ClassTally.question, ClassTally.choice, ClassTally.count)
    return _added(db.session.execute(statement.where(ClassTally.session_id == session.id)))


def _added(rows: Iterable[Any]) -> Tallies:
    found: Tallies = defaultdict(dict)
    for question, choice, count in rows:
        found[question][choice] = int(count)
    return found


# Practitioners' forms.


def form_of(delivery: Delivery, kind: FormKind, person: Person) -> StaffForm | None:
    """Somebody's own form on a delivery."""
    return db.session.scalar(
        select(StaffForm).where(
            StaffForm.delivery_id == delivery.id, StaffForm.kind == kind, StaffForm.person_id == person.id
        )
    )


def forms_before(moment: datetime) -> list[tuple[StaffForm, Delivery]]:
    """Forms not yet counted that were last changed before then, with their deliveries, locked. Inside an action."""
    statement = (
        select(StaffForm, Delivery)
        .join(Delivery, Delivery.id == StaffForm.delivery_id)
        .where(StaffForm.released.is_(False), StaffForm.at < moment)
        .order_by(StaffForm.id)
        .with_for_update(of=StaffForm)
    )
    return [(form, delivery) for form, delivery in db.session.execute(statement)]
