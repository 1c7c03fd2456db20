"""Reading the outbox."""

from datetime import timedelta

from sqlalchemy import func, select

from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.settings import settings
from eduhub.notifications.models import Message

LATE = timedelta(hours=1)


def late_messages() -> int:
    """How many e-mails have waited for more than an hour; none where no mail server is set."""
    if not settings().mail_url:
        return 0
    waiting = select(func.count()).where(Message.sent_at.is_(None), Message.created_at < now() - LATE)
    return db.session.scalar(waiting) or 0
