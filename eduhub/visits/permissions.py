"""Who may do what with visits and deliveries: the people of the class, the officer, and leads in their own area."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_

from eduhub.accounts.models import Person, Role
from eduhub.core.access import grant
from eduhub.programmes.models import SchoolClass
from eduhub.programmes.permissions import speaks_for
from eduhub.visits.models import Delivery, Visit, VisitState


class VisitAbility(StrEnum):
    """What can be done with visits and deliveries."""

    ASK = "ask"
    SEE = "see"
    OFFER = "offer"
    CONFIRM = "confirm"
    HAND_BACK = "hand-back"
    CHANGE = "change"
    SEE_NOTE = "see-note"
    SEE_QUEUE = "see-queue"
    KEEP_DIARY = "keep-diary"
    SEE_DELIVERY = "see-delivery"
    RECORD_DELIVERY = "record-delivery"


SCHOOL = (Role.TEACHER, Role.SCHOOL_LEAD)
DIVISION = (Role.LIAISON_OFFICER, Role.DIVISION_LEAD)


def _of_class(person: Person, visit: Visit) -> bool:
    return speaks_for(person, visit.school_class.teacher_id, visit.school_id)


def _is_officer(person: Person, visit: Visit) -> bool:
    return visit.officer_id == person.id and person.holds_at(visit.division_id, Role.LIAISON_OFFICER)


def _leads(person: Person, visit: Visit) -> bool:
    return person.holds_at(visit.division_id, Role.DIVISION_LEAD)


def _may_offer(person: Person, visit: Visit) -> bool:
    if not person.holds_at(visit.division_id, Role.LIAISON_OFFICER):
        return False
    return visit.officer_id == person.id or (visit.officer_id is None and visit.state is VisitState.REQUESTED)


def _may_see(person: Person, visit: Visit) -> bool:
    open_to_all = visit.state is VisitState.REQUESTED and _may_offer(person, visit)
    return _of_class(person, visit) or _is_officer(person, visit) or _leads(person, visit) or open_to_all


def _party(person: Person, delivery: Delivery) -> bool:
    if speaks_for(person, delivery.school_class.teacher_id, delivery.school_id):
        return True
    if delivery.division_id is None:
        return False
    own = delivery.officer_id == person.id and person.holds_at(delivery.division_id, Role.LIAISON_OFFICER)
    return own or person.holds_at(delivery.division_id, Role.DIVISION_LEAD)


def visible_to(person: Person) -> ColumnElement[bool]:
    """The condition under which a visit is in somebody's list: the same people as ``SEE``."""
    own_class = and_(
        SchoolClass.teacher_id == person.id, Visit.school_id.in_(person.organisation_ids(Role.TEACHER))
    )
    divisions = person.organisation_ids(Role.LIAISON_OFFICER)
    officer = and_(
        Visit.division_id.in_(divisions),
        or_(
            Visit.officer_id == person.id,
            and_(Visit.officer_id.is_(None), Visit.state == VisitState.REQUESTED),
        ),
    )
    return or_(
        Visit.school_id.in_(person.organisation_ids(Role.SCHOOL_LEAD)),
        own_class,
        officer,
        Visit.division_id.in_(person.organisation_ids(Role.DIVISION_LEAD)),
    )


grant(
    VisitAbility.ASK,
    anyone=lambda person: person.holds(*SCHOOL),
    over=lambda person, known: speaks_for(person, known.teacher_id, known.school_id),
)
grant(VisitAbility.SEE, anyone=lambda person: person.holds(*SCHOOL, *DIVISION), over=_may_see)
grant(VisitAbility.OFFER, anyone=lambda person: person.holds(Role.LIAISON_OFFICER), over=_may_offer)
grant(
    VisitAbility.HAND_BACK,
    anyone=lambda person: person.holds(*DIVISION),
    over=lambda person, visit: (
        visit.officer_id is not None and (_is_officer(person, visit) or _leads(person, visit))
    ),
)
grant(VisitAbility.CONFIRM, anyone=lambda person: person.holds(*SCHOOL), over=_of_class)
grant(
    VisitAbility.CHANGE,
    anyone=lambda person: person.holds(*SCHOOL, *DIVISION),
    over=lambda person, visit: (
        _of_class(person, visit) or _is_officer(person, visit) or _leads(person, visit)
    ),
)
grant(
    VisitAbility.SEE_NOTE,
    anyone=lambda person: person.holds(*SCHOOL, Role.LIAISON_OFFICER),
    over=lambda person, visit: _of_class(person, visit) or _is_officer(person, visit),
)
grant(VisitAbility.SEE_QUEUE, anyone=lambda person: person.holds(*DIVISION))
grant(VisitAbility.KEEP_DIARY, anyone=lambda person: person.holds(Role.LIAISON_OFFICER))
grant(VisitAbility.SEE_DELIVERY, anyone=lambda person: person.holds(*SCHOOL, *DIVISION), over=_party)
grant(VisitAbility.RECORD_DELIVERY, anyone=lambda person: person.holds(*SCHOOL, *DIVISION), over=_party)
