"""Reading sessions and released tallies; what may be said of them is decided by ``disclosure`` in ``results``."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from eduhub.accounts.models import Person
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.evaluation.disclosure import FEWEST, Level, level_of
from eduhub.evaluation.models import (
    EVERY_SCHOOL,
    AreaTally,
    ClassSession,
    ClassTally,
    FormKind,
    StaffForm,
    StaffTally,
    Wave,
)
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.results import Group, Results, State, results
from eduhub.evaluation.rules import FINISHING, Openness, openness
from eduhub.visits.models import Delivery, Outcome
from eduhub.visits.queries import deliveries_of

Tallies = dict[str, dict[str, int]]
RECORDED = (Outcome.DELIVERED, Outcome.PART)


def session_by_code(code: str) -> ClassSession | None:
    """The session of a code, open or not."""
    return db.session.scalar(select(ClassSession).where(ClassSession.code == code))


def session_by_id(session_id: UUID) -> ClassSession | None:
    """The session a learner's page belongs to."""
    return db.session.get(ClassSession, session_id)


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


# An area: one school, or some councils (None: all of them, the nation).


@dataclass(frozen=True)
class Area:
    """Where to look: a school's id, or councils' ids, or neither for the nation."""

    school_id: UUID | None = None
    council_ids: tuple[UUID, ...] | None = None

    @property
    def is_nation(self) -> bool:
        return self.school_id is None and self.council_ids is None

    def sessions(self) -> ColumnElement[bool]:
        """The condition under which a session counts here."""
        if self.school_id is not None:
            return ClassSession.school_id == self.school_id
        if self.council_ids is not None:
            return ClassSession.council_id.in_(self.council_ids)
        return ClassSession.id.is_not(None)

    def tallies(self) -> ColumnElement[bool]:
        """The condition under which a released tally counts here."""
        if self.school_id is not None:
            return AreaTally.school_id == self.school_id
        whole = AreaTally.school_id == EVERY_SCHOOL
        return whole if self.council_ids is None else and_(whole, AreaTally.council_id.in_(self.council_ids))


@dataclass(frozen=True)
class Topic:
    """What was asked about: a lesson, in a school year."""

    lesson_id: UUID
    school_year: str

    def sessions(self) -> ColumnElement[bool]:
        """The condition under which a session asked about it."""
        return and_(ClassSession.lesson_id == self.lesson_id, ClassSession.school_year == self.school_year)

    def tallies(self) -> ColumnElement[bool]:
        """The condition under which a released tally is about it."""
        return and_(AreaTally.lesson_id == self.lesson_id, AreaTally.school_year == self.school_year)


def years_asked() -> list[str]:
    """School years in which anything was asked, newest first."""
    statement = select(ClassSession.school_year).distinct().order_by(ClassSession.school_year.desc())
    return list(db.session.scalars(statement))


def lessons_asked(area: Area, year: str) -> set[UUID]:
    """Lessons about which classes in an area were asked anything in a year."""
    statement = select(ClassSession.lesson_id).distinct()
    return set(db.session.scalars(statement.where(area.sessions(), ClassSession.school_year == year)))


def sets_shown(area: Area, topic: Topic) -> list[str]:
    """Question sets of which something is shown; no other is offered, so that none tells of a small group."""
    statement = select(AreaTally.count).where(topic.tallies(), area.tallies()).limit(1)
    return [
        key
        for key in sorted(question_sets(), reverse=True)
        if db.session.scalar(statement.where(AreaTally.question_set == key)) is not None
    ]


def area_groups(area: Area, topic: Topic, set_key: str | None) -> dict[Wave, Group]:
    """What is known of an area in each wave: of one question set, or, where none is shown, of all."""
    tallies = _area_tallies(area, topic, set_key) if set_key is not None else {}
    groups = {
        wave: Group(State.SHOWN, _level(area, topic, set_key or "", wave), found)
        for wave, found in tallies.items()
    }
    if len(groups) < len(Wave):
        states = _states(area, topic, set_key)
        groups = {wave: Group(states.get(wave, State.NOT_ASKED)) for wave in Wave} | groups
    return {wave: groups[wave] for wave in Wave}


def _states(area: Area, topic: Topic, set_key: str | None) -> dict[Wave, State]:
    """Why nothing is shown yet of the waves in which something was asked."""
    soon = or_(
        ClassSession.closes_at > now() - FINISHING,
        ClassSession.responses - ClassSession.released >= FEWEST,
    )
    statement = (
        select(ClassSession.wave, func.max(case((soon, 1), else_=0)))
        .where(topic.sessions(), area.sessions())
        .group_by(ClassSession.wave)
    )
    if set_key is not None:
        statement = statement.where(ClassSession.question_set == set_key)
    waiting = State.WAITING if area.school_id is not None else State.SPREAD
    return {wave: State.ANSWERING if coming else waiting for wave, coming in db.session.execute(statement)}


