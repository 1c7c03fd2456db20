"""Who hears of a wish for a role: those who decide nearest to it, once."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from eduhub.accounts.actions import ask_for_role, decide_role
from eduhub.accounts.models import Role, RoleState
from eduhub.accounts.queries import PLACE_OF_ROLE, deciders_of
from eduhub.accounts.tries import TooManyTries
from eduhub.core.db import action, db
from eduhub.notifications.models import Message
from eduhub.organisations.models import Organisation, School
from tests.accounts.letters import last_message, link_in
from tests.conftest import People
from tests.pages import Browser

SignIn = Callable[..., Browser]
NEW = {"name": "Una Blair", "email": "una@work.example"}
GOOD = {"password": "purple kettle on a hill"}


def told() -> list[str]:
    """Who was asked to decide."""
    subject = "Somebody asks for a role"
    return sorted(db.session.scalars(select(Message.to).where(Message.subject.startswith(subject))))


@pytest.mark.parametrize(
    ("role", "place", "decider"),
    [
        ("teacher", "9900001", Role.SCHOOL_LEAD),
        ("teacher", "9900002", Role.COUNCIL_LEAD),
        ("school-lead", "9900001", Role.COUNCIL_LEAD),
        ("liaison-officer", "N", Role.DIVISION_LEAD),
        ("partner-practitioner", "P-HERE", Role.COUNCIL_LEAD),
    ],
)
def test_the_nearest_hear_once_the_address_is_confirmed(
    browser: Browser, people: People, role: str, place: str, decider: Role
) -> None:
    browser.submit("/sign-up", {**NEW, "role": role, "place": place})
    link = link_in(last_message(NEW["email"]))
    assert told() == [], "nobody is asked about an address that may be anybody's"
    browser.submit(link, GOOD)
    assert told() == [people(decider).email]
    letter = last_message(people(decider).email)
    assert "Una Blair" in letter.body
    assert NEW["email"] in letter.body
    assert link_in(letter) == "/people"


def test_where_nobody_nearer_decides_administrators_hear(browser: Browser, people: People) -> None:
    decide_role(people.lead.roles[0], RoleState.ENDED, people(Role.ADMINISTRATOR))
    browser.submit("/sign-up", {**NEW, "role": "liaison-officer", "place": "N"})
    browser.submit(link_in(last_message(NEW["email"])), GOOD)
    assert told() == sorted(people(Role.ADMINISTRATOR, side).email for side in ("here", "there"))


def test_a_school_without_a_council_is_the_administrators_matter(people: People) -> None:
    lone = add_lone_school()
    ask_for_role(people.teacher, Role.TEACHER, lone)
    assert told() == sorted(people(Role.ADMINISTRATOR, side).email for side in ("here", "there"))


def test_asking_beside_a_role_tells_once(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.teacher)
    for _ in range(2):
        browser.submit("/account/roles/new", {"role": "teacher", "place": "9900003"})
    assert told() == [people(Role.SCHOOL_LEAD, "there").email]


def test_asking_again_after_a_refusal_tells_again(people: People, sign_in: SignIn) -> None:
    browser, lead = sign_in(people.teacher), people(Role.SCHOOL_LEAD, "there")
    browser.submit("/account/roles/new", {"role": "teacher", "place": "9900003"})
    decide_role(people.teacher.roles[-1], RoleState.REFUSED, lead)
    browser.submit("/account/roles/new", {"role": "teacher", "place": "9900003"})
    assert told() == [lead.email] * 2


def test_nobody_is_asked_about_themselves(people: People, sign_in: SignIn) -> None:
    lead = people(Role.SCHOOL_LEAD)
    sign_in(lead).submit("/account/roles/new", {"role": "teacher", "place": "9900001"})
    assert told() == [people(Role.COUNCIL_LEAD).email]


def test_whoever_cannot_sign_in_is_not_asked(people: People, sign_in: SignIn) -> None:
    lead = people(Role.SCHOOL_LEAD, "there")
    sign_in(people(Role.ADMINISTRATOR)).post(f"/people/{lead.id}/disable", {"disabled": "yes"})
    ask_for_role(people.teacher, Role.TEACHER, people.teacher_elsewhere.roles[0].organisation)
    assert told() == [people(Role.COUNCIL_LEAD, "there").email]


def test_leads_are_not_flooded_with_wishes(people: People) -> None:
    schools = db.session.scalars(select(School)).all()
    for _ in range(10):
        ask_for_role(people.teacher, Role.TEACHER, schools[0])
    with pytest.raises(TooManyTries):
        ask_for_role(people.teacher, Role.TEACHER, schools[1])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_whoever_hears_may_decide(people: People, sign_in: SignIn, role: Role) -> None:
    """The letter and the page agree."""
    asker = people(Role.CONTENT_EDITOR)
    kind = PLACE_OF_ROLE[role]
    place = db.session.scalars(select(Organisation).where(Organisation.kind == kind)).first()
    assert place is not None
    ask_for_role(asker, role, place)
    held = next(one for one in asker.roles if one.role is role)
    for person in deciders_of(held):
        assert asker.name in sign_in(person).page("/people").main_text or role is Role.CONTENT_EDITOR


@action
def add_lone_school() -> School:
    school = School(code="9900099", name="Lone School")
    db.session.add(school)
    return school
