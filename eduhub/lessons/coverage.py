"""Which published lessons teach, assess or support which codes, laid out by line and level, gaps included."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.sql.selectable import ScalarSelect

from eduhub.core.db import db
from eduhub.curriculum.models import Level, Outcome
from eduhub.curriculum.queries import in_area
from eduhub.curriculum.rules import split_codes
from eduhub.lessons.models import Lesson, LessonFacet

# What a lesson may do for a code: kinds of facets, the strongest first.
RELATIONS = ("teaches", "assesses", "supports")
SHOWN = 3


class Named(NamedTuple):
    """A lesson as it is named in a cell."""

    title: str
    slug: str
    lang: str


@dataclass
class Covered:
    """A code with its first few lessons by relation, and how many there are of each."""

    code: str
    level: Level
    statement_id: UUID
    summary: str
    totals: dict[str, int] = field(default_factory=dict)
    lessons: dict[str, list[Named]] = field(default_factory=dict)

    @property
    def taught(self) -> int:
        """How many lessons teach it."""
        return self.totals["teaches"]

    @property
    def is_gap(self) -> bool:
        """No lesson at all, not even one that only supports it."""
        return not any(self.totals.values())

    @property
    def line(self) -> str:
        """The line of the curriculum, the same at every level: HWB 38a."""
        (code,) = split_codes(self.code)
        return f"{code.area} {code.line:02}{code.letter}"


def _nth(position: int, kind: ColumnElement[str]) -> ScalarSelect[UUID]:
    """One of the first lessons of a code by title: found in the index, however many there are."""
    of_code = select(LessonFacet.lesson_id).where(LessonFacet.kind == kind, LessonFacet.value == Outcome.code)
    ordered = of_code.order_by(LessonFacet.title, LessonFacet.lesson_id)
    return ordered.limit(1).offset(position).scalar_subquery()


def coverage(*where: ColumnElement[bool]) -> list[Covered]:
    """The codes that fulfil the conditions, each with its lessons; one statement, whatever the library holds."""
    kinds = union_all(*(select(literal(relation).label("kind")) for relation in RELATIONS)).subquery()
    total = select(func.count()).where(LessonFacet.kind == kinds.c.kind, LessonFacet.value == Outcome.code)
    cell = (
        select(
            Outcome.code,
            Outcome.level,
            Outcome.statement_id,
            Outcome.summary,
            kinds.c.kind,
            total.scalar_subquery().label("total"),
            *(_nth(position, kinds.c.kind).label(f"nth_{position}") for position in range(SHOWN)),
        )
        .select_from(Outcome)
        .join(kinds, literal(value=True))
        .where(*where)
        .cte("cell")
    )
    chosen = [cell.c[f"nth_{position}"] for position in range(SHOWN)]
    statement = (
        select(cell, Lesson.title, Lesson.slug, Lesson.card["lang"].as_string())
        .select_from(cell)
        .outerjoin(Lesson, or_(*(Lesson.id == one for one in chosen)))
        .order_by(cell.c.code, Lesson.title, Lesson.id)
    )
    return _folded(db.session.execute(statement).all())


def codes_of(area: str, organiser: str, level: Level | None = None) -> list[Covered]:
    """The codes of an organiser of a curriculum area (its letters), of one level or of all."""
    at = [Outcome.level == level] if level else []
    return coverage(Outcome.organiser == organiser, in_area(area), *at)


def _folded(rows: Iterable[Any]) -> list[Covered]:
    """One thing a code out of the rows of its relations and lessons."""
    found: dict[str, Covered] = {}
    for code, level, statement_id, summary, kind, total, *rest in rows:
        one = found.setdefault(code, Covered(code, level, statement_id, summary))
        one.totals[kind] = total
        named = one.lessons.setdefault(kind, [])
        if rest[-3] is not None:
            named.append(Named(*rest[-3:]))
    return list(found.values())


@dataclass(frozen=True)
class Cell:
    """A place in the table: one statement over the levels it spans; no codes where the curriculum has none."""

    levels: list[Level]
    codes: list[Covered] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """One line of the curriculum over the table's levels."""

    line: str
    cells: list[Cell]


@dataclass(frozen=True)
class Totals:
    """How much of the codes shown is covered."""

    codes: int
    taught: int
    repeated: int
    supported: int
    gaps: int


def totals_of(codes: Iterable[Covered]) -> Totals:
    """Codes in all, taught, taught by several, touched but not taught, and without any lesson."""
    known = list(codes)
    taught = sum(one.taught > 0 for one in known)
    gaps = sum(one.is_gap for one in known)
    return Totals(len(known), taught, sum(one.taught > 1 for one in known), len(known) - taught - gaps, gaps)


def levels_of(codes: Iterable[Covered]) -> list[Level]:
    """The levels that occur, in order."""
    there = {one.level for one in codes}
    return [level for level in Level if level in there]


def rows_of(codes: Iterable[Covered]) -> list[Row]:
    """The codes as rows by line with a cell for every level; a statement of several codes stands in one cell."""
    known = list(codes)
    levels = levels_of(known)
    by_line: dict[str, list[Cell]] = {}
    ordered = sorted(known, key=lambda one: (one.statement_id, one.line, levels.index(one.level)))
    for _, group in groupby(ordered, key=lambda one: one.statement_id):
        left = list(group)
        while left:
            line = left[0].line
            at = {one.level for one in left if one.line == line}
            by_line.setdefault(line, []).extend(_cells([one for one in left if one.level in at], levels))
            left = [one for one in left if one.level not in at]
    return [Row(line, _filled(cells, levels)) for line, cells in sorted(by_line.items())]


def _cells(codes: list[Covered], levels: list[Level]) -> list[Cell]:
    """The codes of a statement, parted where a level between them has none."""
    ordered = sorted(codes, key=lambda one: levels.index(one.level))
    found: list[Cell] = []
    for one in ordered:
        last = found[-1].levels[-1] if found else None
        if last is not None and levels.index(one.level) - levels.index(last) <= 1:
            found[-1].codes.append(one)
            found[-1].levels.extend([one.level] if one.level is not last else [])
        else:
            found.append(Cell([one.level], [one]))
    return found


def _filled(cells: list[Cell], levels: list[Level]) -> list[Cell]:
    """The cells in the order of levels, with an empty one for each level that has no code."""
    there = {level for cell in cells for level in cell.levels}
    empty = [Cell([level]) for level in levels if level not in there]
    return sorted([*cells, *empty], key=lambda cell: levels.index(cell.levels[0]))