def _area_tallies(area: Area, topic: Topic, set_key: str) -> dict[Wave, Tallies]:
    statement = (
        select(AreaTally.wave, AreaTally.question, AreaTally.choice, func.sum(AreaTally.count))
        .where(topic.tallies(), AreaTally.question_set == set_key, area.tallies())
        .group_by(AreaTally.wave, AreaTally.question, AreaTally.choice)
    )
    found: dict[Wave, Tallies] = defaultdict(lambda: defaultdict(dict))
    for wave, question, choice, count in db.session.execute(statement):
        found[wave][question][choice] = int(count)
    return found


def _level(area: Area, topic: Topic, set_key: str, wave: Wave) -> Level:
    """How wide the released answers of a wave really are: of how many schools (two will do) and councils."""
    schools = (
        select(ClassSession.school_id)
        .distinct()
        .where(
            topic.sessions(),
            ClassSession.question_set == set_key,
            ClassSession.wave == wave,
            area.sessions(),
            ClassSession.released > 0,
        )
        .limit(2)
    )
    return level_of(
        len(db.session.scalars(schools).all()),
        councils_shown(topic, set_key, area, wave) if area.is_nation else 1,
        nation=area.is_nation,
    )


def is_waiting(area: Area, topic: Topic) -> bool:
    """Whether some class is still answering, or has answers that wait."""
    open_or_waiting = or_(ClassSession.responses > ClassSession.released, ClassSession.closes_at > now())
    statement = select(ClassSession.id).where(topic.sessions(), area.sessions(), open_or_waiting).limit(1)
    return db.session.scalar(statement) is not None


def councils_shown(topic: Topic, set_key: str, area: Area, wave: Wave | None = None) -> int:
    """Of how many councils something is shown, in a wave or in either."""
    statement = select(func.count(AreaTally.council_id.distinct())).where(
        topic.tallies(), AreaTally.question_set == set_key, area.tallies()
    )
    if wave is not None:
        statement = statement.where(AreaTally.wave == wave)
    return db.session.scalar(statement) or 0


@dataclass(frozen=True)
class Rate:
    """Answers after the lesson and learners present, of the same deliveries."""

    answers: int
    present: int

    @property
    def percent(self) -> int:
        return round(100 * self.answers / self.present)


def response_rate(area: Area, topic: Topic, set_key: str) -> Rate | None:
    """How many of the learners present answered afterwards, over released batches of recorded deliveries alone.

    A pool counts when every delivery in it is recorded, so that this too is a sum of whole batches.
    """
    released = (
        topic.sessions(),
        ClassSession.question_set == set_key,
        ClassSession.wave == Wave.AFTER,
        ClassSession.released > 0,
    )
    patchy = select(ClassSession.pool_id).where(
        *released, ClassSession.pool_id.is_not(None), ClassSession.present.is_(None)
    )
    statement = select(func.sum(ClassSession.released), func.sum(ClassSession.present)).where(
        *released,
        area.sessions(),
        ClassSession.present.is_not(None),
        or_(ClassSession.pool_id.is_(None), ClassSession.pool_id.not_in(patchy)),
    )
    answers, present = db.session.execute(statement).one()
    return Rate(int(answers), int(present)) if present else None


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


# Practitioners' forms.


def form_of(delivery: Delivery, kind: FormKind, person: Person) -> StaffForm | None:
    """Somebody's own form on a delivery."""
    return db.session.scalar(
        select(StaffForm).where(
            StaffForm.delivery_id == delivery.id, StaffForm.kind == kind, StaffForm.person_id == person.id
        )
    )


def staff_tallies(area: Area, topic: Topic) -> dict[FormKind, Tallies]:
    """What practitioners chose, by kind of form, in released batches. None of a single school."""
    if area.school_id is not None:
        return {}
    statement = select(
        StaffTally.kind, StaffTally.question, StaffTally.choice, func.sum(StaffTally.count)
    ).where(StaffTally.lesson_id == topic.lesson_id, StaffTally.school_year == topic.school_year)
    if area.council_ids is not None:
        statement = statement.where(StaffTally.council_id.in_(area.council_ids))
    found: dict[FormKind, Tallies] = defaultdict(lambda: defaultdict(dict))
    grouped = statement.group_by(StaffTally.kind, StaffTally.question, StaffTally.choice)
    for kind, question, choice, count in db.session.execute(grouped):
        found[kind][question][choice] = int(count)
    return found


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
