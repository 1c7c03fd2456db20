"""Reading the outbox as the person who gets the e-mail does."""

import re

from sqlalchemy import select

from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.notifications.models import Message


def messages(to: str) -> list[Message]:
    """What was written to an address, the oldest first; the worker has done what waited."""
    run_all()
    return list(
        db.session.scalars(select(Message).where(Message.to == to).order_by(Message.created_at, Message.id))
    )


def last_message(to: str) -> Message:
    return messages(to)[-1]


def link_in(message: Message) -> str:
    """The address on this site that the letter holds."""
    found = re.search(r"http://localhost(/\S+)", message.body)
    assert found is not None
    return found[1]
