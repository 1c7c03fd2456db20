"""Drafts of lessons, and who wrote in them."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eduhub.accounts.models import Person
from eduhub.core.db import Base, Id, enum_type


class DraftState(StrEnum):
    """Where a draft stands."""

    WRITING = "writing"
    IN_REVIEW = "in-review"
    CHANGES_ASKED = "changes-asked"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    DROPPED = "dropped"


class DraftPurpose(StrEnum):
    """What a draft is to do to its lesson."""

    CHANGE = "change"
    WITHDRAW = "withdraw"


class ChangeSize(StrEnum):
    """How much changes for those who taught the lesson before: facts, safety, method or outcomes, or wording."""

    SMALL = "small"
    BIG = "big"


OVER = "state IN ('published', 'dropped') OR purpose = 'withdraw'"


class Draft(Base):
    """The whole text of a future ``lesson.md``, and how far it is.

    ``source_hash`` is that of the file it was begun from (empty for a new lesson), ``base_version`` the newest
    published version then (empty where there is none). ``values`` are the keys of its front matter as they were read
    of the text with the hash ``read_hash``; ``findings`` and ``preview`` belong to the text with ``checked_hash``,
    ``files`` of its pack to that with ``files_hash``.
    ``version`` counts changes, so that nobody changes what they did not see. It has no public version number until it
    is published.
    """

    __tablename__ = "draft"
    __table_args__ = (
        Index(
            "uq_draft_open",
            "slug",
            unique=True,
            sqlite_where=text(f"NOT ({OVER})"),
            postgresql_where=text(f"NOT ({OVER})"),
        ),
        Index("ix_draft_state", "state", "changed_at"),
        CheckConstraint("submitted_at IS NOT NULL OR state <> 'in-review'", name="submitted_by_somebody"),
    )

    id: Mapped[Id]
    purpose: Mapped[DraftPurpose] = mapped_column(enum_type(DraftPurpose))
    state: Mapped[DraftState] = mapped_column(enum_type(DraftState))
    slug: Mapped[str]
    title: Mapped[str]
    lesson_id: Mapped[UUID | None]
    base_version: Mapped[str] = mapped_column(default="")
    source_hash: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(deferred=True, deferred_group="text")
    values: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, deferred_group="text")
    read_hash: Mapped[str] = mapped_column(default="")
    checked_hash: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    errors: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(default=list, deferred=True, deferred_group="text")
    preview: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True, deferred_group="preview")
    files: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    files_hash: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    started_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    changed_by_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    size: Mapped[ChangeSize | None] = mapped_column(enum_type(ChangeSize))
    change_note: Mapped[str] = mapped_column(default="")
    submitted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    answer: Mapped[str] = mapped_column(default="")
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    forced_reason: Mapped[str] = mapped_column(default="")
    published_version: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    git_problem: Mapped[str] = mapped_column(default="")

    started_by: Mapped[Person] = relationship(foreign_keys=[started_by_id])
    changed_by: Mapped[Person] = relationship(foreign_keys=[changed_by_id])
    submitted_by: Mapped[Person | None] = relationship(foreign_keys=[submitted_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    writers: Mapped[list["DraftWriter"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def is_read(self) -> bool:
        """Whether the form knows what stands in the text."""
        return self.read_hash == hash_of(self.text)

    @property
    def is_checked(self) -> bool:
        """Whether the findings are those of the text as it is."""
        return self.checked_hash == hash_of(self.text)

    @property
    def has_files(self) -> bool:
        """Whether the files are asked for and of the text as it is; until they are made there are none."""
        return self.files_hash == hash_of(self.text)

    @property
    def is_unchanged(self) -> bool:
        """Whether it is still the file it was begun from."""
        return self.source_hash == hash_of(self.text)

    @property
    def is_new(self) -> bool:
        return not self.source_hash


class DraftWriter(Base):
    """Somebody who wrote in a draft: never the one who publishes it as a second person."""

    __tablename__ = "draft_writer"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)

    person: Mapped[Person] = relationship()


def hash_of(text: str) -> str:
    """The SHA-256 of a text as it stands in a file."""
    return hashlib.sha256(text.encode()).hexdigest()
