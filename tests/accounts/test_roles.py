"""Giving and asking for roles, partners, and the first administrator: who may, and what others see of it."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from eduhub.accounts import actions
from eduhub.accounts.credentials import make_administrator
from eduhub.accounts.models import Person, Role, RoleState
from eduhub.accounts.queries import person_by_email
from eduhub.core.jobs import run_all
from eduhub.core.web import Problem
from tests.accounts.letters import messages
from tests.conftest import People
from tests.pages import Browser

SignIn = Callable[..., Browser]
NEW = "/people/roles/new"


def test_a_council_lead_gives_a_school_lead_their_role(people: People, sign_in: SignIn) -> None:
    lead, teacher = sign_in(people(Role.COUNCIL_LEAD)), sign_in(people.teacher)
    assert "Visits" in teacher.page("/").text
    data = {"email": people.teacher.email, "role": "school-lead", "place": "9900002"}
    page = lead.submit(NEW, data)
    assert "Mairi Grant is school lead at Lochside Primary School" in page.text
    assert people.teacher.holds(Role.SCHOOL_LEAD)
    assert "People" in teacher.page("/account").text, "a role given is there at once, without signing in anew"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": "nobody@x.example"}, "Ask them to sign up first"),
        ({"place": "9900003"}, "outside the area you lead"),
        ({"place": "Atlantis"}, "no open place of that name"),
        ({"place": "Lochside"}, "Several places have that name"),
        ({"role": "administrator"}, "Choose one of those listed"),
        ({"email": "rubbish"}, "Write one address"),
    ],
)
def test_a_wrong_gift_says_why_and_loses_nothing(
    people: People, sign_in: SignIn, changes: dict[str, str], message: str
) -> None:
    data = {"email": people.teacher.email, "role": "school-lead", "place": "9900002", **changes}
    page = sign_in(people(Role.COUNCIL_LEAD)).submit(NEW, data, status=422)
    assert message in page.main_text
    assert page.form()["place"] == data["place"]
    assert not people.teacher.holds(Role.SCHOOL_LEAD)


@pytest.mark.parametrize(
    ("giver", "role", "place"),
    [
        (Role.COUNCIL_LEAD, "teacher", "9900001"),
        (Role.ADMINISTRATOR, "liaison-officer", "N"),
        (Role.ADMINISTRATOR, "administrator", "Scotland"),
    ],
)
def test_nobody_gives_themselves_a_role(
    people: People, sign_in: SignIn, giver: Role, role: str, place: str
) -> None:
    data = {"email": people(giver).email, "role": role, "place": place}
    page = sign_in(people(giver)).submit(NEW, data, status=422)
    assert "Nobody gives themselves a role" in page.main_text
    assert [held.role for held in people(giver).held] == [giver]


def test_giving_a_role_that_is_held_does_nothing(people: People, sign_in: SignIn) -> None:
    teacher, lead = sign_in(people.teacher), sign_in(people(Role.SCHOOL_LEAD))
    before = people.teacher.roles[0].decided_at
    data = {"email": people.teacher.email, "role": "teacher", "place": "9900001"}
    assert "is teacher at Lochside Academy" in lead.submit(NEW, data).text
    assert people.teacher.roles[0].decided_at == before
    assert messages(people.teacher.email) == []
    assert teacher.page("/account").h1 == "Your account"


def test_approving_twice_tells_once(people: People, sign_in: SignIn) -> None:
    sign_in(people.teacher).submit("/account/roles/new", {"role": "teacher", "place": "9900003"})
    asked = people.teacher.roles[-1].id
    for _ in range(2):
        sign_in(people(Role.SCHOOL_LEAD, "there")).post(f"/people/roles/{asked}", {"decision": "approve"})
    assert len(messages(people.teacher.email)) == 1


def test_the_role_of_an_unconfirmed_address_is_nobody_s_to_decide(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people(Role.SCHOOL_LEAD))
    new = {"name": "Una Blair", "email": "una@school.example", "role": "teacher", "place": "9900001"}
    browser.submit("/sign-up", new)
    run_all()
    made = person_by_email("una@school.example")
    assert made is not None
    browser.post(f"/people/roles/{made.roles[0].id}", {"decision": "approve"}, status=404)
    assert "Una Blair" not in browser.page("/people").text


def test_each_lead_is_offered_only_what_they_may_give(people: People, sign_in: SignIn) -> None:
    page = sign_in(people(Role.SCHOOL_LEAD)).page(NEW)
    assert [radio.get("value") for radio in page.all("input", type="radio")] == ["teacher"]
    everything = sign_in(people(Role.ADMINISTRATOR)).page(NEW)
    assert len(everything.all("input", type="radio")) == len(Role)


def test_asking_for_a_second_school_waits_for_its_lead(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.teacher)
    browser.submit("/account/roles/new", {"role": "teacher", "place": "9900003"})
    asked = next(role for role in people.teacher.roles if role.organisation.code == "9900003")
    assert asked.state is RoleState.ASKED
    assert "Mairi Grant" in sign_in(people(Role.SCHOOL_LEAD, "there")).page("/people").main_text
    here = sign_in(people(Role.SCHOOL_LEAD)).page("/people").main_text
    assert "Firthview" not in here


def test_asking_again_for_a_role_held_changes_nothing(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.teacher)
    browser.submit("/account/roles/new", {"role": "teacher", "place": "9900001"})
    assert people.teacher.holds(Role.TEACHER)


def test_a_partner_is_added_in_ones_own_area_only(people: People, sign_in: SignIn) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    options = [option.text for option in lead.page("/people/partners").all("option")]
    assert options == ["Highland"]
    lead.submit("/people/partners", {"name": "Loch Youth Work"})
    assert "Loch Youth Work" in lead.page("/people/partners").main_text
    assert "Loch Youth Work" not in sign_in(people(Role.COUNCIL_LEAD, "there")).page("/people/partners").text
    sign_in(people.teacher).get("/people/partners", status=403)


def test_the_first_administrator_chooses_a_password_by_link(app: Flask, browser: Browser) -> None:
    token = make_administrator("Ada Field", "ada@site.example")
    browser.submit(
        "/sign-in", {"email": "ada@site.example", "password": "nobody has this password"}, status=422
    )
    browser.submit(f"/reset/{token}", {"password": "quiet otter beside moss"})
    page = browser.submit("/sign-in", {"email": "ada@site.example", "password": "quiet otter beside moss"})
    assert "administrator at Scotland" in page.text
    run_all()
    made = person_by_email("ada@site.example")
    assert made is not None
    assert made.holds(Role.ADMINISTRATOR)
    with pytest.raises(Problem):
        make_administrator("Ada Field", "ada@site.example")


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, UUID]]:
    """What rooms above are told of roles that end."""
    told: list[tuple[str, UUID]] = []

    def note(person: Person, organisation_id: UUID) -> None:
        told.append((person.name, organisation_id))

    monkeypatch.setattr(actions, "ON_ROLE_ENDED", [note])
    return told


def test_rooms_above_are_told_when_a_role_ends(
    people: People, sign_in: SignIn, ended: list[tuple[str, UUID]]
) -> None:
    held = people.officer.roles[0]
    place = held.organisation_id
    lead = sign_in(people.lead)
    lead.post(f"/people/roles/{held.id}", {"decision": "end"})
    assert ended == [("Calum Ross", place)]
    lead.post(f"/people/roles/{held.id}", {"decision": "approve"})
    assert len(ended) == 1


def test_rooms_above_are_told_of_each_role_of_somebody_disabled(
    people: People, sign_in: SignIn, ended: list[tuple[str, UUID]]
) -> None:
    admin, officer = sign_in(people(Role.ADMINISTRATOR)), people.officer
    place = officer.roles[0].organisation_id
    admin.post(f"/people/{officer.id}/disable", {"disabled": "yes"})
    admin.post(f"/people/{officer.id}/disable", {"disabled": "no"})
    assert ended == [("Calum Ross", place)]
