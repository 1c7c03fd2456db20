"""A list holds exactly what its reader may open: each ``visible_to`` and the predicate of the page agree."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.app import create_app
from eduhub.core.access import may
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.programmes.models import SchoolClass
from eduhub.programmes.permissions import ClassAbility
from eduhub.programmes.permissions import visible_to as visible_classes
from eduhub.programmes.queries import classes_of
from eduhub.visits import queries
from eduhub.visits.models import Delivery, Visit, VisitState
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.permissions import visible_to as visible_visits
from tests.databases import Database, settings_for
from tests.whole.scene import World, make_world, people

SIDES = ("here", "there")


@pytest.fixture
def world(app: Flask, database: Database, tmp_path: Path) -> Iterable[World]:
    with create_app(settings_for(tmp_path / "data", database.url, content=tmp_path)).app_context():
        yield make_world(tmp_path)
        db.session.remove()
        db.engine.dispose()


@action
def newcomer(role: Role, side: str, state: RoleState = RoleState.HELD) -> Person:
    """A second person in a role at the place of the first."""
    place = people(role, side).held[0].organisation_id
    moment = now()
    person = Person(
        email=f"{uuid4().hex}@school.example",
        name="A Colleague",
        password_hash="none",
        created_at=moment,
        verified_at=moment,
    )
    person.roles.append(RoleHeld(organisation_id=place, role=role, state=state, asked_at=moment))
    db.session.add(person)
    return person


@action
def end_roles(person: Person) -> None:
    for held in person.roles:
        held.state = RoleState.ENDED


def everybody() -> list[Person]:
    """All roles on both sides, a colleague of each at the first, and people whose role is asked for only."""
    both = [people(role, side) for role in Role for side in SIDES]
    colleagues = [newcomer(role, "here") for role in Role]
    waiting = [newcomer(role, "here", RoleState.ASKED) for role in Role]
    return [*both, *colleagues, *waiting]


def after_leaving() -> list[Person]:
    """The people of the scene once their role has ended: what they did stays, what they see does not."""
    left = [people(Role.TEACHER), people(Role.LIAISON_OFFICER), people(Role.SCHOOL_LEAD)]
    for person in left:
        end_roles(person)
    return left


def visits_listed(person: Person) -> set[UUID]:
    statement = select(Visit.id).join(SchoolClass, Visit.class_id == SchoolClass.id)
    return set(db.session.scalars(statement.where(visible_visits(person))))


def classes_listed(person: Person) -> set[UUID]:
    return set(db.session.scalars(select(SchoolClass.id).where(visible_classes(person))))


def deliveries_listed(person: Person) -> set[UUID]:
    return {delivery.id for delivery in queries.deliveries_of(person)}


def allowed(
    kind: type[Visit | SchoolClass | Delivery], ability: VisitAbility | ClassAbility, person: Person
) -> set[UUID]:
    rows: Iterable[Any] = db.session.scalars(select(kind)).unique()
    return {row.id for row in rows if may(ability, row, person)}


Listed = Callable[[Person], set[UUID]]
Kind = type[Visit | SchoolClass | Delivery]
LISTS = [
    pytest.param(visits_listed, Visit, VisitAbility.SEE, id="visits"),
    pytest.param(classes_listed, SchoolClass, ClassAbility.KEEP, id="classes"),
    pytest.param(deliveries_listed, Delivery, VisitAbility.SEE_DELIVERY, id="deliveries"),
]


@pytest.mark.parametrize(("listed", "kind", "ability"), LISTS)
@pytest.mark.usefixtures("world")
def test_a_list_is_what_may_be_opened(
    listed: Listed, kind: Kind, ability: VisitAbility | ClassAbility
) -> None:
    for person in everybody():
        roles = [f"{held.role} ({held.state})" for held in person.roles]
        assert listed(person) == allowed(kind, ability, person), roles


@pytest.mark.parametrize(("listed", "kind", "ability"), LISTS)
@pytest.mark.usefixtures("world")
def test_who_has_left_is_shown_nothing(
    listed: Listed, kind: Kind, ability: VisitAbility | ClassAbility
) -> None:
    for person in after_leaving():
        assert allowed(kind, ability, person) == set()
        assert listed(person) == set(), person.roles[0].role


def test_the_lists_of_the_pages_are_not_empty(world: World) -> None:
    """Otherwise the tests above could agree on nothing."""
    here = world.here
    assert here.visits["confirmed"].id in visits_listed(people(Role.TEACHER))
    assert here.visits["confirmed"].id not in visits_listed(people(Role.TEACHER, "there"))
    assert here.classes in classes_of(people(Role.TEACHER))
    assert {d.id for d in here.deliveries} <= deliveries_listed(people(Role.SCHOOL_LEAD))


@pytest.mark.usefixtures("world")
def test_the_queue_holds_only_requests_of_the_readers_division() -> None:
    for role in (Role.LIAISON_OFFICER, Role.DIVISION_LEAD):
        for side in SIDES:
            person = people(role, side)
            waiting = queries.queue(person)
            assert [visit.state for visit in waiting] == [VisitState.REQUESTED]
            assert all(may(VisitAbility.SEE, visit, person) for visit in waiting)


@pytest.mark.parametrize(
    ("kind", "ability", "seeing"),
    [
        (Visit, VisitAbility.OFFER, VisitAbility.SEE),
        (Visit, VisitAbility.CONFIRM, VisitAbility.SEE),
        (Visit, VisitAbility.CHANGE, VisitAbility.SEE),
        (Visit, VisitAbility.SEE_NOTE, VisitAbility.SEE),
        (Delivery, VisitAbility.RECORD_DELIVERY, VisitAbility.SEE_DELIVERY),
    ],
)
@pytest.mark.usefixtures("world")
def test_whoever_may_act_on_a_thing_may_see_it(
    kind: Kind, ability: VisitAbility, seeing: VisitAbility
) -> None:
    for person in everybody():
        acts, sees = allowed(kind, ability, person), allowed(kind, seeing, person)
        assert acts <= sees, person.roles[0].role
