"""What was said in an area, from released tallies alone: one school, some councils, or the nation."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.evaluation.disclosure import FEWEST, Level, level_of
from eduhub.evaluation.models import EVERY_SCHOOL, AreaTally, ClassSession, FormKind, StaffTally, Wave
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.results import Group, State
from eduhub.evaluation.rules import FINISHING

T = TypeVar("T")
Tallies = dict[str, dict[str, int]]


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
        return true()

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
    return _each(ClassSession.school_year)[::-1]


def lessons_asked(area: Area, year: str) -> set[UUID]:
    """Lessons about which classes in an area were asked anything in a year."""
    return set(_each(ClassSession.lesson_id, area.sessions(), ClassSession.school_year == year))


def _each(column: InstrumentedAttribute[T], *where: ColumnElement[bool]) -> list[T]:
    """Every value of an indexed column, in order, by leaps from one to the next: what lies between is not read."""

    def first(*further: ColumnElement[bool]) -> ColumnElement[T]:
        return select(column).where(*where, *further).order_by(column).limit(1).scalar_subquery()

    found = select(first().label("value")).cte("found", recursive=True)
    found = found.union_all(select(first(column > found.c.value)).where(found.c.value.is_not(None)))
    return list(db.session.scalars(select(found.c.value).where(found.c.value.is_not(None))))


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
