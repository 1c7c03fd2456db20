"""The start page says what needs doing now, for whoever is looking."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import Job
from eduhub.lessons.models import LessonVersion
from eduhub.notifications.actions import retry_unsent, send_email
from eduhub.visits import actions
from tests.conftest import People
from tests.pages import Browser
from tests.visits.scenes import ask, morning

SignIn = Callable[[Person], Browser]


def test_somebody_not_signed_in_finds_the_three_jobs(browser: Browser) -> None:
    page = browser.page("/")
    assert page.link("Teachers: take a lesson") == "/lessons"
    assert page.link("Ask an officer to visit") == "/visits"
    assert page.link("Learners: I have a class code") == "/answer"
    assert page.link("Browse by curriculum") == "/lessons/curriculum"
    assert "Your lists" not in page.links()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_start_page_with_something_to_do(
    people: People, sign_in: SignIn, role: Role
) -> None:
    page = sign_in(people(role)).page("/")
    assert people(role).name in page.main_text
    assert page.all("form", role="search")
    navigation = [
        "".join(link.itertext()).strip()
        for link in page.one("nav", class_="site-nav").iter()
        if link.get("href")
    ]
    assert len(navigation) == len(set(navigation)) > 1


@pytest.mark.parametrize("role", [Role.NATIONAL_LEAD, Role.CONTENT_EDITOR])
def test_who_plans_lessons_is_led_to_the_searches_in_vain(
    people: People, sign_in: SignIn, role: Role
) -> None:
    page = sign_in(people(role)).page("/")
    assert page.link("Searches that found nothing") == "/lessons/searches"


def test_the_teacher_is_asked_to_confirm_first(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    visit = ask(people.teacher, lesson)
    officer = sign_in(people.officer)
    assert "1 waiting for a time" in officer.page("/").main_text
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    teacher = sign_in(people.teacher).page("/")
    first = teacher.one("li", class_="cards__first")
    assert "Confirm a time" in "".join(first.itertext())
    assert "No request is waiting" in officer.page("/").main_text


def test_after_the_day_both_are_asked_what_was_delivered(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    visit = ask(people.teacher, lesson)
    actions.accept_time(visit, people.officer, visit.times[0].starts_at, visit.version)
    with time_machine.travel(morning(1) + timedelta(hours=6)):
        for person in (people.teacher, people.officer):
            assert "Say what was delivered" in sign_in(person).page("/").main_text


def test_an_administrator_is_told_that_mail_does_not_get_out(
    people: People, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_email(to="a@x.example", subject="S", template="accounts/already", context={"name": "A"})
    with time_machine.travel(now() + timedelta(minutes=70)):
        admin = sign_in(people(Role.ADMINISTRATOR))
        assert "not getting out" not in admin.page("/").main_text, "no mail server is set"
        monkeypatch.setattr("eduhub.notifications.queries.settings", _WithMail)
        assert "E-mail is not getting out" in admin.page("/").main_text
        assert "not getting out" not in sign_in(people.teacher).page("/").main_text
    before = db.session.query(Job).count()
    assert retry_unsent() == 1
    assert db.session.query(Job).count() == before + 1


class _WithMail:
    """Settings in which a mail server is named."""

    mail_url = "smtp://127.0.0.1:1"
