"""What needs doing now, gathered from every room."""

from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from eduhub.accounts.models import Person, RoleState
from eduhub.accounts.permissions import AccountAbility
from eduhub.accounts.queries import roles_to_decide
from eduhub.core.access import may
from eduhub.core.db import db


@dataclass(frozen=True)
class Panel:
    """One matter on the start page: how many, what, and where to go."""

    title: str
    text: str
    label: str
    url: str
    count: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)


def panels_for(person: Person) -> list[Panel]:
    """The person's matters, the most pressing first."""
    return [panel for panel in (_people(person),) if panel is not None]


def _people(person: Person) -> Panel | None:
    if not may(AccountAbility.DECIDE_ROLE, person=person):
        return None
    waiting = len(roles_to_decide(person, RoleState.ASKED))
    text_ = f"{waiting} waiting for your approval." if waiting else "Nobody is waiting for approval."
    return Panel("People", text_, "People and roles", "/people", waiting)


def database_answers() -> bool:
    """Whether a query gets through."""
    try:
        db.session.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True
