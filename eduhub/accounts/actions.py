"""Writing accounts: signing up, links, passwords, roles."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app

from eduhub.accounts.models import Link, LinkPurpose, Person, Role, RoleHeld, RoleState
from eduhub.accounts.passwords import hash_password, needs_rehash, password_matches
from eduhub.accounts.queries import count_administrators, person_by_email, usable_link
from eduhub.accounts.sessions import end_sessions, hash_token
from eduhub.core import throttle
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db, new_id
from eduhub.core.web import Problem
from eduhub.notifications.actions import send_email
from eduhub.organisations.models import Council, Organisation, Partner
from eduhub.organisations.queries import nation

TRIES = 10
WINDOW = timedelta(minutes=5)
LINK_LIVES = {LinkPurpose.VERIFY: timedelta(hours=24), LinkPurpose.RESET: timedelta(hours=1)}

# Called inside the action with the person and the organisation of each role that ended; for each role held when
# somebody is disabled. What a person had there to do is in rooms above: they append what should come of it.
ON_ROLE_ENDED: list[Callable[[Person, UUID], None]] = []


class TooManyTries(Problem):
    """An account or a source has used up its tries."""

    status = 429


class LinkUsed(Problem):
    """The link was used, is too old or was never sent."""

    status = 400


@dataclass(frozen=True)
class NewPerson:
    """What somebody gives when signing up."""

    name: str
    email: str
    password: str
    role: Role
    organisation_id: UUID


def _key(text: str) -> str:
    """A key for counting tries that tells nobody the address it stands for."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]


def check_tries(email: str, source: str) -> None:
    """Raise TooManyTries when the account or the source has had ten failures in five minutes."""
    for bucket, text in (("account", email), ("source", source)):
        if throttle.is_over(f"sign-in-{bucket}", _key(text), TRIES, WINDOW):
            raise TooManyTries("Wait five minutes, then try again or reset your password.")


def check_password(email: str, password: str, source: str) -> Person | None:
    """The person, if the password is right and they may sign in; unknown people take as long."""
    check_tries(email, source)
    person = person_by_email(email)
    known_hash = person.password_hash if person else None
    right = password_matches(known_hash, password)
    if not right or person is None or not person.is_active:
        throttle.count("sign-in-account", _key(email), WINDOW)
        throttle.count("sign-in-source", _key(source), WINDOW)
        return None
    throttle.forget("sign-in-account", _key(email))
    if needs_rehash(person.password_hash):
        _keep_hash(person.id, hash_password(password))
    return person


@action
def _keep_hash(person_id: UUID, password_hash: str) -> None:
    db.session.get_one(Person, person_id).password_hash = password_hash


def sign_up(new: NewPerson) -> None:
    """Ask for an account; the answer is an e-mail either way, so that nobody learns who has one."""
    _sign_up(new, hash_password(new.password))


@action
def _sign_up(new: NewPerson, password_hash: str) -> None:
    known = person_by_email(new.email)
    if known is not None:
        if known.verified_at is None:
            _send_link(known, LinkPurpose.VERIFY, "Confirm your e-mail address", "accounts/verify")
        else:
            send_email(
                to=known.email,
                subject="You already have an eduhub account",
                template="accounts/already",
                context={"name": known.name},
            )
        return
    moment = now()
    person = Person(name=new.name, email=new.email, password_hash=password_hash, created_at=moment)
    person.roles.append(
        RoleHeld(
            role=new.role,
            organisation_id=new.organisation_id,
            state=RoleState.ASKED,
            asked_at=moment,
        )
    )
    db.session.add(person)
    db.session.flush()
    record("sign-up", "person", person.id, person.id)
    _send_link(person, LinkPurpose.VERIFY, "Confirm your e-mail address", "accounts/verify")


def _send_link(person: Person, purpose: LinkPurpose, subject: str, template: str) -> None:
    token = _link(person, purpose)
    send_email(
        to=person.email,
        subject=subject,
        template=template,
        context={"name": person.name, "token": token},
    )


