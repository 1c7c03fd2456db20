"""E-mail through a real SMTP server: whole, once, tried again when refused, and nothing smuggled in."""

import smtplib
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import Job, run_all
from eduhub.notifications.actions import send_email
from eduhub.notifications.jobs import send_message
from eduhub.notifications.models import Message
from tests.notifications.conftest import TAKEN, Post

TO = "a.teacher@school.example"
HEADERS = {"from", "to", "subject", "message-id", "date", "mime-version"} | {
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
}


def write(to: str = TO, subject: str = "Your account", name: str = "Mòrag") -> None:
    send_email(to=to, subject=subject, template="accounts/already", context={"name": name})


def only_message() -> Message:
    db.session.rollback()
    return db.session.scalars(select(Message)).one()


def only_job() -> Job:
    db.session.rollback()
    return db.session.scalars(select(Job)).one()


def test_it_arrives_whole(post: Post) -> None:
    write()
    run_all()
    sent = post.messages[0]
    assert sent["To"] == TO
    assert sent["From"] == "eduhub <no-reply@eduhub.example>"
    assert sent["Subject"] == "Your account"
    assert sent.get_content_type() == "text/plain"
    assert "Mòrag" in sent.get_content()
    assert post.envelopes == [("no-reply@eduhub.example", [TO])]
    kept = only_message()
    assert sent["Message-ID"] == kept.message_id
    assert kept.sent_at is not None
    assert kept.attempts == 1


def test_it_is_sent_once_however_often_the_job_runs(post: Post) -> None:
    write()
    run_all()
    send_message(only_job())
    assert post.tries == 1


def test_without_a_server_it_waits_in_the_outbox(app: Flask) -> None:
    write()
    run_all()
    assert only_message().sent_at is None
    assert only_job().is_over


def test_what_is_refused_is_kept_with_its_error_and_tried_again(post: Post) -> None:
    write()
    post.answer = "450 mailbox busy"
    with time_machine.travel(now(), tick=False) as clock:
        run_all()
        assert "450" in only_message().error
        assert "mailbox busy" in only_message().error
        assert only_message().sent_at is None
        assert run_all() == 0, "tried again at once"
        post.answer = TAKEN
        clock.shift(timedelta(minutes=5))
        run_all()
    kept = only_message()
    assert (kept.attempts, kept.error) == (2, "")
    assert kept.sent_at is not None
    ids = {line for wire in post.wire for line in wire.splitlines() if line.startswith(b"Message-ID")}
    assert post.tries == 2
    assert ids == {f"Message-ID: {kept.message_id}".encode()}


def test_what_is_always_refused_is_given_up_after_two_days_and_stays_readable(post: Post) -> None:
    write()
    post.answer = "550 no such mailbox"
    with time_machine.travel(now(), tick=False) as clock:
        began = now()
        while only_job().failed_at is None:
            assert now() < began + timedelta(days=4), "never given up"
            run_all()
            clock.shift(timedelta(minutes=30))
        assert now() > began + timedelta(days=2), "given up over a weekend night"
    assert post.tries == only_job().attempts
    assert "no such mailbox" in only_message().error


def test_a_server_that_does_not_answer_is_an_error_too(app: Flask, post: Post) -> None:
    chosen = app.extensions["eduhub.settings"]
    app.extensions["eduhub.settings"] = replace(chosen, mail_url="smtp://127.0.0.1:1")
    write()
    run_all()
    assert "refused" in only_message().error
    assert only_job().attempts == 1


@pytest.mark.parametrize(
    ("to", "subject", "name"),
    [
        (TO, "Visit\r\nBcc: thief@evil.example", "Mairi"),
        (TO, "Visit\nX-Evil: 1\n\nAnother body", "Mairi"),
        (TO, "Visit\u2028Bcc: thief@evil.example", "Mairi"),
        (TO, "Visit", "Mairi\r\n.\r\nMAIL FROM:<thief@evil.example>\r\nRCPT TO:<thief@evil.example>"),
        (TO, "Visit", "Mairi\r\nBcc: thief@evil.example"),
    ],
)
def test_text_from_people_stays_text(post: Post, to: str, subject: str, name: str) -> None:
    write(to, subject, name)
    run_all()
    assert len(post.messages) == 1
    assert post.envelopes[0][1] == [TO]
    assert {name.lower() for name in post.messages[0]} == HEADERS


@pytest.mark.parametrize("to", ["a@school.example\r\nBcc: thief@evil.example", "a@school.example\nX: 1"])
def test_an_address_that_holds_a_header_is_never_sent(post: Post, to: str) -> None:
    write(to)
    run_all()
    assert post.tries == 0
    assert only_message().error != ""


def test_a_word_too_long_for_a_line_arrives_as_it_was(post: Post) -> None:
    name = "M" + "a" * 3000
    write(name=name)
    run_all()
    assert name in post.messages[0].get_content()
    assert all(len(line) <= 998 for line in post.wire[0].splitlines())


def test_a_password_is_not_in_the_error(app: Flask, post: Post) -> None:
    chosen = app.extensions["eduhub.settings"]
    secret = chosen.mail_url.replace("smtp://", "smtp://user:s3cret-pass@")
    app.extensions["eduhub.settings"] = replace(chosen, mail_url=secret)
    write()
    run_all()
    assert only_message().error != ""
    assert "s3cret-pass" not in only_message().error + only_job().error
    assert issubclass(smtplib.SMTPException, OSError), "every refusal is caught as one kind of error"
