"""Writing who holds which role where, partner organisations, and who may not sign in."""

from collections.abc import Callable
from uuid import UUID

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.accounts.queries import count_administrators, deciders_of
from eduhub.accounts.sessions import end_sessions
from eduhub.accounts.tries import count_wish
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db, new_id
from eduhub.core.web import Problem
from eduhub.notifications.actions import send_email
from eduhub.organisations.models import Council, Organisation, Partner

# Called inside the action with the person and the organisation of each role that ended; for each role held when
# somebody is disabled. What a person had there to do is in rooms above: they append what should come of it.
ON_ROLE_ENDED: list[Callable[[Person, UUID], None]] = []


@action
def decide_role(held: RoleHeld, state: RoleState, decider: Person) -> None:
    """Approve, refuse or end a role; one that ends, ends the sign-ins. The last administrator stays.

    Deciding what is decided already does nothing. A role that begins needs no new sign-in: roles are read each time.
    """
    if held.state is state:
        return
    was_held = held.state is RoleState.HELD
    if held.role is Role.ADMINISTRATOR and was_held and count_administrators() <= 1:
        raise Problem("This is the last administrator. Make somebody else one first.")
    held.state = state
    held.decided_at = now()
    held.decided_by_id = decider.id
    if was_held:
        end_sessions(held.person_id)
        _role_ended(held.person, held.organisation_id)
    record(f"role-{state}", "role", held.id, decider.id, {"role": held.role})
    send_email(
        to=held.person.email,
        subject=f"Your role at {held.organisation.name}",
        template="accounts/role",
        context={"held": held, "state": state.value},
    )


def _role_ended(person: Person, organisation_id: UUID) -> None:
    db.session.flush()
    for told in ON_ROLE_ENDED:
        told(person, organisation_id)


def ask_for_role(person: Person, role: Role, place: Organisation) -> None:
    """Ask for a role beside those held; asking again after a refusal puts it back in the list.

    Raises TooManyTries.
    """
    count_wish(person.email)
    _ask_for_role(person, role, place)


@action
def _ask_for_role(person: Person, role: Role, place: Organisation) -> None:
    held = role_row(person, role, place)
    if held.id is not None and held.state in {RoleState.ASKED, RoleState.HELD}:
        return
    held.state, held.asked_at = RoleState.ASKED, now()
    db.session.flush()
    record("ask", "role", held.id, person.id, {"role": role})
    tell_deciders(held)


def tell_deciders(held: RoleHeld) -> None:
    """Write to those who decide nearest to it that somebody waits. Inside an action."""
    for decider in deciders_of(held):
        send_email(
            to=decider.email,
            subject=f"Somebody asks for a role at {held.organisation.name}",
            template="accounts/asked",
            context={"held": held, "name": decider.name},
        )


@action
def give_role(person: Person, role: Role, place: Organisation, giver: Person) -> None:
    """Give somebody else a role they did not ask for."""
    if person.id == giver.id:
        raise Problem("Nobody gives themselves a role. Ask somebody else who leads there.")
    held = role_row(person, role, place)
    db.session.flush()
    decide_role(held, RoleState.HELD, giver)


def role_row(person: Person, role: Role, place: Organisation) -> RoleHeld:
    """The person's row for a role at a place, new or known. Inside an action."""
    known = [one for one in person.roles if one.role is role and one.organisation_id == place.id]
    if known:
        return known[0]
    made = RoleHeld(person=person, organisation=place, role=role, state=RoleState.ASKED, asked_at=now())
    db.session.add(made)
    return made


@action
def add_partner(name: str, council_id: UUID, person: Person) -> None:
    """Add a partner organisation in a council's area."""
    council = db.session.get_one(Council, council_id)
    made = Partner(id=new_id(), name=name, council_id=council.id, division_id=council.division_id, code="")
    made.code = f"P-{made.id.hex[:8].upper()}"
    db.session.add(made)
    record("add", "partner", made.id, person.id)


@action
def set_disabled(person: Person, disabled: bool, actor: Person) -> None:
    """Stop a person from signing in, or let them again. The last administrator stays."""
    if disabled and person.holds(Role.ADMINISTRATOR) and count_administrators() <= 1:
        raise Problem("This is the last administrator. Make somebody else one first.")
    person.disabled_at = now() if disabled else None
    end_sessions(person.id)
    if disabled:
        for held in person.held:
            _role_ended(person, held.organisation_id)
    record("disable" if disabled else "enable", "person", person.id, actor.id)
