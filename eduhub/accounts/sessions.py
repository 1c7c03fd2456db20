"""Sign-in sessions kept by the server: Flask-Login holds a random token, the table says if it still counts.

Flask-Login's own cookie would stay valid after signing out; here ending the row ends the sign-in. The idle
limit travels in the signed cookie (``seen``), so that opening a page writes nothing.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask import Flask, flash, redirect, request, session, url_for
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from eduhub.accounts.models import SHORT_SESSION_ROLES, Person, RoleHeld, SignInSession
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.settings import settings

SEEN = "seen"
SEEN_EVERY = 60


class SignedIn:
    """What Flask-Login needs of a person: the session's token stands for the person's id."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.is_active = True
        self.is_authenticated = True

    def get_id(self) -> str:
        return self.token


def hash_token(token: str) -> str:
    """The SHA-256 kept in place of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


@action
def begin_session(person: Person) -> str:
    """Start a sign-in session and return its secret token."""
    token = secrets.token_urlsafe(32)
    moment = now()
    db.session.add(
        SignInSession(
            person_id=person.id,
            token_hash=hash_token(token),
            began_at=moment,
            ends_at=moment + timedelta(hours=settings().session_hours),
        )
    )
    return token


@action
def end_sessions(person_id: UUID) -> None:
    """End every sign-in of a person: password or role changed, account disabled, or asked for."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.person_id == person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=now())
    )


@action
def end_session(token: str) -> None:
    """End one sign-in."""
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == hash_token(token), SignInSession.ended_at.is_(None))
        .values(ended_at=now())
    )


@action
def forget_sessions(before: datetime) -> None:
    """Delete the sign-ins whose time was over by then."""
    db.session.execute(delete(SignInSession).where(SignInSession.ends_at < before))


def sign_in_as(person: Person) -> None:
    """Begin a session for the person in this browser, with a fresh cookie; one it held before ends."""
    sign_out()
    token = begin_session(person)
    login_user(SignedIn(token))
    session[SEEN] = int(now().timestamp())


def sign_out() -> None:
    """End this browser's session on the server, then in the cookie."""
    token = session.get("_user_id")
    if isinstance(token, str):
        end_session(token)
    logout_user()
    session.clear()


# Written once, for it is asked at every page of everybody who is signed in; one row for each role. Few pages name
# the places at which roles are held.
_SESSION = (
    select(SignInSession)
    .where(SignInSession.token_hash == bindparam("token_hash"))
    .options(joinedload(SignInSession.person).joinedload(Person.roles).lazyload(RoleHeld.organisation))
)


def person_of(token: str) -> Person | None:
    """The person a token stands for, while the session counts and the person may sign in."""
    found = db.session.scalars(_SESSION, {"token_hash": hash_token(token)}).unique().first()
    moment = now()
    if found is None or found.ended_at is not None or found.ends_at <= moment:
        return None
    person = found.person
    if not person.is_active or _idle_too_long(person, moment):
        return None
    _mark_seen(moment)
    return person


def idle_limit(person: Person) -> timedelta:
    """How long the person's sign-in may lie idle; shorter for those who see most."""
    chosen = settings()
    short = person.holds(*SHORT_SESSION_ROLES)
    return timedelta(minutes=chosen.idle_minutes_lead if short else chosen.idle_minutes)


def _idle_too_long(person: Person, moment: datetime) -> bool:
    seen = session.get(SEEN)
    return not isinstance(seen, int) or moment.timestamp() - seen > (idle_limit(person).total_seconds())


def _mark_seen(moment: datetime) -> None:
    if moment.timestamp() - session[SEEN] >= SEEN_EVERY:
        session[SEEN] = int(moment.timestamp())


def init_sessions(app: Flask) -> None:
    """Join Flask-Login to the table of sessions."""
    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(person_of)

    @manager.unauthorized_handler  # type: ignore[untyped-decorator]
    def ask_to_sign_in() -> Response:
        flash("Sign in to open that page.")
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in_form", next=wanted), code=303)
