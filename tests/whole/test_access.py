"""Every route tried on everybody, as the table in ``matrix.py`` says; and the table is complete."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eduhub.accounts.models import Person, Role
from eduhub.accounts.permissions import AccountAbility
from eduhub.accounts.sessions import begin_session
from eduhub.cli import listed_routes
from eduhub.core.access import abilities, access_of, may
from eduhub.core.audit import AuditEntry
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.settings import settings
from eduhub.lessons.permissions import LessonAbility
from eduhub.visits.permissions import VisitAbility
from tests.pages import Browser
from tests.whole.matrix import GIVEN, SENSITIVE_NOTE, STATES, TABLE, VISIT, Cell, cells_of, every_cell
from tests.whole.scene import NOTE, World, form_for, people, some_feedback, some_list, values_for

SEED = "the seed of a form's token"
DONE = {200, 302, 303, 409, 410, 422}


def browser_of(app: Flask, person: Person | None) -> Browser:
    """A browser that holds a known token for forms, signed in as somebody or not."""
    browser = Browser(app)
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = SEED
        if person is not None:
            cookie.update(_user_id=begin_session(person), _fresh=True, seen=int(now().timestamp()))
    return browser


def form_token() -> str:
    """The token a form of that browser holds; fetching a page for it would double the requests."""
    signer = URLSafeTimedSerializer(settings().secret_key, salt="wtf-csrf-token")
    return str(signer.dumps(SEED))


def addresses(cell: Cell, world: World) -> list[str]:
    """The cell's route on things here; on a visit in every state, unless it is the role that is refused."""
    if cell.rule.startswith(VISIT):
        states = cell.states if cell.mark in "YON" else cell.states[:1]
        keys = [world.here.visit_ids[state] for state in states]
        return [cell.rule.replace("<uuid:visit_id>", key) for key in keys]
    values = values_for(world)
    if cell.route.endswith("?kind=own"):
        values["delivery_id"] = lambda: str(world.here.deliveries[1].id)
    if cell.area:
        return [f"{cell.rule}?area={world.here.areas[cell.area].id}"]
    if cell.rule == "/api/v1/lessons/exists":
        return [f"{cell.rule}?slug=a-lesson"]
    if cell.rule.startswith(("/api/v1/lessons/", "/lessons/", "/drafts/")):
        pictures = "assets" in cell.rule or cell.rule.startswith("/drafts/")
        name = "a.svg" if pictures else "a-lesson-learner.pdf"
        values |= {"slug": lambda: "a-lesson", "name": lambda: name}
    if cell.rule.endswith("/feedback/withdraw"):
        some_feedback(world)
    if cell.rule.startswith("/shared-lists/"):
        values["token"] = lambda: str(some_list(world).share_token)
    if cell.rule.startswith("/curriculum/"):
        values["slug"] = lambda: "hwb-3-38a"
    return [re.sub(r"<\w+:(\w+)>", lambda found: values[found[1]](), cell.rule)]


def somewhere_else(address: str) -> str:
    """The same address with the id of nothing."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", str(uuid4()), address)


def send(browser: Browser, cell: Cell, address: str, world: World) -> TestResponse:
    if cell.method == "GET":
        return browser.send("GET", address)
    data = {"csrf_token": form_token(), **form_for(cell.rule, world)}
    return browser.send("POST", address, data=data)


def outcome(response: TestResponse, cell: Cell) -> str:
    if cell.who is None and cell.mark == "S" and response.status_code == 303:
        return "sign in" if response.location.startswith("/sign-in") else "sent elsewhere"
    named = {403: "forbidden", 404: "not found"}
    if response.status_code in DONE:
        return "allowed"
    return named.get(response.status_code, f"an answer of {response.status_code}")


def written() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def masked(response: TestResponse) -> str:
    """A page without what differs each time: tokens and the address itself."""
    return re.sub(r'value="[^"]*"|[0-9a-f]{8}-[0-9a-f-]{27}', "", response.get_data(as_text=True))


@pytest.mark.parametrize("cell", every_cell(), ids=str)
def test_cell(cell: Cell, world: World, site: Flask) -> None:
    browser = browser_of(site, people(cell.who, cell.side) if cell.who else None)
    for address in addresses(cell, world):
        before = 0 if cell.expected == "allowed" else written()
        response = send(browser, cell, address, world)
        assert outcome(response, cell) == cell.expected, address
        if cell.expected != "allowed":
            assert written() == before, f"{address} was refused and still did something"
        if cell.expected == "not found":
            missing = send(browser, cell, somewhere_else(address), world)
            assert missing.status_code == 404
            assert masked(response) == masked(missing), "the answer tells that the thing exists"


@pytest.mark.parametrize("cell", cells_of(f"GET {VISIT}", SENSITIVE_NOTE), ids=str)
def test_the_sensitive_note(cell: Cell, world: World, site: Flask) -> None:
    browser = browser_of(site, people(cell.who, cell.side) if cell.who else None)
    for state in STATES[1:5]:
        html = browser.send("GET", f"/visits/{world.here.visit_ids[state]}").get_data(as_text=True)
        assert (NOTE in html) == (cell.expected == "allowed"), state


def test_an_officer_sees_the_note_only_once_the_visit_is_theirs(world: World, site: Flask) -> None:
    officer = browser_of(site, people(Role.LIAISON_OFFICER))
    html = officer.send("GET", f"/visits/{world.here.visit_ids['requested']}").get_data(as_text=True)
    assert NOTE not in html


@pytest.mark.parametrize("given", list(Role))
@pytest.mark.usefixtures("world")
def test_a_role_is_given_only_by_those_who_decide_on_it(given: Role) -> None:
    place = people(given).held[0].organisation
    for cell in cells_of(f"GIVE {given}", GIVEN[given]):
        if cell.who is not None:
            person = people(cell.who, cell.side)
            decided = may(AccountAbility.GIVE_ROLE, (given, place), person)
            assert decided == (cell.expected == "allowed"), str(cell)


def test_nobody_gives_themselves_a_role(world: World, site: Flask) -> None:
    lead = people(Role.COUNCIL_LEAD)
    wish = {"role": "school-lead", "place": "9900001", "email": lead.email, "csrf_token": form_token()}
    answer = browser_of(site, lead).send("POST", "/people/roles/new", data=wish)
    assert answer.status_code in {404, 409, 422}


# The table is complete in both directions.


def test_every_route_is_in_the_table(site: Flask) -> None:
    routes = {f"{route['method']} {route['rule']}" for route in listed_routes(site)}
    table = {route.partition("?")[0] for route in TABLE}
    assert routes - table == set(), "add these routes to tests/whole/matrix.py"
    assert table - routes == set(), "these rows have no route"


def test_what_the_table_calls_public_is_declared_public(site: Flask) -> None:
    declared = {f"{r['method']} {r['rule']}": r["access"] for r in listed_routes(site)}
    for route, marks in TABLE.items():
        assert (declared[route.partition("?")[0]] == "public") == (marks[0] == "Y"), route


def test_every_ability_is_used(site: Flask) -> None:
    declared = {access_of(site, endpoint) for endpoint in site.view_functions}
    used = {access.ability for access in declared if access and access.ability}
    parts = {VisitAbility.SEE_NOTE, LessonAbility.SEE_TOTALS}  # SENSITIVE_NOTE above; tests/lessons
    named = {f"{type(one).__name__}.{one.name}" for one in abilities()}
    assert named - {f"{type(one).__name__}.{one.name}" for one in used | parts} == set()
