"""Who did what, when: one row for each action that matters, written in its transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from eduhub.core.clock import now
from eduhub.core.db import Base, Id, insert_rows


class AuditEntry(Base):
    """One thing somebody (or, with no actor, the system) did. Rows are never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_thing", "thing_kind", "thing_id", "at"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    verb: Mapped[str]
    thing_kind: Mapped[str]
    thing_id: Mapped[str]
    detail: Mapped[dict[str, Any]]


def record(
    verb: str,
    thing_kind: str,
    thing_id: UUID | str,
    actor_id: UUID | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write an entry inside the current action."""
    insert_rows(
        AuditEntry,
        {
            "at": now(),
            "actor_id": actor_id,
            "verb": verb,
            "thing_kind": thing_kind,
            "thing_id": str(thing_id),
            "detail": detail or {},
        },
    )
