"""Figures for a lead's area, all from running tallies and all through disclosure control."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true

from eduhub.core.db import db
from eduhub.evaluation.models import ClassSession, Wave
from eduhub.evaluation.queries import (
    Tallies,
    add_up,
    council_tallies,
    school_tallies,
    visible_groups,
)
from eduhub.evaluation.questions import QuestionSet, question_sets
from eduhub.evaluation.rules import Finding, findings
from eduhub.lessons.models import Lesson, LessonVersion
from eduhub.organisations.models import Council, Kind, Organisation
from eduhub.visits.models import Delivery, Outcome


@dataclass(frozen=True)
class AreaRow:
    """Deliveries of one lesson in one council."""

    council: str
    lesson: str
    planned: int
    delivered: int
    part: int
    not_delivered: int


@dataclass(frozen=True)
class Results:
    """What classes in an area said about one lesson in one school year."""

    chosen: QuestionSet
    findings: list[Finding]
    before: int | None
    after: int | None
    expected: int

    @property
    def rate(self) -> int | None:
        """Per cent of learners in delivered lessons who answered afterwards; None where that may not be shown."""
        if self.after is None or not self.expected:
            return None
        return min(100, round(100 * self.after / self.expected))


def area_condition(area: Organisation) -> ColumnElement[bool]:
    """The condition under which a delivery lies in an area."""
    return {
        Kind.NATION: true(),
        Kind.DIVISION: Delivery.division_id == area.id,
        Kind.COUNCIL: Delivery.council_id == area.id,
        Kind.SCHOOL: Delivery.school_id == area.id,
    }[area.kind]


def councils_of(area: Organisation) -> list[Council]:
    """The councils in an area, to choose from."""
    statement = select(Council).order_by(Council.name)
    if area.kind is Kind.DIVISION:
        statement = statement.where(Council.division_id == area.id)
    return [] if area.kind in {Kind.COUNCIL, Kind.SCHOOL} else list(db.session.scalars(statement))


def area_by_id(area_id: UUID) -> Organisation | None:
    """An area."""
    return db.session.get(Organisation, area_id)


def deliveries(area: Organisation, year: str) -> list[AreaRow]:
    """Deliveries by council and lesson in a school year. These count lessons, not learners."""
    first = int(year[:4])
    statement = (
        select(Council.name, Lesson.title, Delivery.outcome, func.count())
        .select_from(Delivery)
        .join(LessonVersion, LessonVersion.id == Delivery.lesson_version_id)
        .join(Lesson, Lesson.id == LessonVersion.lesson_id)
        .outerjoin(Council, Council.id == Delivery.council_id)
        .where(
            area_condition(area),
            Delivery.planned_on >= date(first, 8, 1),
            Delivery.planned_on < date(first + 1, 8, 1),
        )
        .group_by(Council.name, Lesson.title, Delivery.outcome)
        .order_by(Council.name, Lesson.title)
    )
    rows: dict[tuple[str, str], Counter[Outcome]] = {}
    for council, lesson, outcome, count in db.session.execute(statement):
        rows.setdefault((council or "No council", lesson), Counter())[outcome] += count
    return [
        AreaRow(
            council,
            lesson,
            sum(counts.values()),
            counts[Outcome.DELIVERED],
            counts[Outcome.PART],
            counts[Outcome.NOT_DELIVERED] + counts[Outcome.POSTPONED],
        )
        for (council, lesson), counts in rows.items()
    ]


def lessons_asked(area: Organisation, year: str) -> list[Lesson]:
    """Lessons about which classes in an area were asked anything in a year."""
    statement = (
        select(Lesson)
        .where(
            Lesson.id.in_(
                select(ClassSession.lesson_id)
                .join(Delivery, Delivery.id == ClassSession.delivery_id)
                .where(area_condition(area), ClassSession.school_year == year)
            )
        )
        .order_by(Lesson.title)
    )
    return list(db.session.scalars(statement))


def years_asked() -> list[str]:
    """School years in which anything was asked, newest first."""
    statement = select(ClassSession.school_year).distinct().order_by(ClassSession.school_year.desc())
    return list(db.session.scalars(statement))


def results(area: Organisation, lesson_id: UUID, year: str) -> Results | None:
    """What classes in an area said; a wave that may not be shown is left out whole."""
    set_key = _common_set(area, lesson_id, year)
    if set_key is None:
        return None
    chosen = question_sets()[set_key]
    tallies = {wave: _tallies(area, lesson_id, year, wave) for wave in Wave}
    bases = {wave: _base(chosen, found) for wave, found in tallies.items()}
    return Results(
        chosen,
        findings(chosen, tallies[Wave.BEFORE], tallies[Wave.AFTER]),
        bases[Wave.BEFORE],
        bases[Wave.AFTER],
        _expected(area, lesson_id, year),
    )


def _common_set(area: Organisation, lesson_id: UUID, year: str) -> str | None:
    statement = (
        select(ClassSession.question_set)
        .join(Delivery, Delivery.id == ClassSession.delivery_id)
        .where(area_condition(area), ClassSession.lesson_id == lesson_id, ClassSession.school_year == year)
        .group_by(ClassSession.question_set)
        .order_by(func.count().desc(), ClassSession.question_set)
        .limit(1)
    )
    return db.session.scalar(statement)


def _tallies(area: Organisation, lesson_id: UUID, year: str, wave: Wave) -> Tallies | None:
    if area.kind is Kind.SCHOOL:
        return school_tallies(lesson_id, year, wave, area.id)
    visible = visible_groups(lesson_id, year, wave)
    by_council = council_tallies(lesson_id, year, wave)
    if area.kind is Kind.COUNCIL:
        return by_council.get(area.id) if str(area.id) in visible else None
    if area.kind is Kind.NATION:
        return add_up(list(by_council.values())) if "nation" in visible else None
    inside = {council.id for council in councils_of(area)}
    parts = [found for key, found in by_council.items() if key in inside and str(key) in visible]
    return add_up(parts) if parts else None


def _base(chosen: QuestionSet, tallies: Tallies | None) -> int | None:
    if not tallies:
        return None
    return sum(tallies.get(chosen.questions[0].key, {}).values())


def _expected(area: Organisation, lesson_id: UUID, year: str) -> int:
    """Learners present at delivered lessons whose class was asked afterwards."""
    statement = (
        select(func.coalesce(func.sum(Delivery.learners_present), 0))
        .join(ClassSession, ClassSession.delivery_id == Delivery.id)
        .where(
            area_condition(area),
            ClassSession.lesson_id == lesson_id,
            ClassSession.school_year == year,
            ClassSession.wave == Wave.AFTER,
        )
    )
    return db.session.scalar(statement) or 0
