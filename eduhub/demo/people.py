"""Two made-up establishments in two councils and divisions, and one sign-in for each role at both sides.

The same every time, so that demonstrations, tests and ``eduhub demo-people`` agree. "Here" is the first side,
"there" the second: somebody there must not see what belongs here.
"""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.accounts.passwords import hash_password
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.organisations.models import (
    Council,
    Division,
    Nation,
    Organisation,
    Partner,
    School,
)

PASSWORD = "heather loch and rain"  # noqa: S105 -- a demonstration's sign-in, printed on its page
SIDES = ("here", "there")


@dataclass(frozen=True)
class Side:
    """One half of the made-up world."""

    council: str
    schools: tuple[tuple[str, str, bool, bool], ...]  # SEED code, name, primary, secondary
    partner: tuple[str, str]


WORLD = {
    "here": Side(
        council="S12000017",
        schools=(
            ("9900001", "Lochside Academy", False, True),
            ("9900002", "Lochside Primary School", True, False),
        ),
        partner=("P-HERE", "Northern Health Improvement"),
    ),
    "there": Side(
        council="S12000047",
        schools=(
            ("9900003", "Firthview High School", False, True),
            ("9900004", "Firthview Primary School", True, False),
        ),
        partner=("P-THERE", "Eastern Youth Project"),
    ),
}

# Role, first names here and there, and what the role is held at.
CAST: tuple[tuple[Role, tuple[str, str], str], ...] = (
    (Role.TEACHER, ("Mairi Grant", "Tom Reid"), "school"),
    (Role.SCHOOL_LEAD, ("Isla Munro", "Agnes Bell"), "school"),
    (Role.LIAISON_OFFICER, ("Calum Ross", "Fiona Hay"), "division"),
    (Role.PARTNER_PRACTITIONER, ("Nadia Shah", "Peter Orr"), "partner"),
    (Role.COUNCIL_LEAD, ("Ewan Fraser", "Ruth Low"), "council"),
    (Role.DIVISION_LEAD, ("Shona Mackay", "Neil Baird"), "division"),
    (Role.NATIONAL_LEAD, ("Catriona Innes", "Duncan Weir"), "nation"),
    (Role.CONTENT_EDITOR, ("Morag Tait", "Iain Boyd"), "nation"),
    (Role.CONTENT_REVIEWER, ("Elspeth Kerr", "Gordon Pirie"), "nation"),
    (Role.ADMINISTRATOR, ("Rhona Lamb", "Alan Cook"), "nation"),
)


def fixed_id(*parts: str) -> UUID:
    """The same id for the same words, everywhere."""
    return uuid5(NAMESPACE_URL, "https://eduhub.example/demo/" + "/".join(parts))


def email_of(role: Role, side: str) -> str:
    """The address a made-up person signs in with."""
    return f"{role.value}.{side}@eduhub.example"


@action
def make_people(password_hash: str | None = None) -> None:
    """Put in the made-up schools, partners and people, where they are not there yet."""
    if db.session.scalar(select(Person.id).where(Person.id == fixed_id("teacher", "here"))):
        return
    hashed = password_hash or hash_password(PASSWORD)
    for index, side in enumerate(SIDES):
        places = _make_places(WORLD[side], side)
        for role, names, held_at in CAST:
            _make_person(role, side, names[index], places[held_at], hashed)


def _make_places(side: Side, name: str) -> dict[str, Organisation]:
    council = db.session.scalars(select(Council).where(Council.code == side.council)).one()
    division = db.session.get_one(Division, council.division_id)
    nation = db.session.scalars(select(Nation)).one()
    schools = []
    for code, title, primary, secondary in side.schools:
        school = School(
            id=fixed_id("school", code),
            code=code,
            name=title,
            council_id=council.id,
            division_id=division.id,
            centre_type="Local Authority",
            has_primary=primary,
            has_secondary=secondary,
            address="1 Made-up Road",
            half_days=9 if name == "there" and primary else 10,
        )
        db.session.add(school)
        schools.append(school)
    partner = Partner(
        id=fixed_id("partner", side.partner[0]),
        code=side.partner[0],
        name=side.partner[1],
        division_id=division.id,
        council_id=council.id,
    )
    db.session.add(partner)
    db.session.flush()
    return {
        "school": schools[0],
        "council": council,
        "division": division,
        "nation": nation,
        "partner": partner,
    }


def _make_person(role: Role, side: str, name: str, place: Organisation, hashed: str) -> None:
    moment = now()
    person = Person(
        id=fixed_id(role.value, side),
        email=email_of(role, side),
        name=name,
        password_hash=hashed,
        created_at=moment,
        verified_at=moment,
    )
    person.roles.append(
        RoleHeld(
            organisation_id=place.id,
            role=role,
            state=RoleState.HELD,
            asked_at=moment,
            decided_at=moment,
        )
    )
    db.session.add(person)


def listing() -> list[dict[str, str]]:
    """Every made-up person: role, side, name, address and password."""
    return [
        {
            "id": str(fixed_id(role.value, side)),
            "role": role.value,
            "side": side,
            "name": names[index],
            "email": email_of(role, side),
            "password": PASSWORD,
        }
        for index, side in enumerate(SIDES)
        for role, names, _ in CAST
    ]
