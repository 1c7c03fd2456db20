"""Feedback on one version of a lesson."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import local
from eduhub.core.db import Base, Id, enum_type
from eduhub.lessons.models import LessonVersion


class Fit(StrEnum):
    """Whether it suited the stage."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Pace(StrEnum):
    """How long it took, beside the plan."""

    SHORTER = "shorter"
    AS_PLANNED = "as-planned"
    LONGER = "longer"


class TookPart(StrEnum):
    """How many learners took part."""

    MOST = "most"
    HALF = "half"
    FEW = "few"


class Setting(StrEnum):
    """The kind of school somebody teaches at: one that many are, or none said."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    OTHER = "other"


class State(StrEnum):
    """Whether its words may be read. What holds no words is published at once."""

    WAITING = "waiting"
    PUBLISHED = "published"
    DECLINED = "declined"


class Reason(StrEnum):
    """Why words are not published."""

    NAMES_SOMEBODY = "names-somebody"
    PRIVATE_DETAIL = "private-detail"
    NOT_THIS_LESSON = "not-this-lesson"
    HURTFUL = "hurtful"
    NOT_SAFE = "not-safe"
    ADVERTISES = "advertises"


class Feedback(Base):
    """What one practitioner says of one version. ``version`` counts changes, so that nobody decides on other words.

    ``role`` and ``setting`` are those of the day it was told. ``person_id`` is empty once the writer has left.
    ``mended_in`` is the version in which the problem was mended.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("person_id", "lesson_version_id"),
        CheckConstraint("minutes BETWEEN 1 AND 300", name="minutes"),
        CheckConstraint("state <> 'declined' OR reason IS NOT NULL", name="declined_for_a_reason"),
        CheckConstraint("(answer <> '') = (answered_at IS NOT NULL)", name="answered_in_words"),
        CheckConstraint("mended_in_id IS NULL OR answered_at IS NOT NULL", name="mended_and_answered"),
        Index("ix_feedback_queue", "state", "told_at"),
    )

    id: Mapped[Id]
    lesson_version_id: Mapped[UUID] = mapped_column(ForeignKey("lesson_version.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    setting: Mapped[Setting] = mapped_column(enum_type(Setting))
    stage: Mapped[str]
    fit: Mapped[Fit] = mapped_column(enum_type(Fit))
    pace: Mapped[Pace] = mapped_column(enum_type(Pace))
    minutes: Mapped[int | None]
    took_part: Mapped[TookPart] = mapped_column(enum_type(TookPart))
    changed: Mapped[str] = mapped_column(default="")
    support: Mapped[str] = mapped_column(default="")
    problem: Mapped[str] = mapped_column(default="")
    state: Mapped[State] = mapped_column(enum_type(State))
    told_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[Reason | None] = mapped_column(enum_type(Reason))
    reason_words: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    mended_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("lesson_version.id"))

    person: Mapped[Person | None] = relationship()
    lesson_version: Mapped[LessonVersion] = relationship(foreign_keys=[lesson_version_id], innerjoin=True)
    mended_in: Mapped[LessonVersion | None] = relationship(foreign_keys=[mended_in_id])

    @property
    def words(self) -> tuple[str, str, str]:
        return self.changed, self.support, self.problem

    @property
    def told_in(self) -> str:
        """Month and year: the day would tell more than need be."""
        return f"{local(self.told_at):%B %Y}"

    @property
    def is_open_problem(self) -> bool:
        return bool(self.problem) and self.state is State.PUBLISHED and self.answered_at is None
