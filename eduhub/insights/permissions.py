"""Who sees results, and of which area: leads of their council, division or the nation; school leads of their school."""

from enum import StrEnum

from eduhub.accounts.models import LEAD_ROLES, Person, Role
from eduhub.core.access import grant
from eduhub.organisations.models import Kind, Organisation

# Kinds of areas that have results, the widest first.
AREAS = (Kind.NATION, Kind.DIVISION, Kind.COUNCIL, Kind.SCHOOL)


class InsightAbility(StrEnum):
    """What can be done with results."""

    SEE_RESULTS = "see-results"


def scopes(person: Person) -> list[Organisation]:
    """The areas somebody may see results of, the widest first."""
    found = {org.id: org for org in person.organisations_as(*LEAD_ROLES, Role.SCHOOL_LEAD)}
    return sorted(found.values(), key=lambda org: (AREAS.index(org.kind), org.name))


def _over(person: Person, area: Organisation) -> bool:
    """A lead sees their own area and every council in it; the nation's lead sees any area."""
    held = {org.id: org.kind for org in scopes(person)}
    if area.kind not in AREAS:
        return False
    if Kind.NATION in held.values():
        return True
    return area.id in held or (area.kind is Kind.COUNCIL and area.division_id in held)


grant(
    InsightAbility.SEE_RESULTS,
    anyone=lambda person: person.holds(*LEAD_ROLES, Role.SCHOOL_LEAD),
    over=_over,
)
