"""A sign-in is a new session: nothing a browser held before counts for it."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Role, SignInSession
from eduhub.core.db import db
from eduhub.demo.people import PASSWORD, email_of
from tests.conftest import People
from tests.pages import Browser

SignIn = Callable[..., Browser]
TEACHER = {"email": email_of(Role.TEACHER, "here"), "password": PASSWORD}


def held(browser: Browser) -> dict[str, object]:
    """What the browser's cookie holds."""
    with browser.client.session_transaction() as cookie:
        return dict(cookie)


def test_signing_in_gives_a_new_session_and_a_new_form_token(browser: Browser) -> None:
    browser.page("/sign-in")
    planted = held(browser)
    browser.submit("/sign-in", TEACHER)
    assert planted["csrf_token"] != held(browser).get("csrf_token")
    assert "_user_id" in held(browser)


def test_a_page_seen_while_signed_in_sets_no_cookie(browser: Browser) -> None:
    browser.post("/sign-in", TEACHER)
    for url in ("/", "/lessons", "/account"):
        assert "Set-Cookie" not in browser.send("GET", url).headers


def test_a_cookie_planted_before_opens_nothing_after(app: Flask, browser: Browser) -> None:
    browser.page("/sign-in")
    planted = browser.client.get_cookie("eduhub")
    assert planted is not None
    browser.submit("/sign-in", TEACHER)
    thief = Browser(app)
    thief.client.set_cookie("eduhub", planted.value)
    assert thief.page("/account").h1 == "Sign in"


def test_signing_in_over_another_ends_that_sign_in(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.lead)
    browser.post("/sign-in", TEACHER)
    sessions = db.session.scalars(select(SignInSession)).all()
    assert {one.person.email: one.ended_at is None for one in sessions} == {
        people.lead.email: False,
        TEACHER["email"]: True,
    }


def test_each_sign_in_is_a_session_of_its_own(app: Flask) -> None:
    one, two = Browser(app), Browser(app)
    for browser in (one, two):
        browser.submit("/sign-in", TEACHER)
    assert held(one)["_user_id"] != held(two)["_user_id"]
    one.post("/sign-out")
    assert two.page("/account").h1 == "Your account"


def test_asked_to_sign_in_one_is_told_why_and_led_back(browser: Browser) -> None:
    asked = browser.page("/visits?page=1")
    assert asked.h1 == "Sign in"
    assert "Sign in to open that page." in asked.main_text
    wanted = asked.form()["next"]
    wrong = browser.submit(f"/sign-in?next={wanted}", {**TEACHER, "password": "wrong"}, status=422)
    assert wrong.form()["next"] == wanted == "/visits?page=1"
    assert browser.submit(f"/sign-in?next={wanted}", TEACHER).h1 == "Visits"


def test_a_form_sent_after_the_sign_in_ended_leads_to_the_form_to_sign_in(
    people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.teacher)
    token = browser.token()
    sign_in(people.teacher).post("/account/sign-out-everywhere")
    answer = browser.send("POST", "/classes/new", data={"csrf_token": token, "name": "S1"})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
