"""Proving who somebody is: signing up, links sent by e-mail, passwords.

Nobody chooses a password before the link to their address was opened, so that whoever signs up with another's
address gets nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from eduhub.accounts.actions import role_row, tell_deciders
from eduhub.accounts.models import Link, LinkPurpose, Person, Role, RoleState
from eduhub.accounts.passwords import hash_nothing, hash_password, needs_rehash, password_matches
from eduhub.accounts.queries import person_by_email, usable_link
from eduhub.accounts.sessions import end_sessions, hash_token
from eduhub.accounts.tries import count_letter, count_password, password_was_right
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import enqueue
from eduhub.core.web import Problem
from eduhub.notifications.actions import send_email
from eduhub.organisations.models import Organisation
from eduhub.organisations.queries import nation

SIGN_UP, RESET = "accounts.sign-up", "accounts.reset"
LINK_LIVES = {LinkPurpose.VERIFY: timedelta(hours=24), LinkPurpose.RESET: timedelta(hours=1)}
# Subject and template.
LETTERS = {
    LinkPurpose.VERIFY: ("Confirm your e-mail address", "accounts/verify"),
    LinkPurpose.RESET: ("Choose a new password", "accounts/reset"),
}


class LinkUsed(Problem):
    """The link was used, was made void, is too old or was never sent."""

    status = 410


@dataclass(frozen=True)
class NewPerson:
    """What somebody gives when signing up."""

    name: str
    email: str
    role: Role
    organisation_id: UUID


# Signing in.


def check_password(email: str, password: str, source: str) -> Person | None:
    """The person, if the password is right and they may sign in; unknown people take as long.

    Raises TooManyTries.
    """
    count_password(email, source)
    person = person_by_email(email)
    right = password_matches(person.password_hash if person else None, password)
    if not right or person is None or not person.is_active:
        return None
    password_was_right(email, source)
    if needs_rehash(person.password_hash):
        _keep_hash(person.id, hash_password(password))
    return person


def is_own_password(person: Person, password: str, source: str) -> bool:
    """Whether somebody who is signed in knows their password. Raises TooManyTries."""
    return check_password(person.email, password, source) is not None


@action
def _keep_hash(person_id: UUID, password_hash: str) -> None:
    db.session.get_one(Person, person_id).password_hash = password_hash


# Links.


def person_by_link(token: str, purpose: LinkPurpose) -> Person:
    """Whom a link was sent to. Raises LinkUsed."""
    return db.session.get_one(Person, _usable(token, purpose).person_id)


def _usable(token: str, purpose: LinkPurpose) -> Link:
    link = usable_link(token, purpose)
    if link is None:
        raise LinkUsed("This link no longer works.")
    return link


def _use(token: str, purpose: LinkPurpose) -> Person:
    link = _usable(token, purpose)
    link.used_at = now()
    return db.session.get_one(Person, link.person_id)


def _void_links(person: Person) -> None:
    """Make every open link of a person void. Inside an action."""
    statement = update(Link).where(Link.person_id == person.id, Link.used_at.is_(None))
    db.session.execute(statement.values(used_at=now()))


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


def _send_link(person: Person, purpose: LinkPurpose) -> None:
    subject, template = LETTERS[purpose]
    context = {"person": person, "token": _link(person, purpose)}
    send_email(to=person.email, subject=subject, template=template, context=context)


@action
def forget_links(before: datetime) -> None:
    """Delete the links whose time was over by then, and people who never opened the last one sent to them."""
    db.session.execute(delete(Link).where(Link.expires_at < before))
    never_came = ~select(Link.id).where(Link.person_id == Person.id).exists()
    db.session.execute(
        delete(Person).where(
            Person.verified_at.is_(None),
            Person.disabled_at.is_(None),
            Person.created_at < before,
            never_came,
        )
    )


# Signing up.


def sign_up(new: NewPerson, source: str) -> None:
    """Ask for an account; the answer is an e-mail either way, so that nobody learns who has one.

    Raises TooManyTries.
    """
    count_letter(new.email, source)
    asked = {"name": new.name, "email": new.email, "role": new.role.value}
    enqueue(SIGN_UP, {**asked, "organisation": str(new.organisation_id)})


def answer_sign_up(new: NewPerson) -> None:
    """Send the link that confirms the address, or say that there is an account already."""
    _answer_sign_up(new, hash_nothing())


@action
def _answer_sign_up(new: NewPerson, no_password: str) -> None:
    person = person_by_email(new.email)
    if person is not None and person.verified_at is not None:
        _say_known(person)
        return
    if person is None:
        person = Person(email=new.email, name=new.name, password_hash=no_password, created_at=now())
        db.session.add(person)
    person.name = new.name
    _ask_only_for(person, new.role, db.session.get_one(Organisation, new.organisation_id))
    db.session.flush()
    record("sign-up", "person", person.id, person.id)
    _void_links(person)
    _send_link(person, LinkPurpose.VERIFY)


def _say_known(person: Person) -> None:
    send_email(
        to=person.email,
        subject="You already have an eduhub account",
        template="accounts/already",
        context={"name": person.name},
    )


def _ask_only_for(person: Person, role: Role, place: Organisation) -> None:
    """Whoever signs up last says who they are: what was asked for before goes."""
    wanted = role_row(person, role, place)
    wanted.asked_at = now()
    for other in [one for one in person.roles if one is not wanted]:
        db.session.delete(other)


def verify_email(token: str, password: str) -> None:
    """The address is the person's own, and this is their password. Raises LinkUsed."""
    _verify(token, hash_password(password))


