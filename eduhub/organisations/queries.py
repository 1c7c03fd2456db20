"""Reading organisations."""

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import aliased, joinedload, selectin_polymorphic

from eduhub.core.db import db
from eduhub.organisations.models import (
    Council,
    Division,
    Kind,
    Organisation,
    RegisterImport,
    School,
    SchoolDay,
    Term,
)
from eduhub.organisations.names import fold
from eduhub.organisations.rules import Hours, usual_hours

MOST_FOUND = 12
# Words people put beside a code: E division.
KIND_WORDS = frozenset({"division", "police", "council", "school", "seed", "code"})


def find_places(kind: Kind, text: str, limit: int = MOST_FOUND) -> list[Organisation]:
    """Open organisations of a kind whose code is the text, or whose words begin with all its words.

    One more than ``limit`` when there are more. A school is found by its town, postcode and council too.
    """
    base = select(Organisation).where(Organisation.kind == kind, Organisation.closed_on.is_(None))
    words = fold(text).split()[:8]
    codes = {text.strip().lower(), "".join(word for word in words if word not in KIND_WORDS)}
    exact = db.session.scalars(base.where(func.lower(Organisation.code).in_(codes))).all()
    if exact or not words:
        return list(exact)
    area = aliased(Organisation)
    found = base.outerjoin(area, Organisation.council_id == area.id)
    for word in words:
        start = f" {word}"
        found = found.where(Organisation.search.contains(start) | area.search.contains(start))
    begins = Organisation.search.startswith(f" {' '.join(words)} ")
    found = found.order_by(case((begins, func.length(Organisation.name)), else_=1000), Organisation.name)
    rows = list(
        db.session.scalars(
            found.order_by(Organisation.code)
            .options(joinedload(Organisation.council), selectin_polymorphic(Organisation, [School]))
            .limit(limit + 1)
        )
    )
    named = [row for row in rows if row.search.startswith(f" {' '.join(words)} ")]
    return named if len(named) == 1 and fold(named[0].name) == " ".join(words) else rows


def school_by_id(school_id: UUID) -> School | None:
    """A school."""
    return db.session.get(School, school_id)


def school_by_code(code: str) -> School | None:
    """The school of a SEED code."""
    return db.session.scalar(select(School).where(School.code == code))


def councils() -> list[Council]:
    """Every council, by name."""
    return list(db.session.scalars(select(Council).order_by(Council.name)))


def divisions() -> list[Division]:
    """Every police division, by name."""
    return list(db.session.scalars(select(Division).order_by(Division.name)))


def nation() -> Organisation:
    """Scotland as a whole."""
    return db.session.scalars(select(Organisation).where(Organisation.kind == Kind.NATION)).one()


# Written once, for both are asked of every time somebody proposes.
_TERMS = (
    select(Term).where(Term.organisation_id.in_(bindparam("owners", expanding=True))).order_by(Term.first_day)
)
_SCHOOL_DAY = select(SchoolDay).where(SchoolDay.school_id == bindparam("school_id"))


def terms_of(school: School) -> list[Term]:
    """The school's own terms, or its council's where it has none of its own."""
    known = list(db.session.scalars(_TERMS, {"owners": [school.id, school.council_id]}))
    own = [term for term in known if term.organisation_id == school.id]
    return own or known


def hours_of(school: School) -> Hours:
    """When the school's day begins and ends: as it said itself, else as is usual."""
    own = db.session.scalar(_SCHOOL_DAY, {"school_id": school.id})
    return Hours(own.begins, own.ends, own.friday_ends) if own else usual_hours(school.half_days)


def imports(register: str | None = None) -> list[RegisterImport]:
    """What was imported, newest first."""
    statement = select(RegisterImport).order_by(RegisterImport.at.desc(), RegisterImport.id).limit(50)
    if register:
        statement = statement.where(RegisterImport.register == register)
    return list(db.session.scalars(statement))


def last_register_date(register: str) -> date | None:
    """The date of the newest register of a kind that was imported."""
    return db.session.scalar(
        select(func.max(RegisterImport.register_date)).where(RegisterImport.register == register)
    )
