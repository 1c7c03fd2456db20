"""Who keeps which classes: teachers their own, school leads their school's."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, or_

from eduhub.accounts.models import Person, Role
from eduhub.core.access import grant
from eduhub.programmes.models import SchoolClass


class ClassAbility(StrEnum):
    """What can be done with classes."""

    KEEP = "keep"
    KEEP_DAY = "keep-day"


def speaks_for(person: Person, class_teacher_id: UUID, school_id: UUID) -> bool:
    """Whether somebody acts for a class: its teacher while a teacher there, or a lead of its school."""
    if person.holds_at(school_id, Role.SCHOOL_LEAD):
        return True
    return person.id == class_teacher_id and person.holds_at(school_id, Role.TEACHER)


def visible_to(person: Person) -> ColumnElement[bool]:
    """The condition under which a class is in somebody's list."""
    led = person.organisation_ids(Role.SCHOOL_LEAD)
    at = person.organisation_ids(Role.TEACHER)
    own = (SchoolClass.teacher_id == person.id) & SchoolClass.school_id.in_(at)
    return or_(SchoolClass.school_id.in_(led), own)


grant(
    ClassAbility.KEEP,
    anyone=lambda person: person.holds(Role.TEACHER, Role.SCHOOL_LEAD),
    over=lambda person, thing: speaks_for(person, thing.teacher_id, thing.school_id),
)
grant(
    ClassAbility.KEEP_DAY,
    anyone=lambda person: person.holds(Role.SCHOOL_LEAD),
    over=lambda person, school: person.holds_at(school.id, Role.SCHOOL_LEAD),
)
