"""Visits, the times they take up, their history, and deliveries."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from eduhub.accounts.models import Person
from eduhub.core.db import Base, Id, enum_type
from eduhub.lessons.models import LessonVersion
from eduhub.organisations.models import School
from eduhub.organisations.rules import school_year
from eduhub.programmes.models import SchoolClass


class VisitState(StrEnum):
    """Where a visit stands."""

    REQUESTED = "requested"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    RECORDED = "recorded"


class Outcome(StrEnum):
    """What became of a delivery."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    PART = "part"
    POSTPONED = "postponed"
    NOT_DELIVERED = "not-delivered"


class HolderKind(StrEnum):
    """Whose time a commitment takes."""

    OFFICER = "officer"
    CLASS = "class"


class Visit(Base):
    """A visit asked for. ``version`` counts changes, so that nobody acts on what they did not see."""

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_later"),
        Index("ix_visit_queue", "division_id", "state", "asked_at"),
        Index("ix_visit_officer_id", "officer_id", "starts_at"),
        Index("ix_visit_school_id", "school_id", "asked_at"),
    )

    id: Mapped[Id]
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    division_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    lesson_version_id: Mapped[UUID] = mapped_column(ForeignKey("lesson_version.id"))
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[VisitState] = mapped_column(enum_type(VisitState))
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    learners: Mapped[int]
    room: Mapped[str]
    needs: Mapped[str]
    staying: Mapped[str]
    sensitive_note: Mapped[str]

    school_class: Mapped[SchoolClass] = relationship(lazy="joined")
    school: Mapped[School] = relationship(foreign_keys=[school_id], lazy="joined")
    lesson_version: Mapped[LessonVersion] = relationship(lazy="joined")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="joined")
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id], lazy="joined")
    times: Mapped[list["VisitTime"]] = relationship(
        order_by="VisitTime.starts_at", cascade="all, delete-orphan", lazy="selectin"
    )
    events: Mapped[list["VisitEvent"]] = relationship(order_by="VisitEvent.at, VisitEvent.number")


class VisitTime(Base):
    """A time the school can take a visit."""

    __tablename__ = "visit_time"
    __table_args__ = (UniqueConstraint("visit_id", "starts_at"),)

    id: Mapped[Id]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]


class VisitEvent(Base):
    """One change of a visit: who (nobody: the site itself), when, what, why, and the state it led to. Never changed."""

    __tablename__ = "visit_event"
    __table_args__ = (Index("ix_visit_event_visit_id", "visit_id", "at"),)

    id: Mapped[Id]
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    verb: Mapped[str]
    state: Mapped[VisitState] = mapped_column(enum_type(VisitState))
    reason: Mapped[str]
    text: Mapped[str]
    starts_at: Mapped[datetime | None]

    actor: Mapped[Person | None] = relationship(lazy="joined")


class Commitment(Base):
    """A stretch of an officer's or a class's time that is taken, buffers included, from busy_from up to busy_to.

    The database refuses two of one holder that overlap: triggers on SQLite, an exclusion constraint on
    PostgreSQL (see migration 0004). ``visit_id`` is empty for leave, court or training.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        CheckConstraint("busy_to > busy_from", name="ends_later"),
        Index("ix_commitment_holder", "holder_id", "busy_from", "busy_to"),
    )

    id: Mapped[Id]
    holder_kind: Mapped[HolderKind] = mapped_column(enum_type(HolderKind))
    holder_id: Mapped[UUID]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    busy_from: Mapped[datetime]
    busy_to: Mapped[datetime]
    what: Mapped[str]


class Delivery(Base):
    """One class receiving one lesson version, with a visit or without: planned first, then recorded.

    The row of a visit that moves or is called off stays: what the class answered hangs on it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("visit_id"),
        Index("ix_delivery_school_id", "school_id", "planned_on"),
        # In the order in which a year's deliveries are counted, with all that tells one area from another: the rows
        # are neither read nor sorted.
        Index(
            "ix_delivery_insight",
            "school_year",
            "council_id",
            "lesson_version_id",
            "outcome",
            "division_id",
            "school_id",
        ),
    )

    id: Mapped[Id]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    class_id: Mapped[UUID] = mapped_column(ForeignKey("school_class.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    council_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    division_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    lesson_version_id: Mapped[UUID] = mapped_column(ForeignKey("lesson_version.id"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    planned_on: Mapped[date]
    school_year: Mapped[str]
    outcome: Mapped[Outcome] = mapped_column(enum_type(Outcome), default=Outcome.PLANNED)
    reason: Mapped[str] = mapped_column(default="")
    delivered_on: Mapped[date | None]
    learners_present: Mapped[int | None]
    notes: Mapped[str] = mapped_column(default="")
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    school_class: Mapped[SchoolClass] = relationship(lazy="joined")
    school: Mapped[School] = relationship(foreign_keys=[school_id], lazy="joined")
    lesson_version: Mapped[LessonVersion] = relationship(lazy="joined")
    visit: Mapped[Visit | None] = relationship(lazy="select")
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id], lazy="joined")

    @validates("planned_on")
    def _follow(self, _name: str, day: date) -> date:
        """The school year goes with the day."""
        self.school_year = school_year(day)
        return day
