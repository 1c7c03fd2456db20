"""Statements of experiences and outcomes, the codes that name them, and their Benchmarks."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.core.db import Base, Id, enum_type


class Level(StrEnum):
    """The levels of Curriculum for Excellence, in order."""

    EARLY = "early"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    SENIOR = "senior"

    @property
    def label(self) -> str:
        return "Senior phase" if self is Level.SENIOR else f"{self.value.capitalize()} level"


class Statement(Base):
    """What a learner experiences or achieves. One statement may carry several codes."""

    __tablename__ = "statement"

    id: Mapped[Id]
    area: Mapped[str]
    organiser: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    official_text: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    proof: Mapped[str] = mapped_column(default="")

    outcomes: Mapped[list["Outcome"]] = relationship(back_populates="statement", order_by="Outcome.code")


class Outcome(Base):
    """A code at its level, and the statement it names."""

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_level", "level", "code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column(enum_type(Level))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)

    statement: Mapped[Statement] = relationship(back_populates="outcomes", lazy="joined")


class Benchmark(Base):
    """One line of the official Benchmarks, for the codes it names."""

    __tablename__ = "benchmark"
    __table_args__ = (UniqueConstraint("level", "organiser", "number", "codes"),)

    id: Mapped[Id]
    level: Mapped[Level] = mapped_column(enum_type(Level))
    organiser: Mapped[str]
    codes: Mapped[str]
    number: Mapped[int]
    text: Mapped[str]
