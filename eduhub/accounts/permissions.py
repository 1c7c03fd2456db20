"""Who may decide on roles and people: never on one's own, never above one's own scope."""

from enum import StrEnum

from eduhub.accounts.models import LEAD_ROLES, Person, Role, RoleHeld
from eduhub.accounts.rules import DECIDERS
from eduhub.core.access import grant
from eduhub.organisations.models import Organisation


class AccountAbility(StrEnum):
    """What can be done with accounts other than one's own."""

    DECIDE_ROLE = "decide-role"
    GIVE_ROLE = "give-role"
    KEEP_PARTNERS = "keep-partners"
    DISABLE_PERSON = "disable-person"


DECIDING_ROLES = (Role.SCHOOL_LEAD, *sorted(LEAD_ROLES), Role.ADMINISTRATOR)


def scope_holds(person: Person, role: Role, place: Organisation) -> bool:
    """Whether the person holds the role at this organisation or at one it lies in."""
    if role is Role.NATIONAL_LEAD:
        return person.holds(role)
    around = {place.id, place.council_id, place.division_id} - {None}
    return any(held.role is role and held.organisation_id in around for held in person.held)


def may_decide(person: Person, held: RoleHeld) -> bool:
    """Approve, refuse or end a role: see the table in ``rules.DECIDERS``; administrators may always.

    Not one's own, and not while the person has yet to confirm their address.
    """
    if held.person_id == person.id or held.person.verified_at is None:
        return False
    if person.holds(Role.ADMINISTRATOR):
        return True
    return any(scope_holds(person, role, held.organisation) for role in DECIDERS[held.role])


def roles_given_by(person: Person) -> list[Role]:
    """The roles somebody may give, in the order of the list of roles."""
    if person.holds(Role.ADMINISTRATOR):
        return list(Role)
    return [role for role in Role if person.holds(*DECIDERS[role])]


def may_give(person: Person, wanted: tuple[Role, Organisation]) -> bool:
    """Give a role at a place: whoever may decide on it there; administrators may always."""
    role, place = wanted
    if person.holds(Role.ADMINISTRATOR):
        return True
    return any(scope_holds(person, decider, place) for decider in DECIDERS[role])


def _leads(person: Person, place: Organisation) -> bool:
    if person.holds(Role.ADMINISTRATOR):
        return True
    return any(scope_holds(person, role, place) for role in LEAD_ROLES)


grant(
    AccountAbility.DECIDE_ROLE,
    anyone=lambda person: person.holds(*DECIDING_ROLES),
    over=may_decide,
)
grant(
    AccountAbility.DISABLE_PERSON,
    anyone=lambda person: person.holds(Role.ADMINISTRATOR),
    over=lambda person, other: person.id != other.id,
)
grant(AccountAbility.GIVE_ROLE, anyone=lambda person: person.holds(*DECIDING_ROLES), over=may_give)
grant(
    AccountAbility.KEEP_PARTNERS,
    anyone=lambda person: person.holds(*LEAD_ROLES, Role.ADMINISTRATOR),
    over=_leads,
)
