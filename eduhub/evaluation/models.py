"""Class sessions, anonymous responses until they are counted, tallies of released batches, practitioners' forms."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.core.db import Base, Id, enum_type
from eduhub.visits.models import Delivery

NO_COUNCIL = UUID(int=0)
# Stands where a school's id would: the whole council.
EVERY_SCHOOL = UUID(int=0)
_waiting = text("responses > released")
_pooled = text("pool_id IS NOT NULL")


class Wave(StrEnum):
    """Before the lesson or after it."""

    BEFORE = "before"
    AFTER = "after"


class FormKind(StrEnum):
    """Whose view of a delivery a form holds."""

    TEACHER = "teacher"
    OFFICER = "officer"


class ClassSession(Base):
    """One class answering once, before or after. Where it counts (lesson, year, set, area) is fixed at opening.

    Of its ``responses``, ``released`` are in some batch, and ``shown`` of these in batches of its own; the
    others of them are in pools, which ``pool_id`` names. ``present`` follows the delivery's record: the learners
    there, None until it took place. ``start`` counts how often the class began anew.
    """

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("delivery_id", "wave"),
        UniqueConstraint("code"),
        # Holds all that a results page sums, so that it need not read the rows.
        Index(
            "ix_class_session_counts",
            "lesson_id",
            "school_year",
            "question_set",
            "wave",
            "council_id",
            "school_id",
            "released",
            "present",
            "pool_id",
        ),
        Index("ix_class_session_year", "school_year", "lesson_id", "council_id", "school_id"),
        Index("ix_class_session_waiting", "closes_at", sqlite_where=_waiting, postgresql_where=_waiting),
        Index("ix_class_session_pool_id", "pool_id", sqlite_where=_pooled, postgresql_where=_pooled),
    )

    id: Mapped[Id]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    wave: Mapped[Wave] = mapped_column(enum_type(Wave))
    code: Mapped[str]
    question_set: Mapped[str]
    closes_at: Mapped[datetime]
    most: Mapped[int]
    start: Mapped[int] = mapped_column(default=1)
    responses: Mapped[int] = mapped_column(default=0)
    released: Mapped[int] = mapped_column(default=0)
    shown: Mapped[int] = mapped_column(default=0)
    present: Mapped[int | None]
    pool_id: Mapped[UUID | None]
    lesson_id: Mapped[UUID]
    school_year: Mapped[str]
    council_id: Mapped[UUID]
    school_id: Mapped[UUID]

    delivery: Mapped[Delivery] = relationship()


class Response(Base):
    """What one learner answered. The random id orders the table, so that order tells nothing either.

    Once released, ``answers`` is empty; the bare id stays for a day, so that a page sent again counts once.
    """

    __tablename__ = "response"
    __table_args__ = (Index("ix_response_session_id", "session_id"), {"sqlite_with_rowid": False})

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_session.id"))
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class ClassTally(Base):
    """How often a choice was made in a class session's own released batches."""

    __tablename__ = "class_tally"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_session.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class AreaTally(Base):
    """The same in all released batches of a school within a council, and of the council (``EVERY_SCHOOL``)."""

    __tablename__ = "area_tally"

    lesson_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_year: Mapped[str] = mapped_column(primary_key=True)
    question_set: Mapped[str] = mapped_column(primary_key=True)
    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    council_id: Mapped[UUID] = mapped_column(primary_key=True)
    wave: Mapped[Wave] = mapped_column(enum_type(Wave), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class StaffForm(Base):
    """A practitioner's short view of a delivery; these people are named. Once ``released`` it stays as it is."""

    __tablename__ = "staff_form"
    __table_args__ = (UniqueConstraint("delivery_id", "kind", "person_id"),)

    id: Mapped[Id]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    kind: Mapped[FormKind] = mapped_column(enum_type(FormKind))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    answers: Mapped[dict[str, Any]]
    released: Mapped[bool] = mapped_column(default=False)


class StaffTally(Base):
    """How often practitioners chose what, in released batches of forms of a council."""

    __tablename__ = "staff_tally"

    lesson_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_year: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[FormKind] = mapped_column(enum_type(FormKind), primary_key=True)
    council_id: Mapped[UUID] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
