"""Reading people and roles."""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eduhub.accounts.models import Link, LinkPurpose, Person, Role, RoleHeld, RoleState
from eduhub.accounts.permissions import AccountAbility
from eduhub.accounts.rules import DECIDERS
from eduhub.accounts.sessions import hash_token
from eduhub.core.access import may
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.web import Page
from eduhub.organisations.models import Kind, Organisation
from eduhub.organisations.queries import find_places
from eduhub.organisations.rules import search_words

PAGE_SIZE = 50


def person_by_email(email: str) -> Person | None:
    """The person who signs in with this address."""
    return db.session.scalar(select(Person).where(Person.email == email))


def person_by_id(person_id: UUID) -> Person | None:
    """A person."""
    return db.session.get(Person, person_id)


def people_with(*roles: Role) -> list[Person]:
    """Everybody with an account in use who holds any of these roles anywhere, by name."""
    holding = select(RoleHeld.person_id).where(RoleHeld.role.in_(roles), RoleHeld.state == RoleState.HELD)
    in_use = (Person.verified_at.is_not(None), Person.disabled_at.is_(None), Person.id.in_(holding))
    return list(db.session.scalars(select(Person).where(*in_use).order_by(Person.name, Person.id)))


_AS_NOW = (
    select(Person)
    .where(Person.id == bindparam("person_id"))
    .options(joinedload(Person.roles).lazyload(RoleHeld.organisation))
    .execution_options(populate_existing=True)
)


def person_as_now(person_id: UUID) -> Person:
    """A person with the roles they hold at this moment. Inside an action."""
    return db.session.scalars(_AS_NOW, {"person_id": person_id}).unique().one()


def usable_link(token: str, purpose: LinkPurpose) -> Link | None:
    """The link behind a token, while it is unused, in time and meant for this."""
    link = db.session.scalar(select(Link).where(Link.token_hash == hash_token(token)))
    if link is None or link.purpose is not purpose or link.used_at or link.expires_at <= now():
        return None
    return link


# What kind of place each role is held at.
PLACE_OF_ROLE: dict[Role, Kind] = {
    Role.TEACHER: Kind.SCHOOL,
    Role.SCHOOL_LEAD: Kind.SCHOOL,
    Role.LIAISON_OFFICER: Kind.DIVISION,
    Role.PARTNER_PRACTITIONER: Kind.PARTNER,
    Role.COUNCIL_LEAD: Kind.COUNCIL,
    Role.DIVISION_LEAD: Kind.DIVISION,
    Role.NATIONAL_LEAD: Kind.NATION,
    Role.CONTENT_EDITOR: Kind.NATION,
    Role.CONTENT_REVIEWER: Kind.NATION,
    Role.ADMINISTRATOR: Kind.NATION,
}


def places_for(role: Role, text: str) -> list[Organisation]:
    """The open places of that name or code at which a role can be held."""
    return find_places(PLACE_OF_ROLE[role], text)


def partners_near(person: Person) -> list[Organisation]:
    """Partner organisations in the area somebody leads, by name."""
    rows = db.session.scalars(
        select(Organisation).where(Organisation.kind == Kind.PARTNER).order_by(Organisation.name)
    )
    return [row for row in rows if may(AccountAbility.KEEP_PARTNERS, row, person)]


def role_by_id(role_id: UUID) -> RoleHeld | None:
    """A role with its person and organisation."""
    return db.session.get(RoleHeld, role_id, options=[joinedload(RoleHeld.person)])


def roles_to_decide(person: Person, state: RoleState, text: str = "", number: int = 1) -> Page[RoleHeld]:
    """Roles in a state that this person may decide on, found by name, address or place.

    Those asked for come in the order of asking, others by name.
    """
    found = (
        select(RoleHeld)
        .join(RoleHeld.person)
        .join(RoleHeld.organisation)
        .where(RoleHeld.state == state, _decided_by(person))
    )
    for word in search_words(text):
        named = Person.name.icontains(word, autoescape=True) | Person.email.contains(word, autoescape=True)
        found = found.where(named | Organisation.name.icontains(word, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(
        found.order_by(RoleHeld.asked_at if state is RoleState.ASKED else Person.name, RoleHeld.id)
        .options(contains_eager(RoleHeld.person), contains_eager(RoleHeld.organisation))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total)


def _decided_by(person: Person) -> ColumnElement[bool]:
    """``permissions.may_decide`` as a condition on roles joined with their person and place."""
    known = (RoleHeld.person_id != person.id) & Person.verified_at.is_not(None)
    if person.holds(Role.ADMINISTRATOR):
        return known
    return known & or_(false(), *(_decided_as(held) for held in person.held))


def _decided_as(held: RoleHeld) -> ColumnElement[bool]:
    roles = [role for role in Role if held.role in DECIDERS[role]]
    decided = RoleHeld.role.in_(roles)
    if held.role is Role.NATIONAL_LEAD:
        return decided
    place = held.organisation_id
    here = or_(Organisation.id == place, Organisation.council_id == place, Organisation.division_id == place)
    return decided & here


def accounts(text: str, number: int = 1) -> Page[Person]:
    """People by words of their name or address; with no words those who were stopped from signing in."""
    found = select(Person)
    for word in search_words(text):
        named = Person.name.icontains(word, autoescape=True)
        found = found.where(named | Person.email.contains(word, autoescape=True))
    if not search_words(text):
        found = found.where(Person.disabled_at.is_not(None))
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = db.session.scalars(
        found.order_by(Person.name, Person.id)
        .options(selectinload(Person.roles))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total)


# From near to far: the first of these that decides on a role, and is there, hears of a wish for it.
NEAREST = (Role.SCHOOL_LEAD, Role.COUNCIL_LEAD, Role.DIVISION_LEAD, Role.NATIONAL_LEAD, Role.ADMINISTRATOR)


def deciders_of(held: RoleHeld) -> list[Person]:
    """Those who decide nearest to somebody's role and can sign in; never the person themselves."""
    place = held.organisation
    around = [one for one in (place.id, place.council_id, place.division_id) if one]
    for role in NEAREST:
        statement = (
            select(Person)
            .join(Person.roles)
            .where(
                RoleHeld.role == role,
                RoleHeld.state == RoleState.HELD,
                Person.verified_at.is_not(None),
                Person.disabled_at.is_(None),
                Person.id != held.person_id,
            )
            .order_by(Person.email)
        )
        if PLACE_OF_ROLE[role] is not Kind.NATION:
            statement = statement.where(RoleHeld.organisation_id.in_(around))
        decides = role in DECIDERS[held.role] or role is Role.ADMINISTRATOR
        found = list(db.session.scalars(statement)) if decides else []
        if found:
            return found
    return []


def count_administrators() -> int:
    """How many people hold the administrator's role and can sign in."""
    statement = (
        select(func.count())
        .select_from(RoleHeld)
        .join(RoleHeld.person)
        .where(
            RoleHeld.role == Role.ADMINISTRATOR,
            RoleHeld.state == RoleState.HELD,
            Person.disabled_at.is_(None),
        )
    )
    return db.session.scalar(statement) or 0
