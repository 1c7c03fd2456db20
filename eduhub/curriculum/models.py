"""Codes of experiences and outcomes, the official statements they name, and their Benchmarks."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from eduhub.accounts.models import Person
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


class Proofed:
    """Official words that somebody compared with the official document; nothing is set while nobody has."""

    proofed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    proofed_on: Mapped[date | None]
    proofed_against: Mapped[str] = mapped_column(default="")

    @declared_attr
    def proofed_by(cls) -> Mapped[Person | None]:  # noqa: N805 -- SQLAlchemy hands in the class
        return relationship(Person)

    def proof_by(self, person: Person | None, day: date | None, against: str) -> None:
        """Mark the words as compared; with nothing given, take the mark away."""
        self.proofed_by_id = person.id if person else None
        self.proofed_on = day
        self.proofed_against = against


class Statement(Proofed, Base):
    """What a learner experiences or achieves. One statement may carry several codes."""

    __tablename__ = "statement"

    id: Mapped[Id]
    official_text: Mapped[str] = mapped_column(default="")

    outcomes: Mapped[list["Outcome"]] = relationship(back_populates="statement", order_by="Outcome.code")


class Outcome(Base):
    """A code at its level with our summary, the statement it names, and where that statement's words are from.

    ``source`` and ``confidence`` are what the imported file says of itself.
    """

    __tablename__ = "outcome"
    __table_args__ = (Index("ix_outcome_level", "level", "code"),)

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[Level] = mapped_column(enum_type(Level))
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("statement.id"), index=True)
    organiser: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    confidence: Mapped[str] = mapped_column(default="")

    statement: Mapped[Statement] = relationship(back_populates="outcomes", lazy="joined")

    @property
    def area(self) -> str:
        """The letters of the curriculum area: HWB, LIT, …"""
        return self.code.split(" ")[0]


class Benchmark(Proofed, Base):
    """One line of the official Benchmarks, for the codes it names."""

    __tablename__ = "benchmark"
    __table_args__ = (UniqueConstraint("level", "organiser", "number", "codes"),)

    id: Mapped[Id]
    level: Mapped[Level] = mapped_column(enum_type(Level))
    organiser: Mapped[str]
    codes: Mapped[str]
    number: Mapped[int]
    text: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    confidence: Mapped[str] = mapped_column(default="")
