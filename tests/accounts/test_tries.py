"""Limits on tries: guessing gets nowhere, and nobody locks out somebody else."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from time import sleep

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eduhub.accounts import credentials
from eduhub.accounts.models import Role
from eduhub.accounts.tries import TooManyTries
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.throttle import Throttle, forget_old, source_of
from eduhub.demo.people import PASSWORD, email_of
from tests.accounts.letters import last_message, link_in, messages
from tests.conftest import People
from tests.pages import Browser

TEACHER, LEAD = email_of(Role.TEACHER, "here"), email_of(Role.SCHOOL_LEAD, "here")
HOME, ATTACKER = "192.0.2.1", "198.51.100.{}"


@pytest.fixture
def quick(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Many tries without hashing: how hashes are compared is tested elsewhere."""
    monkeypatch.setattr(credentials, "password_matches", lambda kept, given: bool(kept) and given == PASSWORD)
    return app


def guess(source: str, times: int, email: str = TEACHER) -> int:
    """Wrong tries from a source; how many were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            credentials.check_password(email, "wrong wrong wrong", source)
        except TooManyTries:
            continue
        looked_at += 1
    return looked_at


def can_sign_in(source: str = HOME, email: str = TEACHER) -> bool:
    try:
        return credentials.check_password(email, PASSWORD, source) is not None
    except TooManyTries:
        return False


def test_ten_wrong_tries_lock_the_account_there_for_five_minutes(browser: Browser) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(10):
            browser.submit("/sign-in", {"email": TEACHER, "password": "wrong"}, status=422)
        page = browser.submit("/sign-in", {"email": TEACHER, "password": PASSWORD}, status=429)
        assert "Wait five minutes" in page.main_text
        clock.shift(timedelta(minutes=5, seconds=1))
        assert "Mairi" in browser.submit("/sign-in", {"email": TEACHER, "password": PASSWORD}).text


@pytest.mark.usefixtures("quick")
def test_one_source_locks_nobody_out_elsewhere() -> None:
    assert guess(ATTACKER.format(1), 200) == 10
    assert can_sign_in(HOME)
    assert not can_sign_in(ATTACKER.format(1))


@pytest.mark.usefixtures("quick")
def test_many_sources_together_are_slowed_down_but_not_for_ever() -> None:
    with time_machine.travel(now(), tick=False) as clock:
        assert sum(guess(ATTACKER.format(number), 20) for number in range(1, 9)) == 50
        assert not can_sign_in()
        clock.shift(timedelta(minutes=5, seconds=1))
        assert can_sign_in()


def test_a_new_password_by_link_lets_the_owner_in_at_once(browser: Browser) -> None:
    new, token = {"password": "quiet otter beside moss"}, browser.token()
    for number in range(1, 9):
        guess(ATTACKER.format(number), 20)
    for _ in range(11):
        browser.send("POST", "/sign-in", data={"email": TEACHER, "password": "x", "csrf_token": token})
    browser.submit("/reset", {"email": TEACHER})
    browser.submit(link_in(last_message(TEACHER)), new)
    assert "Mairi" in browser.submit("/sign-in", {"email": TEACHER, **new}).text


@pytest.mark.usefixtures("quick")
def test_mistypes_of_colleagues_lock_nobody_in_a_school_behind_one_address() -> None:
    for number in range(9):
        assert guess(HOME, 10, f"colleague{number}@school.example") == 10
    assert can_sign_in(HOME)


@pytest.mark.usefixtures("quick")
def test_a_source_that_tries_many_accounts_is_stopped() -> None:
    looked_at = sum(guess(HOME, 1, f"p{number}@x.example") for number in range(120))
    assert looked_at == 100
    assert not can_sign_in(HOME)
    assert can_sign_in("192.0.2.2")


@pytest.mark.usefixtures("quick")
def test_a_right_password_clears_the_account_but_not_what_the_source_did() -> None:
    for _ in range(10):
        assert guess(HOME, 9) == 9
        assert can_sign_in(HOME)
    assert guess(HOME, 9) == 9
    assert guess(HOME, 9, LEAD) == 1, "ninety and nine wrong tries, then one more"


@pytest.mark.usefixtures("quick")
def test_a_morning_of_right_passwords_locks_nobody() -> None:
    assert all(can_sign_in(HOME) for _ in range(130))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("unknown", "unknown", True),
    ],
)
def test_what_counts_as_one_source(one: str, other: str, same: bool) -> None:
    assert (source_of(one) == source_of(other)) == same


def test_many_at_once_are_no_more_than_many_in_turn(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def slowly(_kept: str | None, password: str) -> bool:
        looked_at.append(password)
        sleep(0.05)
        return False

    monkeypatch.setattr(credentials, "password_matches", slowly)

    def try_one() -> None:
        with app.app_context():
            guess(HOME, 1)
            db.session.remove()

    threads = [threading.Thread(target=try_one) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(looked_at) == 10


def test_the_current_password_cannot_be_guessed(people: People, sign_in: Callable[..., Browser]) -> None:
    browser = sign_in(people.teacher)
    data = {"current": "wrong", "password": "quiet otter beside moss"}
    values = {**browser.page("/account").form("/account/password"), **data}
    for _ in range(10):
        browser.post("/account/password", values, status=422)
    browser.post("/account/password", {**values, "current": PASSWORD}, status=429)


@pytest.mark.usefixtures("quick")
def test_nothing_about_a_source_is_kept_for_more_than_an_hour() -> None:
    guess(HOME, 3)
    with time_machine.travel(now() + timedelta(minutes=61)):
        forget_old()
    assert db.session.scalar(select(func.count()).select_from(Throttle)) == 0


@pytest.mark.parametrize("url", ["/reset", "/sign-up"])
def test_nobody_is_flooded_with_letters(browser: Browser, url: str) -> None:
    form = {"name": "Una Blair", "role": "teacher", "place": "9900001"}
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(5):
            browser.submit(url, {**form, "email": TEACHER})
        assert "Wait an hour" in browser.submit(url, {**form, "email": TEACHER}, status=429).main_text
        assert len(messages(TEACHER)) == 5
        browser.submit(url, {**form, "email": LEAD})
        clock.shift(timedelta(minutes=61))
        browser.submit(url, {**form, "email": TEACHER})


def test_one_source_writes_to_a_school_s_staff_but_not_to_the_nation(browser: Browser) -> None:
    token = browser.token()
    answers = [
        browser.send("POST", "/reset", data={"email": f"p{number}@x.example", "csrf_token": token})
        for number in range(103)
    ]
    assert Counter(answer.status_code for answer in answers) == {303: 100, 429: 3}
