"""The lists of people: whole within one's scope, searched, paged; and who may sign in."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.accounts.permissions import may_decide
from eduhub.accounts.queries import accounts, roles_to_decide
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.demo.people import PASSWORD, SIDES
from eduhub.organisations.models import Organisation
from tests.conftest import People
from tests.pages import Browser

SignIn = Callable[..., Browser]


@action
def add_teachers(place: UUID, count: int, state: RoleState = RoleState.HELD) -> None:
    """Many people at a place."""
    moment = now()
    for number in range(count):
        person = Person(
            email=f"teacher{number}@{place.hex[:8]}.example",
            name=f"Teacher Number {number:03}",
            password_hash="none",
            created_at=moment,
            verified_at=moment,
        )
        person.roles.append(RoleHeld(organisation_id=place, role=Role.TEACHER, state=state, asked_at=moment))
        db.session.add(person)


@action
def one_of_everything_asked(asker: Person) -> None:
    """A wish for every role at every place."""
    for place in db.session.scalars(select(Organisation)):
        for role in set(Role) - {Role.CONTENT_EDITOR}:
            asker.roles.append(
                RoleHeld(organisation_id=place.id, role=role, state=RoleState.ASKED, asked_at=now())
            )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("side", SIDES)
def test_the_list_and_the_rule_agree(people: People, role: Role, side: str) -> None:
    asker, decider = people(Role.CONTENT_EDITOR), people(role, side)
    one_of_everything_asked(asker)
    for state in (RoleState.ASKED, RoleState.HELD):
        rows = db.session.scalars(select(RoleHeld).where(RoleHeld.state == state)).all()
        allowed = {row.id for row in rows if decider.holds(role) and may_decide(decider, row)}
        listed: set[UUID] = set()
        number = 1
        while (page := roles_to_decide(decider, state, "", number)).items:
            listed |= {row.id for row in page.items}
            number += 1
        assert listed == allowed
        assert page.total == len(allowed)


def test_a_long_list_elsewhere_hides_nobody_here(people: People, sign_in: SignIn) -> None:
    add_teachers(people.teacher_elsewhere.roles[0].organisation_id, 400, RoleState.ASKED)
    add_teachers(people.teacher.roles[0].organisation_id, 1, RoleState.ASKED)
    page = sign_in(people(Role.SCHOOL_LEAD)).page("/people")
    assert "Teacher Number 000" in page.main_text


def test_every_page_of_a_long_list_can_be_reached(people: People, sign_in: SignIn) -> None:
    add_teachers(people.teacher.roles[0].organisation_id, 120)
    lead = sign_in(people(Role.SCHOOL_LEAD))
    first = lead.page("/people")
    assert "121 roles" in first.main_text
    assert "Page 1 of 3" in first.main_text
    assert "Teacher Number 119" in lead.page("/people?page=3").main_text
    found = lead.page("/people?q=number+119")
    assert "Teacher Number 119" in found.main_text
    assert "Teacher Number 118" not in found.main_text
    assert "Teacher Number 118" in lead.page("/people?q=TEACHER118%40").main_text
    assert "Nobody here is called that" in lead.page("/people?q=zebra").main_text


def test_many_who_wait_are_counted(people: People, sign_in: SignIn) -> None:
    add_teachers(people.teacher.roles[0].organisation_id, 60, RoleState.ASKED)
    page = sign_in(people(Role.SCHOOL_LEAD)).page("/people")
    assert "60 wait; here are the 50 who have waited longest" in page.main_text


def test_somebody_is_stopped_and_let_in_again(people: People, sign_in: SignIn, browser: Browser) -> None:
    admin, teacher = sign_in(people(Role.ADMINISTRATOR)), people.teacher
    assert "Nobody is stopped" in admin.page("/people/accounts").main_text
    url = f"/people/{teacher.id}/disable"
    found = admin.page("/people/accounts?q=mairi")
    assert "Stop Mairi Grant from signing in" in found.text
    done = admin.submit("/people/accounts?q=mairi", at=url)
    assert "Mairi Grant can no longer sign in" in done.text
    browser.submit("/sign-in", {"email": teacher.email, "password": PASSWORD}, status=422)
    done = admin.submit("/people/accounts", at=url)
    assert "Mairi Grant can sign in again" in done.text
    assert "Mairi" in browser.submit("/sign-in", {"email": teacher.email, "password": PASSWORD}).text
    assert people.teacher.holds(Role.TEACHER)


def test_nobody_is_offered_to_stop_themselves(people: People, sign_in: SignIn) -> None:
    admin = people(Role.ADMINISTRATOR)
    browser = sign_in(admin)
    assert "Stop Rhona" not in browser.page("/people/accounts?q=rhona").text
    browser.post(f"/people/{admin.id}/disable", {"disabled": "yes"}, status=404)


@pytest.mark.parametrize("role", [Role.SCHOOL_LEAD, Role.NATIONAL_LEAD])
def test_only_administrators_see_accounts(people: People, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(people(role))
    browser.get("/people/accounts", status=403)
    assert "/people/accounts" not in browser.page("/people").html


@pytest.mark.usefixtures("app")
def test_a_search_takes_what_people_type_as_it_is() -> None:
    for text in ("%", "_", "'", "\\", "%%%", "a" * 500):
        assert accounts(text).total in {0, 20}
