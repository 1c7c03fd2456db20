"""Reading the curriculum."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from eduhub.core.db import db
from eduhub.core.web import Page
from eduhub.curriculum.models import Benchmark, Level, Outcome, Statement
from eduhub.curriculum.rules import AREAS

STATEMENTS_ON_A_PAGE = 40


def known_codes(codes: Iterable[str] | None = None) -> set[str]:
    """Which of these codes are known; all known codes when none are named."""
    statement = select(Outcome.code)
    if codes is not None:
        statement = statement.where(Outcome.code.in_(list(codes)))
    return set(db.session.scalars(statement))


def outcome_by_code(code: str) -> Outcome | None:
    """The outcome of a canonical code."""
    return db.session.get(Outcome, code)


def in_area(area: str) -> ColumnElement[bool]:
    """The condition under which a code is of a curriculum area, given by its letters."""
    return Outcome.code.startswith(f"{area} ", autoescape=True)


def outcomes_at(level: Level, area: str) -> list[Outcome]:
    """The outcomes of a level in one curriculum area (its letters), by organiser and code."""
    return list(
        db.session.scalars(
            select(Outcome)
            .where(Outcome.level == level, in_area(area))
            .order_by(Outcome.organiser, Outcome.code)
        )
    )


# Codes with those that share their statement, and nothing of its official words.
_OUTCOMES = select(Outcome).options(
    joinedload(Outcome.statement)
    .load_only(Statement.id)
    .selectinload(Statement.outcomes)
    .load_only(Outcome.code)
)


def every_outcome() -> list[Outcome]:
    """Every known code, by area, organiser, level and code."""
    rows = db.session.scalars(select(Outcome).options(lazyload(Outcome.statement)))
    levels = list(Level)
    return sorted(rows, key=lambda row: (row.area, row.organiser, levels.index(row.level), row.code))


def every_code() -> list[str]:
    """Every known code, in order."""
    return list(db.session.scalars(select(Outcome.code).order_by(Outcome.code)))


def outcomes_of(level: str | None, area: str | None, number: int, size: int) -> tuple[list[Outcome], int]:
    """A page of the codes of a level and area (none: of all), by code, and how many there are in all."""
    where = [Outcome.level == Level(level)] if level else []
    where += [in_area(area)] if area else []
    total = db.session.scalar(select(func.count()).select_from(Outcome).where(*where)) or 0
    chosen = _OUTCOMES.where(*where).order_by(Outcome.code).limit(size).offset((number - 1) * size)
    return list(db.session.scalars(chosen)), total


def organisers() -> list[tuple[str, str]]:
    """The organisers that have codes, each after the letters of its curriculum area."""
    letters = func.substr(Outcome.code, 1, max(map(len, AREAS)))
    rows = db.session.execute(select(letters, Outcome.organiser).distinct())
    return sorted({(begin.split(" ")[0], organiser) for begin, organiser in rows})


def benchmarks_of(code: str) -> list[Benchmark]:
    """The official Benchmarks that name a code."""
    named = (literal("; ") + Benchmark.codes + ";").contains(f"; {code};", autoescape=True)
    return list(
        db.session.scalars(
            select(Benchmark)
            .where(named)
            .options(joinedload(Benchmark.proofed_by))
            .order_by(Benchmark.organiser, Benchmark.codes, Benchmark.number)
        )
    )


@dataclass(frozen=True)
class Sheet:
    """The official words of a code: what an editor compares with the official document."""

    outcome: Outcome
    benchmarks: list[Benchmark]

    @property
    def codes(self) -> list[str]:
        """All codes of the statement."""
        return [one.code for one in self.outcome.statement.outcomes]

    @property
    def print(self) -> str:
        """A short sum of the words and codes: another after any change."""
        words = [*self.codes, self.outcome.statement.official_text, *(row.text for row in self.benchmarks)]
        return hashlib.sha256("\0".join(words).encode()).hexdigest()[:32]


def sheet_of(outcome: Outcome) -> Sheet:
    """The official words of an outcome, with its Benchmarks."""
    return Sheet(outcome, benchmarks_of(outcome.code))


@dataclass(frozen=True)
class Wanted:
    """Which official statements to list: empty values ask for all; ``proof`` is ``yes`` or ``no``."""

    level: str = ""
    area: str = ""
    proof: str = ""


def official_statements(wanted: Wanted, number: int) -> Page[Statement]:
    """A page of the official statements, by their first code."""
    where = _conditions(wanted)
    total = db.session.scalar(select(func.count()).select_from(Statement).where(*where)) or 0
    first = select(func.min(Outcome.code)).where(Outcome.statement_id == Statement.id).scalar_subquery()
    rows = db.session.scalars(
        select(Statement)
        .where(*where)
        .options(selectinload(Statement.outcomes), joinedload(Statement.proofed_by))
        .order_by(first, Statement.id)
        .limit(STATEMENTS_ON_A_PAGE)
        .offset((number - 1) * STATEMENTS_ON_A_PAGE)
    )
    return Page(list(rows), number, STATEMENTS_ON_A_PAGE, total)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [Statement.official_text != ""]
    code = [Outcome.level == Level(wanted.level)] if wanted.level else []
    code += [in_area(wanted.area)] if wanted.area else []
    if code:
        conditions.append(Statement.id.in_(select(Outcome.statement_id).where(*code)))
    if wanted.proof:
        done = Statement.proofed_on.is_not(None)
        conditions.append(done if wanted.proof == "yes" else ~done)
    return conditions


def proof_progress() -> tuple[int, int]:
    """How many official statements were checked, of how many."""
    counted = select(func.count(Statement.proofed_on), func.count()).where(Statement.official_text != "")
    done, total = db.session.execute(counted).one()
    return done, total
