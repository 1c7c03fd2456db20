"""Messages waiting to be sent, and those that were."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from eduhub.core.db import Base, Id


class Message(Base):
    """An e-mail to one address. ``message_id`` is fixed at writing, so that sending twice is seen as one."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_waiting", "sent_at", "created_at"),)

    id: Mapped[Id]
    message_id: Mapped[str]
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    calendar: Mapped[bytes | None]
    calendar_method: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
