"""Classes of a school."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.accounts.models import Person
from eduhub.core.db import Base, Id
from eduhub.organisations.models import School


class SchoolClass(Base):
    """A class, perhaps of several stages (composite). ``learners`` is a number; names are never kept."""

    __tablename__ = "school_class"
    __table_args__ = (
        CheckConstraint("learners BETWEEN 1 AND 400", name="learners"),
        Index("ix_school_class_school_id", "school_id", "label"),
    )

    id: Mapped[Id]
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str]
    stages: Mapped[list[str]]
    learners: Mapped[int]
    school_year: Mapped[str]
    closed_on: Mapped[date | None]

    school: Mapped[School] = relationship()
    teacher: Mapped[Person] = relationship()
