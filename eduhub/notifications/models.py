"""Messages waiting to be sent, and those that were."""

from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from eduhub.core.db import Base, Id


class Entry(TypedDict):
    """What an entry says. ``method`` is REQUEST or CANCEL; moments are in ISO 8601 with their offset.

    The ``uid`` stays the same for a thing and a person; ``sequence`` rises with every change, so that mail programs
    replace the entry and a cancellation removes it.
    """

    method: str
    uid: str
    sequence: int
    written: str
    begins: str
    ends: str
    summary: str
    location: str
    url: str


class Message(Base):
    """An e-mail to one address. ``message_id`` is fixed at writing, so that sending twice is seen as one.

    ``entry`` is what its calendar entry says (an Entry), where it has one.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_waiting", "sent_at", "created_at"),)

    id: Mapped[Id]
    message_id: Mapped[str]
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    entry: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
