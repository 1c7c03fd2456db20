"""Reading the curriculum."""

from collections.abc import Iterable

from sqlalchemy import select

from eduhub.core.db import db
from eduhub.curriculum.models import Benchmark, Level, Outcome, Statement


def known_codes(codes: Iterable[str] | None = None) -> set[str]:
    """Which of these codes are known; all known codes when none are named."""
    statement = select(Outcome.code)
    if codes is not None:
        statement = statement.where(Outcome.code.in_(list(codes)))
    return set(db.session.scalars(statement))


def outcome_by_code(code: str) -> Outcome | None:
    """The outcome of a canonical code."""
    return db.session.get(Outcome, code)


def outcomes_at(level: Level, area: str) -> list[Outcome]:
    """The outcomes of a level in one curriculum area, by organiser and code."""
    return list(
        db.session.scalars(
            select(Outcome)
            .join(Outcome.statement)
            .where(Outcome.level == level, Statement.area == area)
            .order_by(Statement.organiser, Outcome.code)
        )
    )


def summaries(codes: Iterable[str]) -> dict[str, str]:
    """Our summary for each code."""
    statement = select(Outcome.code, Statement.summary).join(Outcome.statement)
    return dict(db.session.execute(statement.where(Outcome.code.in_(list(codes)))))


def benchmarks_of(code: str) -> list[Benchmark]:
    """The official Benchmarks that name a code."""
    return list(
        db.session.scalars(
            select(Benchmark)
            .where(Benchmark.codes.contains(code, autoescape=True))
            .order_by(Benchmark.number)
        )
    )
