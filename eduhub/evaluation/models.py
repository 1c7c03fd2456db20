"""Class sessions, anonymous responses, tallies kept while answers come in, and practitioners' forms."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.core.db import Base, Id, enum_type
from eduhub.visits.models import Delivery

NO_COUNCIL = UUID(int=0)


class Wave(StrEnum):
    """Before the lesson or after it."""

    BEFORE = "before"
    AFTER = "after"


class FormKind(StrEnum):
    """Whose view of a delivery a form holds."""

    TEACHER = "teacher"
    OFFICER = "officer"


class ClassSession(Base):
    """One class answering once, before or after. Where it counts (lesson, year, area) is fixed at opening."""

    __tablename__ = "class_session"
    __table_args__ = (
        UniqueConstraint("delivery_id", "wave"),
        UniqueConstraint("code"),
        Index("ix_class_session_counts", "lesson_id", "school_year", "wave", "council_id", "school_id"),
    )

    id: Mapped[Id]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    wave: Mapped[Wave] = mapped_column(enum_type(Wave))
    code: Mapped[str]
    question_set: Mapped[str]
    closes_at: Mapped[datetime]
    most: Mapped[int]
    responses: Mapped[int] = mapped_column(default=0)
    lesson_id: Mapped[UUID]
    school_year: Mapped[str]
    council_id: Mapped[UUID]
    school_id: Mapped[UUID]

    delivery: Mapped[Delivery] = relationship()


class Response(Base):
    """What one learner answered. The random id orders the table, so that order tells nothing either."""

    __tablename__ = "response"
    __table_args__ = {"sqlite_with_rowid": False}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_session.id"))
    answers: Mapped[dict[str, Any]]


class SessionTally(Base):
    """How often a choice was made in a class session."""

    __tablename__ = "session_tally"

    session_id: Mapped[UUID] = mapped_column(ForeignKey("class_session.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class AreaTally(Base):
    """The same for a lesson in a school year and council, so that results never read single answers."""

    __tablename__ = "area_tally"

    lesson_id: Mapped[UUID] = mapped_column(primary_key=True)
    school_year: Mapped[str] = mapped_column(primary_key=True)
    wave: Mapped[Wave] = mapped_column(enum_type(Wave), primary_key=True)
    council_id: Mapped[UUID] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]


class StaffForm(Base):
    """A teacher's or officer's short view of a delivery; these people are named."""

    __tablename__ = "staff_form"
    __table_args__ = (UniqueConstraint("delivery_id", "kind"),)

    id: Mapped[Id]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    kind: Mapped[FormKind] = mapped_column(enum_type(FormKind))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    answers: Mapped[dict[str, Any]]
