"""People, the roles they hold, their sign-in sessions and the single-use links sent to them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.core.db import Base, Id, enum_type
from eduhub.organisations.models import Organisation


class Role(StrEnum):
    """What somebody is at an organisation. Learners and parents or carers have none."""

    TEACHER = "teacher"
    SCHOOL_LEAD = "school-lead"
    LIAISON_OFFICER = "liaison-officer"
    PARTNER_PRACTITIONER = "partner-practitioner"
    COUNCIL_LEAD = "council-lead"
    DIVISION_LEAD = "division-lead"
    NATIONAL_LEAD = "national-lead"
    CONTENT_EDITOR = "content-editor"
    CONTENT_REVIEWER = "content-reviewer"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


SCHOOL_ROLES = frozenset({Role.TEACHER, Role.SCHOOL_LEAD})
LEAD_ROLES = frozenset({Role.COUNCIL_LEAD, Role.DIVISION_LEAD, Role.NATIONAL_LEAD})
SHORT_SESSION_ROLES = LEAD_ROLES | {Role.CONTENT_REVIEWER, Role.ADMINISTRATOR}


class RoleState(StrEnum):
    """Whether a role is asked for, held or over."""

    ASKED = "asked"
    HELD = "held"
    REFUSED = "refused"
    ENDED = "ended"


class LinkPurpose(StrEnum):
    """What a single-use link does."""

    VERIFY = "verify"
    RESET = "reset"


class Person(UserMixin, Base):  # type: ignore[misc]
    """Somebody with a work e-mail address who signs in. ``email`` is kept in lower case."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("email"),)

    id: Mapped[Id]
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    roles: Mapped[list["RoleHeld"]] = relationship(
        back_populates="person",
        foreign_keys="RoleHeld.person_id",
        order_by="RoleHeld.asked_at",
    )

    @property
    def is_active(self) -> bool:
        return self.verified_at is not None and self.disabled_at is None

    @property
    def held(self) -> list["RoleHeld"]:
        """Roles in force now."""
        return [role for role in self.roles if role.state is RoleState.HELD]

    def holds(self, *wanted: Role) -> bool:
        """Whether any of these roles is held anywhere."""
        return any(role.role in wanted for role in self.held)

    def holds_at(self, organisation_id: UUID | None, *wanted: Role) -> bool:
        """Whether any of these roles is held at this very organisation."""
        return any(role.role in wanted and role.organisation_id == organisation_id for role in self.held)

    def organisation_ids(self, *wanted: Role) -> set[UUID]:
        """The organisations at which any of these roles is held."""
        return {role.organisation_id for role in self.held if role.role in wanted}

    def organisations_as(self, *wanted: Role) -> list[Organisation]:
        """The same, as organisations, in the order asked for."""
        return [role.organisation for role in self.held if role.role in wanted]


class RoleHeld(Base):
    """A role of a person at an organisation: asked for, held, refused or ended."""

    __tablename__ = "role_held"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role))
    state: Mapped[RoleState] = mapped_column(enum_type(RoleState), default=RoleState.ASKED)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(back_populates="roles", foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class SignInSession(Base):
    """One sign-in, ended by sign-out, password or role change, disabling, or its limits.

    ``token_hash`` is the SHA-256 of the random token in the browser's cookie: the table alone opens nothing.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str]
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class Link(Base):
    """A single-use link sent by e-mail; only the hash of its secret is kept."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("expires_at > created_at", name="expires_later"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[LinkPurpose] = mapped_column(enum_type(LinkPurpose))
    token_hash: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
