"""Organisations: one table for all kinds, and what only a school has beside it."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.core.db import Base, Id, enum_type
from eduhub.organisations.names import fold, whereabouts


class Kind(StrEnum):
    """What an organisation is."""

    NATION = "nation"
    DIVISION = "division"
    COUNCIL = "council"
    SCHOOL = "school"
    PARTNER = "partner"


class Organisation(Base):
    """Anything a role can be held at. ``code`` is SEED, GSS or letter, unique within its kind."""

    __tablename__ = "organisation"
    __table_args__ = (
        UniqueConstraint("kind", "code"),
        Index("ix_organisation_name", "kind", "name"),
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_abstract": False}

    id: Mapped[Id]
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    code: Mapped[str]
    name: Mapped[str]
    council_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    division_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    closed_on: Mapped[date | None]
    search: Mapped[str] = mapped_column(default="")

    council: Mapped["Council | None"] = relationship(
        foreign_keys=[council_id], remote_side="Organisation.id", viewonly=True
    )
    division: Mapped["Division | None"] = relationship(
        foreign_keys=[division_id], remote_side="Organisation.id", viewonly=True
    )

    @property
    def is_open(self) -> bool:
        return self.closed_on is None

    @property
    def label(self) -> str:
        """Name and code, and for a school its town and council: many share a name."""
        return f"{self.name} ({self.code})"

    @property
    def search_words(self) -> str:
        """By which words it is found; ``search`` keeps them folded."""
        return self.name


class Nation(Organisation):
    """Scotland as a whole: where national leads hold their role."""

    __mapper_args__ = {"polymorphic_identity": Kind.NATION}


class Division(Organisation):
    """A police division, known by its letter."""

    __mapper_args__ = {"polymorphic_identity": Kind.DIVISION}

    @property
    def search_words(self) -> str:
        return f"{self.name} {self.code} police division"


class Council(Organisation):
    """A council (education authority), known by its GSS code; ``division_id`` says where it lies."""

    __mapper_args__ = {"polymorphic_identity": Kind.COUNCIL}

    @property
    def search_words(self) -> str:
        return f"{self.name} council"


class Partner(Organisation):
    """A health board, voluntary body or other partner."""

    __mapper_args__ = {"polymorphic_identity": Kind.PARTNER}


class School(Organisation):
    """An establishment. It may teach several sectors; eight in the register have no council."""

    __tablename__ = "school"
    __mapper_args__ = {"polymorphic_identity": Kind.SCHOOL}

    id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    centre_type: Mapped[str] = mapped_column(default="")
    has_preschool: Mapped[bool] = mapped_column(default=False)
    has_primary: Mapped[bool] = mapped_column(default=False)
    has_secondary: Mapped[bool] = mapped_column(default=False)
    has_special: Mapped[bool] = mapped_column(default=False)
    medium: Mapped[str] = mapped_column(default="")
    denomination: Mapped[str] = mapped_column(default="")
    half_days: Mapped[int | None]
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="")
    roll_primary: Mapped[int | None]
    roll_secondary: Mapped[int | None]
    roll_special: Mapped[int | None]
    urban_rural: Mapped[str] = mapped_column(default="")
    register_date: Mapped[date | None]

    @property
    def label(self) -> str:
        council = self.council.name if self.council else ""
        return (
            ", ".join(filter(None, [self.name, whereabouts(self.address or "", council)])) + f" ({self.code})"
        )

    @property
    def search_words(self) -> str:
        return f"{self.name} {whereabouts(self.address or '', '')} {self.postcode or ''}"


@event.listens_for(Organisation, "before_insert", propagate=True)
@event.listens_for(Organisation, "before_update", propagate=True)
def _keep_search(_mapper: object, _connection: object, target: Organisation) -> None:
    """A space at both ends, so that the beginning of a word can be asked for."""
    target.search = f" {fold(target.search_words)} "


class RegisterImport(Base):
    """One import of a file: which, of what date if it has one, what it changed, and what was passed over."""

    __tablename__ = "register_import"

    id: Mapped[Id]
    at: Mapped[datetime]
    register: Mapped[str]
    register_date: Mapped[date | None]
    file_name: Mapped[str]
    sha256: Mapped[str]
    added: Mapped[int]
    changed: Mapped[int]
    closed: Mapped[int]
    unchanged: Mapped[int]
    notes: Mapped[list[str]] = mapped_column(default=list)


class Term(Base):
    """A stretch of school days of a council (or of one school), both ends included."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("organisation_id", "first_day"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    school_year: Mapped[str]
    name: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]


class SchoolDay(Base):
    """When one school's day begins and ends, as the school itself says; Fridays may end earlier."""

    __tablename__ = "school_day"
    __table_args__ = (CheckConstraint("ends > begins AND friday_ends > begins", name="ends_later"),)

    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id", ondelete="CASCADE"), primary_key=True)
    begins: Mapped[time]
    ends: Mapped[time]
    friday_ends: Mapped[time]
