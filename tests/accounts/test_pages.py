"""Signing up, signing in and out, links, limits on tries, deciding on roles: as people meet them."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.demo.people import PASSWORD, email_of
from tests.accounts.letters import last_message, link_in, messages
from tests.conftest import People
from tests.pages import Browser

CHOSEN = {"password": "purple kettle on a hill"}
SignIn = Callable[[Person], Browser]
TEACHER = email_of(Role.TEACHER, "here")
GOOD = {
    "name": "Una Blair",
    "email": "una.blair@school.example",
    "role": "teacher",
    "place": "9900001",
}


def person(email: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == email)).one()


def test_sign_in_and_out(browser: Browser) -> None:
    page = browser.submit("/sign-in", {"email": f" {TEACHER.upper()} ", "password": PASSWORD})
    assert "Mairi Grant" in page.text
    assert browser.page("/account").h1 == "Your account"
    browser.post("/sign-out")
    assert browser.page("/account").h1 == "Sign in"


def test_a_copied_cookie_is_worthless_after_signing_out(app: Flask, browser: Browser) -> None:
    browser.submit("/sign-in", {"email": TEACHER, "password": PASSWORD})
    cookie = browser.client.get_cookie("eduhub")
    assert cookie is not None
    browser.post("/sign-out")
    thief = Browser(app)
    thief.client.set_cookie("eduhub", cookie.value)
    assert thief.page("/account").h1 == "Sign in"


def test_a_wrong_password_and_an_unknown_address_read_the_same(browser: Browser) -> None:
    wrong = browser.submit("/sign-in", {"email": TEACHER, "password": "not the password"}, status=422)
    unknown = browser.submit("/sign-in", {"email": "nobody@x.example", "password": "not it"}, status=422)
    assert wrong.main_text == unknown.main_text
    assert "not right" in wrong.main_text


def test_what_was_typed_is_kept_but_not_the_password(browser: Browser) -> None:
    page = browser.submit("/sign-in", {"email": TEACHER, "password": "wrong wrong"}, status=422)
    assert page.form()["email"] == TEACHER
    assert page.form()["password"] == ""


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"],
)
def test_signing_in_never_leads_to_another_site(browser: Browser, target: str) -> None:
    response = browser.post("/sign-in", {"email": TEACHER, "password": PASSWORD, "next": target})
    assert response.headers["Location"] == "/"


def test_signing_in_leads_back_to_the_page_asked_for(browser: Browser) -> None:
    assert browser.page("/account").h1 == "Sign in"
    page = browser.submit("/sign-in?next=/account", {"email": TEACHER, "password": PASSWORD})
    assert page.h1 == "Your account"


def test_idle_and_absolute_limits(people: People, browser: Browser, sign_in: SignIn) -> None:
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        teacher, lead = sign_in(people.teacher), sign_in(people.lead)
        clock.shift(timedelta(minutes=31))
        assert teacher.page("/account").h1 == "Your account"
        assert lead.page("/account").h1 == "Sign in"
        clock.shift(timedelta(minutes=181))
        assert teacher.page("/account").h1 == "Sign in"
        busy = sign_in(people.teacher)
        for _ in range(13):
            clock.shift(timedelta(minutes=59))
            last = busy.page("/account").h1
        assert last == "Sign in"


def test_sign_up_to_first_sign_in(app: Flask, browser: Browser, people: People, sign_in: SignIn) -> None:
    page = browser.submit("/sign-up", GOOD)
    assert page.h1 == "Look in your e-mail"
    link = link_in(last_message(GOOD["email"]))
    offered = browser.page(link).main_text
    assert all(known in offered for known in ("Una Blair", "Teacher", "Lochside Academy", GOOD["email"]))
    assert browser.submit(link, CHOSEN).h1 == "Sign in"
    asked = db.session.scalars(select(RoleHeld).where(RoleHeld.state == RoleState.ASKED)).one()
    lead = sign_in(people(Role.SCHOOL_LEAD))
    assert "Una Blair" in lead.page("/people").text
    lead.post(f"/people/roles/{asked.id}", {"decision": "approve"})
    assert "approved" in last_message(GOOD["email"]).body
    assert "Una Blair" in Browser(app).submit("/sign-in", {**GOOD, **CHOSEN}).text
    assert person(GOOD["email"]).holds(Role.TEACHER)


def test_a_link_works_once_and_for_a_day(browser: Browser) -> None:
    browser.submit("/sign-up", GOOD)
    link = link_in(last_message(GOOD["email"]))
    browser.submit(link, CHOSEN)
    assert browser.page(link, status=410).h1 == "This link no longer works"
    browser.post(link, CHOSEN, status=410)
    other = {**GOOD, "email": "other@school.example"}
    browser.submit("/sign-up", other)
    late = link_in(last_message(other["email"]))
    with time_machine.travel(now() + timedelta(hours=25)):
        assert browser.page(late, status=410).h1 == "This link no longer works"


def test_an_address_in_use_is_not_revealed(browser: Browser) -> None:
    fresh = browser.submit("/sign-up", GOOD)
    used = browser.submit("/sign-up", {**GOOD, "email": TEACHER})
    assert fresh.main_text == used.main_text
    assert "already" in last_message(TEACHER).subject


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "not an address"}, "Write one address"),
        ({"email": "a@b"}, "Write one address"),
        ({"name": " "}, "Write your name"),
        ({"name": "Una\nhttp://evil.example/x"}, "Write your name only"),
        ({"name": "Una http://evil.example/x"}, "Write your name only"),
        ({"name": "See www.evil.example"}, "Write your name only"),
        ({"name": "Una una@evil.example"}, "Write your name only"),
        ({"place": "Nowhere School"}, "no open place"),
        ({"place": "Primary"}, "choose yours"),
        ({"role": "administrator"}, "Choose one of those listed"),
        ({"role": "national-lead"}, "Choose one of those listed"),
    ],
)
def test_a_bad_sign_up_says_why_and_loses_nothing(
    browser: Browser, changes: dict[str, str], message: str
) -> None:
    page = browser.submit("/sign-up", {**GOOD, **changes}, status=422)
    assert message in page.main_text
    kept = page.form()
    for name in ("name", "email", "place"):
        assert kept[name].strip() == {**GOOD, **changes}[name].strip()


BAD_PASSWORDS = [
    ("", "Choose a password"),
    ("short", "at least 12"),
    ("password123456", "too easy"),
    ("aaaaaaaaaaaaaaaa", "too easy"),
    ("qwertyuiop1234567890", "too easy"),
    ("UnaBlair-2026", "own name"),
    ("x" * 129, "at most 128"),
]


@pytest.mark.parametrize(("password", "message"), BAD_PASSWORDS)
def test_a_bad_password_says_why_and_leaves_the_link_good(
    browser: Browser, password: str, message: str
) -> None:
    browser.submit("/sign-up", GOOD)
    for _ in range(2):
        link = link_in(last_message(GOOD["email"]))
        assert message in browser.submit(link, {"password": password}, status=422).main_text
        assert person(GOOD["email"]).verified_at is None or "/reset/" in link
        browser.submit(link, CHOSEN)
        browser.submit("/reset", {"email": GOOD["email"]})


def test_one_s_own_name_is_refused_wherever_a_password_is_chosen(
    browser: Browser, people: People, sign_in: SignIn
) -> None:
    browser.submit("/reset", {"email": TEACHER})
    own = {"password": "Mairi-Grant-2026"}
    assert "own name" in browser.submit(link_in(last_message(TEACHER)), own, status=422).main_text
    teacher = sign_in(people.teacher)
    values = {**teacher.page("/account").form("/account/password"), **own, "current": PASSWORD}
    assert "own name" in teacher.post("/account/password", values, status=422).text


def test_nobody_takes_an_address_before_its_owner_comes(app: Flask, browser: Browser) -> None:
    stranger = {**GOOD, "name": "Mallory Stranger", "role": "school-lead", "place": "9900003"}
    browser.submit("/sign-up", stranger)
    first = link_in(last_message(GOOD["email"]))
    browser.submit("/sign-up", GOOD)
    newest = link_in(last_message(GOOD["email"]))
    assert browser.page(first, status=410).h1 == "This link no longer works"
    browser.submit(newest, CHOSEN)
    owner = person(GOOD["email"])
    assert owner.name == "Una Blair"
    assert [(role.role, role.organisation.code) for role in owner.roles] == [(Role.TEACHER, "9900001")]
    assert "Una Blair" in browser.submit("/sign-in", {**GOOD, **CHOSEN}).text


def test_an_unconfirmed_address_signs_up_again_with_the_same_role(browser: Browser) -> None:
    browser.submit("/sign-up", GOOD)
    browser.submit("/sign-up", {**GOOD, "name": "Una M Blair"})
    browser.submit(link_in(last_message(GOOD["email"])), CHOSEN)
    assert person(GOOD["email"]).name == "Una M Blair"
    assert len(person(GOOD["email"]).roles) == 1


def test_asking_for_a_reset_before_confirming_sends_the_link_to_confirm(browser: Browser) -> None:
    browser.submit("/sign-up", GOOD)
    browser.submit("/reset", {"email": GOOD["email"]})
    assert browser.page(link_in(last_message(GOOD["email"]))).h1 == "Confirm your address"


def test_signing_up_with_a_confirmed_address_changes_nothing(browser: Browser, people: People) -> None:
    browser.submit("/sign-up", {**GOOD, "email": TEACHER, "role": "school-lead"})
    assert people.teacher.name == "Mairi Grant"
    assert [role.role for role in people.teacher.roles] == [Role.TEACHER]


def test_a_new_password_voids_every_open_link(browser: Browser) -> None:
    for _ in range(2):
        browser.submit("/reset", {"email": TEACHER})
    links = [link_in(message) for message in messages(TEACHER)]
    browser.submit(links[0], {"password": "quiet otter beside moss"})
    assert browser.page(links[1], status=410).h1 == "This link no longer works"


def test_reset_ends_every_sign_in(app: Flask, browser: Browser, people: People, sign_in: SignIn) -> None:
    elsewhere = sign_in(people.teacher)
    browser.submit("/reset", {"email": TEACHER})
    link = link_in(last_message(TEACHER))
    browser.submit(link, {"password": "quiet otter beside moss"})
    assert elsewhere.page("/account").h1 == "Sign in"
    browser.submit("/sign-in", {"email": TEACHER, "password": PASSWORD}, status=422)
    assert (
        "Mairi" in browser.submit("/sign-in", {"email": TEACHER, "password": "quiet otter beside moss"}).text
    )
    assert browser.page(link, status=410).h1 == "This link no longer works"


@pytest.mark.parametrize(("url", "data"), [("/reset", {}), ("/sign-up", GOOD)])
def test_asking_for_a_link_tells_nobody_by_its_time(browser: Browser, url: str, data: dict[str, str]) -> None:
    """The request writes the same rows whoever has the address; the worker does what differs."""
    browser.submit(url, {**data, "email": "first@x.example"})
    for email in (TEACHER, "nobody@x.example"):
        before = row_counts()
        browser.submit(url, {**data, "email": email})
        assert row_counts() - before == Counter(job=1, throttle=1)


def row_counts() -> Counter[str]:
    tables = db.metadata.sorted_tables
    return Counter({t.name: db.session.scalar(select(func.count()).select_from(t)) or 0 for t in tables})


def test_a_reset_for_nobody_reads_the_same(browser: Browser) -> None:
    known = browser.submit("/reset", {"email": TEACHER})
    unknown = browser.submit("/reset", {"email": "nobody@x.example"})
    assert known.main_text == unknown.main_text
    assert messages("nobody@x.example") == []


def test_changing_the_password_needs_the_old_one(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.teacher)
    data = {"current": "wrong", "password": "quiet otter beside moss"}
    values = {**browser.page("/account").form("/account/password"), **data}
    assert "not your password" in browser.post("/account/password", values, status=422).text
    browser.post("/account/password", {**values, "current": PASSWORD})
    assert browser.page("/account").h1 == "Sign in"


def test_sign_out_everywhere(people: People, sign_in: SignIn) -> None:
    one, two = sign_in(people.teacher), sign_in(people.teacher)
    one.post("/account/sign-out-everywhere")
    assert two.page("/account").h1 == "Sign in"


def test_a_lead_elsewhere_neither_sees_nor_decides(people: People, sign_in: SignIn) -> None:
    held = people.teacher.roles[0]
    other = sign_in(people(Role.SCHOOL_LEAD, "there"))
    assert "Mairi Grant" not in other.page("/people").text
    other.post(f"/people/roles/{held.id}", {"decision": "end"}, status=404)
    assert people.teacher.roles[0].state is RoleState.HELD


def test_ending_a_role_ends_the_sign_in_at_once(people: People, sign_in: SignIn) -> None:
    teacher, lead = sign_in(people.teacher), sign_in(people(Role.SCHOOL_LEAD))
    lead.post(f"/people/roles/{people.teacher.roles[0].id}", {"decision": "end"})
    assert teacher.page("/account").h1 == "Sign in"
    assert not people.teacher.holds(Role.TEACHER)


def test_the_last_administrator_stays(people: People, sign_in: SignIn) -> None:
    first, second = people(Role.ADMINISTRATOR), people(Role.ADMINISTRATOR, "there")
    browser = sign_in(first)
    browser.post(f"/people/roles/{second.roles[0].id}", {"decision": "end"})
    browser.post(f"/people/roles/{first.roles[0].id}", {"decision": "end"}, status=404)
    assert people(Role.ADMINISTRATOR).holds(Role.ADMINISTRATOR)


def test_disabling_ends_the_sign_in(people: People, sign_in: SignIn) -> None:
    teacher, admin = sign_in(people.teacher), sign_in(people(Role.ADMINISTRATOR))
    admin.post(f"/people/{people.teacher.id}/disable", {"disabled": "yes"})
    assert teacher.page("/account").h1 == "Sign in"
    sign_in(people(Role.SCHOOL_LEAD)).post(f"/people/{people.teacher.id}/disable", status=403)