@action
def _verify(token: str, password_hash: str) -> None:
    person = _use(token, LinkPurpose.VERIFY)
    person.verified_at = person.verified_at or now()
    record("verify", "person", person.id, person.id)
    _set_password(person, password_hash)
    for held in person.roles:
        if held.state is RoleState.ASKED:
            tell_deciders(held)


# Passwords.


def ask_for_reset(email: str, source: str) -> None:
    """Ask for a link to choose a new password; as quick whether somebody has this address. Raises TooManyTries."""
    count_letter(email, source)
    enqueue(RESET, {"email": email})


@action
def answer_reset(email: str) -> None:
    """Send a link to choose a new password, if somebody has this address; to confirm it, if they did not yet."""
    person = person_by_email(email)
    if person is not None and person.disabled_at is None:
        _send_link(person, LinkPurpose.RESET if person.verified_at else LinkPurpose.VERIFY)


def reset_password(token: str, password: str, source: str) -> None:
    """Choose a new password with a link; ends every sign-in. Raises LinkUsed.

    Whoever wrong tries have locked out can sign in again with it.
    """
    _reset(token, hash_password(password), source)


@action
def _reset(token: str, password_hash: str, source: str) -> None:
    person = _use(token, LinkPurpose.RESET)
    _set_password(person, password_hash)
    password_was_right(person.email, source)


def change_password(person: Person, password: str) -> None:
    """Change one's own password; ends every sign-in."""
    _change(person.id, hash_password(password))


@action
def _change(person_id: UUID, password_hash: str) -> None:
    _set_password(db.session.get_one(Person, person_id), password_hash)


def _set_password(person: Person, password_hash: str) -> None:
    """Keep it; nothing that opened the account before opens it any more."""
    person.password_hash = password_hash
    _void_links(person)
    end_sessions(person.id)
    record("change-password", "person", person.id, person.id)


def make_administrator(name: str, email: str) -> str:
    """Make the first administrator of a new site; gives the single-use link to choose a password."""
    return _make_administrator(name, email, hash_nothing())


@action
def _make_administrator(name: str, email: str, no_password: str) -> str:
    if person_by_email(email) is not None:
        raise Problem(f"{email} has an account already: an administrator can give the role on the site.")
    moment = now()
    person = Person(name=name, email=email, password_hash=no_password, created_at=moment, verified_at=moment)
    db.session.add(person)
    role_row(person, Role.ADMINISTRATOR, nation()).state = RoleState.HELD
    db.session.flush()
    record("make-administrator", "person", person.id)
    return _link(person, LinkPurpose.RESET)
