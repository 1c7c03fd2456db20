"""Reading organisations."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

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
from eduhub.organisations.rules import Hours, search_words, usual_hours

MOST_FOUND = 12


def find_places(kind: Kind, text: str, limit: int = MOST_FOUND) -> list[Organisation]:
    """Open organisations of a kind whose code is the text, or whose name holds all its words."""
    base = select(Organisation).where(Organisation.kind == kind, Organisation.closed_on.is_(None))
    exact = db.session.scalars(base.where(func.upper(Organisation.code) == text.strip().upper())).all()
    if exact:
        return list(exact)
    words = search_words(text)
    if not words:
        return []
    for word in words:
        base = base.where(func.lower(Organisation.name).contains(word, autoescape=True))
    same = base.where(func.lower(Organisation.name) == text.strip().lower())
    found = db.session.scalars(same).all()
    return list(found or db.session.scalars(base.order_by(Organisation.name, Organisation.code).limit(limit)))


def organisation_by_id(organisation_id: UUID) -> Organisation | None:
    """An organisation of any kind."""
    return db.session.get(Organisation, organisation_id)


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


def terms_of(school: School) -> list[Term]:
    """The school's own terms, or its council's where it has none of its own."""
    for owner in (school.id, school.council_id):
        found = list(
            db.session.scalars(select(Term).where(Term.organisation_id == owner).order_by(Term.first_day))
        )
        if found:
            return found
    return []


def hours_of(school: School) -> Hours:
    """When the school's day begins and ends: as it said itself, else as is usual."""
    own = db.session.get(SchoolDay, school.id)
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
