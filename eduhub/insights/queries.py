"""Figures for a lead's area: deliveries counted, and what was said, all from tallies of released batches."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true

from eduhub.core.db import db
from eduhub.evaluation import areas
from eduhub.evaluation.areas import Area, Rate, Tallies, Topic
from eduhub.evaluation.models import FormKind, Wave
from eduhub.evaluation.questions import STAFF_QUESTIONS, QuestionSet, question_sets
from eduhub.evaluation.results import Group, Results, results
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
class StaffLine:
    """How often practitioners gave each answer to one question."""

    question: str
    counts: list[tuple[str, int]]


@dataclass(frozen=True)
class StaffTable:
    """What one kind of practitioners said, from five forms on."""

    kind: str
    lines: list[StaffLine]

    @property
    def forms(self) -> int:
        return sum(count for _, count in self.lines[0].counts)


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
    statement = select(Council).where(_inside(area)).order_by(Council.name)
    return [] if area.kind in {Kind.COUNCIL, Kind.SCHOOL} else list(db.session.scalars(statement))


def _inside(area: Organisation) -> ColumnElement[bool]:
    """The condition under which a council lies in a division or the nation."""
    return Council.division_id == area.id if area.kind is Kind.DIVISION else true()


def area_by_id(area_id: UUID) -> Organisation | None:
    """An area."""
    return db.session.get(Organisation, area_id)


def counted(area: Organisation, year: str) -> Select[UUID | None, UUID, Outcome, int]:
    """The statement that counts a school year's deliveries by council, lesson version and outcome."""
    return (
        select(Delivery.council_id, Delivery.lesson_version_id, Delivery.outcome, func.count())
        .where(area_condition(area), Delivery.school_year == year)
        .group_by(Delivery.council_id, Delivery.lesson_version_id, Delivery.outcome)
    )


def deliveries(area: Organisation, year: str) -> list[AreaRow]:
    """Deliveries by council and lesson in a school year. These count lessons, not learners."""
    found = db.session.execute(counted(area, year)).all()
    councils = _names(select(Council.id, Council.name))
    versions = {row.lesson_version_id for row in found}
    titles = _names(
        select(LessonVersion.id, Lesson.title)
        .join(Lesson, Lesson.id == LessonVersion.lesson_id)
        .where(LessonVersion.id.in_(versions))
    )
    rows: dict[tuple[str, str], Counter[Outcome]] = {}
    for council, version, outcome, count in found:
        key = (councils.get(council, "No council"), titles[version])
        rows.setdefault(key, Counter())[outcome] += count
    return [
        AreaRow(
            council,
            lesson,
            sum(counts.values()),
            counts[Outcome.DELIVERED],
            counts[Outcome.PART],
            counts[Outcome.NOT_DELIVERED] + counts[Outcome.POSTPONED],
        )
        for (council, lesson), counts in sorted(rows.items())
    ]


def _names(statement: Select[UUID, str]) -> dict[UUID | None, str]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


# What classes and practitioners said.


@dataclass(frozen=True)
class Said:
    """What is shown of an area about one lesson in one school year."""

    sets: list[QuestionSet]
    chosen: QuestionSet | None
    groups: dict[Wave, Group]
    results: Results | None
    rate: Rate | None
    councils: tuple[int, int] | None
    is_waiting: bool
    staff: list[StaffTable]

    @property
    def rate_words(self) -> str:
        """The response rate to the nearest five per cent: a finer one would give the number of answers away."""
        if self.rate is None:
            return "not known yet"
        return f"about {5 * round(self.rate.percent / 5)}%"


def place_of(area: Organisation) -> Area:
    """Where to look for an area's sessions and tallies."""
    if area.kind is Kind.NATION:
        return Area()
    if area.kind is Kind.SCHOOL:
        return Area(school_id=area.id)
    if area.kind is Kind.COUNCIL:
        return Area(council_ids=(area.id,))
    return Area(council_ids=tuple(council.id for council in councils_of(area)))


def lessons_asked(area: Organisation, year: str) -> list[Lesson]:
    """Lessons about which classes in an area were asked anything in a year."""
    keys = areas.lessons_asked(place_of(area), year)
    return list(db.session.scalars(select(Lesson).where(Lesson.id.in_(keys)).order_by(Lesson.title)))


def said(area: Organisation, lesson_id: UUID, year: str, wanted: str | None) -> Said:
    """What classes and practitioners in an area said, of the question set wanted or the first that is shown."""
    place, topic = place_of(area), Topic(lesson_id, year)
    keys = areas.sets_shown(place, topic)
    key = wanted if wanted in keys else next(iter(keys), None)
    groups = areas.area_groups(place, topic, key)
    chosen = question_sets()[key] if key else None
    return Said(
        [question_sets()[one] for one in keys],
        chosen,
        groups,
        results(chosen, groups) if chosen else None,
        areas.response_rate(place, topic, key) if key else None,
        _councils(area, place, topic, key),
        areas.is_waiting(place, topic),
        _staff(place, topic),
    )


def _councils(area: Organisation, place: Area, topic: Topic, key: str | None) -> tuple[int, int] | None:
    """Of how many of an area's councils something is shown; None for an area without councils."""
    if area.kind in {Kind.COUNCIL, Kind.SCHOOL}:
        return None
    total = db.session.scalar(select(func.count(Council.id)).where(_inside(area))) or 0
    shown = areas.councils_shown(topic, key, place) if key else 0
    return (shown, total) if total else None


def _staff(place: Area, topic: Topic) -> list[StaffTable]:
    tallies = areas.staff_tallies(place, topic)
    return [_staff_table(kind, tallies[kind]) for kind in FormKind if kind in tallies]


def _staff_table(kind: FormKind, tallies: Tallies) -> StaffTable:
    lines = [
        StaffLine(words, [(label, tallies[key].get(choice, 0)) for choice, label in choices.items()])
        for key, (words, choices) in STAFF_QUESTIONS[kind].items()
    ]
    return StaffTable(kind.value.capitalize(), lines)