def _link(person: Person, purpose: LinkPurpose) -> str:
    """A new single-use link's secret. Inside an action."""
    token = secrets.token_urlsafe(32)
    moment = now()
    db.session.add(
        Link(
            person_id=person.id,
            purpose=purpose,
            token_hash=hash_token(token),
            created_at=moment,
            expires_at=moment + LINK_LIVES[purpose],
        )
    )
    return token


def _use(token: str, purpose: LinkPurpose) -> Person:
    link = usable_link(token, purpose)
    if link is None:
        raise LinkUsed("This link has been used already or is too old. Ask for a new one.")
    link.used_at = now()
    return db.session.get_one(Person, link.person_id)


@action
def verify_email(token: str) -> None:
    """The address is the person's own. Raises LinkUsed."""
    person = _use(token, LinkPurpose.VERIFY)
    person.verified_at = person.verified_at or now()
    record("verify", "person", person.id, person.id)


@action
def ask_for_reset(email: str) -> None:
    """Send a link to choose a new password, if somebody has this address."""
    person = person_by_email(email)
    if person is not None and person.disabled_at is None:
        _send_link(person, LinkPurpose.RESET, "Choose a new password", "accounts/reset")


def reset_password(token: str, password: str) -> None:
    """Choose a new password with a link; ends every sign-in. Raises LinkUsed."""
    _reset(token, hash_password(password))


@action
def _reset(token: str, password_hash: str) -> None:
    person = _use(token, LinkPurpose.RESET)
    person.verified_at = person.verified_at or now()
    _set_password(person, password_hash)


def change_password(person: Person, password: str) -> None:
    """Change one's own password; ends every sign-in."""
    _change(person.id, hash_password(password))


@action
def _change(person_id: UUID, password_hash: str) -> None:
    _set_password(db.session.get_one(Person, person_id), password_hash)


def _set_password(person: Person, password_hash: str) -> None:
    person.password_hash = password_hash
    end_sessions(person.id)
    record("change-password", "person", person.id, person.id)


@action
def decide_role(held: RoleHeld, state: RoleState, decider: Person) -> None:
    """Approve, refuse or end a role; the person signs in anew. The last administrator stays."""
    was_held = held.state is RoleState.HELD
    if held.role is Role.ADMINISTRATOR and was_held and count_administrators() <= 1:
        raise Problem("This is the last administrator. Make somebody else one first.")
    held.state = state
    held.decided_at = now()
    held.decided_by_id = decider.id
    end_sessions(held.person_id)
    if was_held and state is not RoleState.HELD:
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


@action
def ask_for_role(person: Person, role: Role, place: Organisation) -> None:
    """Ask for a role beside those held; asking again after a refusal puts it back in the list."""
    held = _role(person, role, place)
    if held.state is not RoleState.HELD:
        held.state, held.asked_at = RoleState.ASKED, now()
    db.session.flush()
    record("ask", "role", held.id, person.id, {"role": role})


@action
def give_role(person: Person, role: Role, place: Organisation, giver: Person) -> None:
    """Give somebody a role they did not ask for; they sign in anew."""
    held = _role(person, role, place)
    db.session.flush()
    decide_role(held, RoleState.HELD, giver)


def _role(person: Person, role: Role, place: Organisation) -> RoleHeld:
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
def make_administrator(name: str, email: str) -> str:
    """Make the first administrator of a new site; gives the single-use link to choose a password."""
    if person_by_email(email) is not None:
        raise Problem(f"{email} has an account already: an administrator can give the role on the site.")
    moment = now()
    person = Person(name=name, email=email, password_hash="", created_at=moment, verified_at=moment)
    db.session.add(person)
    held = _role(person, Role.ADMINISTRATOR, nation())
    held.state = RoleState.HELD
    db.session.flush()
    record("make-administrator", "person", person.id)
    return _link(person, LinkPurpose.RESET)


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
