"""What the worker forgets: nothing about a person is kept because nobody deletes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from eduhub.accounts.models import Link, Person, SignInSession
from eduhub.accounts.queries import person_by_email
from eduhub.core.clock import now
from eduhub.core.db import Base, db
from eduhub.core.jobs import Job, enqueue, run_all, sweep
from eduhub.notifications.actions import mark_sent
from eduhub.notifications.models import Message
from tests.accounts.letters import link_in, messages
from tests.conftest import People
from tests.pages import Browser

NEW = {"name": "Una Blair", "email": "una@school.example", "role": "teacher", "place": "9900001"}


def count(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def after(**time: int) -> None:
    """What the worker does that much later."""
    with time_machine.travel(now() + timedelta(**time)):
        sweep()


@pytest.fixture
def asked(browser: Browser) -> Message:
    """A letter with a link, sent."""
    browser.submit("/sign-up", NEW)
    message = messages(NEW["email"])[0]
    mark_sent(message.id)
    return message


def test_the_text_of_a_letter_goes_a_week_after_sending(asked: Message) -> None:
    key = asked.id
    after(days=6, hours=23)
    assert "/verify/" in db.session.get_one(Message, key).body
    after(days=7, hours=1)
    left = db.session.get_one(Message, key)
    assert (left.to, left.body, left.entry) == (NEW["email"], "", None)
    after(days=31)
    assert count(Message) == 0


def test_a_letter_that_waits_for_a_mail_server_keeps_its_text(browser: Browser) -> None:
    browser.submit("/sign-up", NEW)
    after(days=29)
    assert link_in(messages(NEW["email"])[0])
    after(days=31)
    assert count(Message) == 0


@pytest.mark.usefixtures("asked")
def test_links_and_whoever_never_came_go_a_month_after_their_end() -> None:
    after(days=30)
    assert count(Link) == 1
    people = count(Person)
    after(days=31, minutes=1)
    assert count(Link) == 0
    assert count(Person) == people - 1
    assert person_by_email(NEW["email"]) is None


def test_somebody_who_came_stays(browser: Browser, asked: Message) -> None:
    browser.submit(link_in(asked), {"password": "quiet otter beside moss"})
    after(days=400)
    assert count(Link) == 0
    assert person_by_email(NEW["email"]) is not None


def test_somebody_who_signed_up_again_is_given_the_time_of_the_new_link(browser: Browser) -> None:
    browser.submit("/sign-up", NEW)
    messages(NEW["email"])
    with time_machine.travel(now() + timedelta(days=29)):
        browser.submit("/sign-up", NEW)
        messages(NEW["email"])
    after(days=40)
    assert person_by_email(NEW["email"]) is not None


def test_sign_ins_go_a_month_after_their_end(people: People, sign_in: Callable[..., Browser]) -> None:
    sign_in(people.teacher)
    after(days=30)
    assert count(SignInSession) == 1
    after(days=30, hours=13)
    assert count(SignInSession) == 0


@pytest.mark.usefixtures("app")
def test_jobs_go_a_month_after_they_were_done() -> None:
    enqueue("accounts.reset", {"email": "nobody@x.example"})
    run_all()
    enqueue("accounts.reset", {"email": "somebody@x.example"})
    after(days=29)
    assert count(Job) == 2
    after(days=31)
    assert [job.payload["email"] for job in db.session.scalars(select(Job))] == ["somebody@x.example"]
