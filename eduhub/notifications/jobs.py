"""The job that hands a message to the mail server."""

import smtplib
import ssl
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import cast
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import Job, each_minute, job
from eduhub.core.settings import Settings, settings
from eduhub.notifications.actions import SEND, forget_messages, mark_failed, mark_sent
from eduhub.notifications.calendar import as_calendar
from eduhub.notifications.models import Entry, Message

TIMEOUT = 20
TEXT_KEPT, MESSAGE_KEPT = timedelta(days=7), timedelta(days=30)


# Two days of tries, for a mail server that is away over a weekend night.
@job(SEND, attempts=54)
def send_message(work: Job) -> None:
    """Send one message; with no mail server set it stays in the outbox for ``eduhub outbox``."""
    message = db.session.get(Message, UUID(work.payload["message"]))
    chosen = settings()
    if message is None or message.sent_at is not None or not chosen.mail_url:
        return
    key = message.id
    try:
        email = as_email(message, chosen)
        db.session.rollback()
        deliver(email, chosen.mail_url)
    except (OSError, ValueError) as error:  # ValueError: an address that no header can hold
        db.session.rollback()
        mark_failed(key, str(error))
        raise
    mark_sent(key)


def as_email(message: Message, chosen: Settings) -> EmailMessage:
    """The message as it goes out: text, and the calendar part mail programs act on."""
    email = EmailMessage()
    email["From"] = chosen.mail_from
    email["To"] = message.to
    email["Subject"] = message.subject
    email["Message-ID"] = message.message_id
    email["Date"] = format_datetime(message.created_at)
    email["Auto-Submitted"] = "auto-generated"
    email.set_content(message.body)
    if message.entry is not None:
        text = calendar_of(message, chosen)
        email.add_alternative(text, subtype="calendar", params={"method": message.entry["method"]})
    return email


def calendar_of(message: Message, chosen: Settings) -> str | None:
    """The calendar part of a message, where it has one."""
    if message.entry is None:
        return None
    return as_calendar(cast(Entry, message.entry), message.to, chosen.mail_from).decode()


def deliver(email: EmailMessage, mail_url: str) -> None:
    """Hand an e-mail to the server at ``smtp://``, ``smtps://`` or ``smtp+starttls://``; raises OSError."""
    parts = urlsplit(mail_url)
    host = parts.hostname or "127.0.0.1"
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
    with server:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(email)


@each_minute
def forget_old() -> None:
    """Empty what was sent a week ago, delete what was written a month ago."""
    forget_messages(now() - TEXT_KEPT, now() - MESSAGE_KEPT)
