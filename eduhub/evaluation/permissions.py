"""Who opens sessions, sees a class's answers and fills in forms: the people of the delivery."""

from enum import StrEnum

from eduhub.accounts.models import Person, Role
from eduhub.core.access import grant
from eduhub.programmes.permissions import speaks_for
from eduhub.visits.models import Delivery


class EvaluationAbility(StrEnum):
    """What can be done around a delivery's questions; who may open them also sees what the class said."""

    OPEN_SESSION = "open-session"
    FILL_TEACHER_FORM = "fill-teacher-form"
    FILL_OFFICER_FORM = "fill-officer-form"


def _of_class(person: Person, delivery: Delivery) -> bool:
    return speaks_for(person, delivery.school_class.teacher_id, delivery.school_id)


def _officer(person: Person, delivery: Delivery) -> bool:
    return (
        delivery.officer_id == person.id
        and delivery.division_id is not None
        and person.holds_at(delivery.division_id, Role.LIAISON_OFFICER)
    )


PARTIES = (Role.TEACHER, Role.SCHOOL_LEAD, Role.LIAISON_OFFICER)
grant(
    EvaluationAbility.OPEN_SESSION,
    anyone=lambda person: person.holds(*PARTIES),
    over=lambda person, delivery: _of_class(person, delivery) or _officer(person, delivery),
)
grant(
    EvaluationAbility.FILL_TEACHER_FORM,
    anyone=lambda person: person.holds(Role.TEACHER, Role.SCHOOL_LEAD),
    over=_of_class,
)
grant(
    EvaluationAbility.FILL_OFFICER_FORM,
    anyone=lambda person: person.holds(Role.LIAISON_OFFICER),
    over=_officer,
)
