"""Writing e-mail into the outbox, and keeping it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select, update

from eduhub.core.clock import now
from eduhub.core.db import action, db, insert_rows, new_id
from eduhub.core.jobs import enqueue
from eduhub.core.settings import settings
from eduhub.core.web import render_text
from eduhub.notifications.models import Entry, Message

SEND = "notifications.send"


@action
def send_email(
    *,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    entry: Entry | None = None,
) -> None:
    """Put an e-mail in the outbox, in the current action; a job sends it once that has committed."""
    message_key = new_id()
    host = urlsplit(settings().base_url).hostname or "eduhub"
    text = render_text(f"emails/{template}.txt", base_url=settings().base_url.rstrip("/"), **context)
    message = {
        "id": message_key,
        "message_id": f"<{message_key}@{host}>",
        "to": to,
        "subject": " ".join(subject.split()),
        "body": text.strip() + "\n",
        "entry": entry,
        "created_at": now(),
    }
    insert_rows(Message, message)
    enqueue(SEND, {"message": str(message_key)})


@action
def retry_unsent() -> int:
    """Put every unsent e-mail in the queue again, once a mail server answers; gives how many."""
    waiting = list(db.session.scalars(select(Message.id).where(Message.sent_at.is_(None))))
    for key in waiting:
        enqueue(SEND, {"message": str(key)})
    return len(waiting)


@action
def forget_messages(sent_before: datetime, written_before: datetime) -> None:
    """Empty what was sent by then, for it may hold links and names; delete what was written by then."""
    old = update(Message).where(Message.sent_at < sent_before, Message.body != "")
    db.session.execute(old.values(body="", entry=None))
    db.session.execute(delete(Message).where(Message.created_at < written_before))


@action
def mark_sent(message_id: UUID) -> None:
    """The mail server has taken the message."""
    message = db.session.get_one(Message, message_id)
    message.sent_at = now()
    message.attempts += 1
    message.error = ""


@action
def mark_failed(message_id: UUID, error: str) -> None:
    """The mail server would not take the message this time."""
    message = db.session.get_one(Message, message_id)
    message.attempts += 1
    message.error = error[:500]
