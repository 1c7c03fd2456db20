"""Writing classes."""

from dataclasses import dataclass
from uuid import UUID

from eduhub.accounts.models import Person
from eduhub.core.audit import record
from eduhub.core.clock import today
from eduhub.core.db import action, db
from eduhub.core.web import Problem
from eduhub.organisations.models import School, SchoolDay
from eduhub.organisations.rules import Hours
from eduhub.programmes.models import SchoolClass
from eduhub.programmes.permissions import speaks_for


@dataclass(frozen=True)
class ClassFacts:
    """What is written of a class."""

    label: str
    stages: list[str]
    learners: int
    school_year: str


@action
def make_class(person: Person, school_id: UUID, facts: ClassFacts) -> SchoolClass:
    """Make a class at a school where the person teaches or leads."""
    made = SchoolClass(school_id=school_id, teacher_id=person.id, **vars(facts))
    if not speaks_for(person, person.id, school_id):
        raise Problem("You hold no role at that school.")
    db.session.add(made)
    db.session.flush()
    record("make", "class", made.id, person.id)
    return made


@action
def change_class(person: Person, known: SchoolClass, facts: ClassFacts) -> None:
    """Change what is written of a class."""
    for name, value in vars(facts).items():
        setattr(known, name, value)
    record("change", "class", known.id, person.id)


@action
def close_class(person: Person, known: SchoolClass) -> None:
    """Take a class out of the lists; what it did stays."""
    known.closed_on = today()
    record("close", "class", known.id, person.id)


@action
def set_school_day(person: Person, school: School, hours: Hours) -> None:
    """Say when a school's day begins and ends; visits are offered inside it."""
    known = db.session.get(SchoolDay, school.id) or SchoolDay(school_id=school.id)
    known.begins, known.ends, known.friday_ends = hours.begins, hours.ends, hours.friday_ends
    db.session.add(known)
    record("set-day", "school", school.id, person.id)
