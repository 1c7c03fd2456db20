"""Opening and closing class sessions, taking answers, keeping practitioners' forms, finding the class of a code."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, Signer
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.models import Person
from eduhub.core import throttle
from eduhub.core.audit import record
from eduhub.core.clock import now, today
from eduhub.core.db import action, db, insert_missing, new_id, write
from eduhub.core.web import Problem
from eduhub.evaluation import queries
from eduhub.evaluation.models import (
    NO_COUNCIL,
    ClassSession,
    FormKind,
    Response,
    StaffForm,
    Wave,
)
from eduhub.evaluation.questions import set_for
from eduhub.evaluation.releasing import release
from eduhub.evaluation.rules import FINISHING, OPEN_FOR, STATE_LIFE, most_answers, new_code
from eduhub.visits.models import Delivery


class SessionClosed(Problem):
    """The class session takes no more answers."""


class SessionFull(Problem):
    """As many have answered as the class has learners."""


class BadState(Problem):
    """The hidden state of the form was changed, or is older than a day."""

    status = 400


# Opening and closing.


@action
def open_session(delivery: Delivery, wave: Wave, person: Person) -> ClassSession:
    """Open the questions before or after a delivery for ninety minutes; while they are open, nothing changes."""
    _make_session(delivery, wave)
    session = db.session.scalars(
        select(ClassSession)
        .where(ClassSession.delivery_id == delivery.id, ClassSession.wave == wave)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    if queries.takes_answers(session):
        return session
    visit = delivery.visit
    session.most = most_answers(max(delivery.school_class.learners, visit.learners if visit else 0))
    session.code = _free_code()
    session.closes_at = now() + OPEN_FOR
    db.session.flush()
    record("open", "class-session", session.id, person.id, {"wave": wave})
    return session


def _make_session(delivery: Delivery, wave: Wave) -> None:
    """The session's row, closed; nothing when it is there, or when somebody else makes it this moment."""
    insert_missing(
        ClassSession,
        {
            "id": new_id(),
            "delivery_id": delivery.id,
            "wave": wave,
            "code": _free_code(),
            "question_set": set_for(delivery.school_class.stages),
            "closes_at": now(),
            "most": 0,
            "start": 1,
            "responses": 0,
            "released": 0,
            "shown": 0,
            "lesson_id": delivery.lesson_version.lesson_id,
            "school_year": delivery.school_year,
            "council_id": delivery.council_id or NO_COUNCIL,
            "school_id": delivery.school_id,
        },
        keys=["delivery_id", "wave"],
    )


def _free_code() -> str:
    code = new_code()
    while queries.session_by_code(code) is not None:
        code = new_code()
    return code


@action
def close_session(session: ClassSession, person: Person) -> None:
    """Close a session now, and release what there is to release; who has begun may still finish."""
    session.closes_at = min(session.closes_at, now())
    db.session.flush()
    record("close", "class-session", session.id, person.id)
    release(queries.place_of(session), closed_now=session.id)


@action
def discard_answers(session: ClassSession, person: Person) -> None:
    """Throw away what a class answered, so that it can begin anew. Raises Problem once something is released."""
    db.session.refresh(session, with_for_update={"key_share": True})
    if session.released:
        raise Problem(
            "These answers are already counted together with others: they cannot be taken out again."
        )
    db.session.execute(delete(Response).where(Response.session_id == session.id))
    session.closes_at = min(session.closes_at, now())
    session.responses = 0
    session.start += 1
    record("discard", "class-session", session.id, person.id)


# A learner's answers travel in the form itself, signed, until the last question: nothing half-done is kept. The
# text is as long whatever was chosen, and not compressed, so that the size of a page tells nothing.

PLACES = 40


@dataclass(frozen=True)
class State:
    """Where a learner is: the session and its start, the response's id, when they began, and the choices so far.

    ``number`` counts the questions done; choices beyond it were made before going back.
    """

    session_id: UUID
    start: int
    id: UUID
    begun: datetime
    number: int = 0
    choices: str = ""

    def choose(self, choice: str) -> "State":
        """The state after choosing an answer to the present question."""
        kept = self.choices[: self.number] + choice + self.choices[self.number + 1 :]
        return replace(self, number=self.number + 1, choices=kept)

    def back(self) -> "State":
        """The state at the question before."""
        return replace(self, number=max(0, self.number - 1))

    @property
    def chosen(self) -> str | None:
        """What was chosen before at the present question."""
        return self.choices[self.number] if self.number < len(self.choices) else None


def first_state(session: ClassSession) -> State:
    """The state of somebody who begins now; its id will be the response's."""
    return State(session.id, session.start, new_id(), now())


def _signer() -> Signer:
    return Signer(str(current_app.config["SECRET_KEY"]), salt="answers", digest_method=hashlib.sha256)


def seal(state: State) -> str:
    """The state as hidden text nobody can change unseen."""
    plain = (
        f"{state.session_id.hex}{state.id.hex}{int(state.begun.timestamp()):010}"
        f"{state.start:04}{state.number:02}{state.choices:-<{PLACES}}"
    )
    return _signer().sign(urlsafe_b64encode(plain.encode())).decode()


def unseal(text: str) -> State:
    """The state of hidden text. Raises BadState when it was changed, or is too old."""
    try:
        plain = urlsafe_b64decode(_signer().unsign(text.encode())).decode()
    except (BadSignature, UnicodeError) as error:
        raise BadState("The page was not complete. Type the code again to begin anew.") from error
    begun = datetime.fromtimestamp(int(plain[64:74]), UTC)
    if begun < now() - STATE_LIFE:
        raise BadState("This page is from another day. Type the code again to begin anew.")
    return State(
        UUID(plain[:32]),
        int(plain[74:78]),
        UUID(plain[32:64]),
        begun,
        int(plain[78:80]),
        plain[80:].rstrip("-"),
    )


# Written once, for a class sends its answers all together.
_COUNT = (
    update(ClassSession)
    .where(
        ClassSession.id == bindparam("key"),
        ClassSession.closes_at > bindparam("closing"),
        ClassSession.responses < ClassSession.most,
    )
    .values(responses=ClassSession.responses + 1)
)


@action
def keep_response(
    session_id: UUID, response_id: UUID, answers: Mapping[str, str], begun: datetime | None = None
) -> None:
    """Keep one learner's answers. Sent twice, they count once, even when both arrive together.

    Raises SessionClosed or SessionFull when the session takes no more.
    """
    row = {"id": response_id, "session_id": session_id, "answers": dict(answers)}
    try:
        if not insert_missing(Response, row, keys=["id"]):
            return
    except IntegrityError as error:  # no such session any more
        raise SessionClosed("This class session is closed.") from error
    moment = now()
    # Open, or closed less than fifteen minutes ago and after they had begun.
    closing = max(min(begun or moment, moment), moment - FINISHING)
    if write(_COUNT, {"key": session_id, "closing": closing}).rowcount != 1:
        raise _why_not(session_id)


def _why_not(session_id: UUID) -> Problem:
    counts = select(ClassSession.responses >= ClassSession.most).where(ClassSession.id == session_id)
    if db.session.scalar(counts):
        return SessionFull("As many have answered as the class has learners.")
    return SessionClosed("This class session is closed.")


# Practitioners' forms.


class NotRecorded(Problem):
    """Nobody has said yet that the lesson took place."""


def ensure_recorded(delivery: Delivery) -> None:
    """Raise NotRecorded unless the delivery took place, at least in part."""
    if delivery.outcome not in queries.RECORDED:
        raise NotRecorded("First record what was delivered; then there is something to have a view on.")


@action
def keep_staff_form(delivery: Delivery, kind: FormKind, person: Person, answers: dict[str, Any]) -> None:
    """Keep, or change, somebody's own view of a delivery. Raises Problem before it took place, and once counted."""
    ensure_recorded(delivery)
    key = {"delivery_id": delivery.id, "kind": kind, "person_id": person.id}
    values = {"at": now(), "answers": answers}
    new = {"id": new_id(), **key, **values, "released": False}
    if not insert_missing(StaffForm, new, keys=list(key)):
        mine = update(StaffForm).where(*(getattr(StaffForm, name) == value for name, value in key.items()))
        changed = db.session.execute(
            mine.where(StaffForm.released.is_(False)).values(values).returning(StaffForm.id)
        )
        if changed.one_or_none() is None:
            raise Problem("Your view is already counted together with others: it can no longer be changed.")
    record("fill", f"{kind}-form", delivery.id, person.id)


# Guessing codes. The key of a source is a hash keyed anew each day, kept for an hour and never beside an answer; the
# moment is kept to ten minutes.

WRONG_CODES = 300
WRONG_WINDOW = timedelta(minutes=10)


class TooManyGuesses(Problem):
    """Many wrong codes came from one place."""

    status = 429


def _source(address: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    salt = hmac.digest(secret, f"guesses {today().isoformat()}".encode(), "sha256")
    return hmac.new(salt, throttle.source_of(address).encode(), hashlib.sha256).hexdigest()[:32]


def find_session(code: str, address: str) -> ClassSession | None:
    """The session of a code. A right code always works; the wrong ones of a place are counted.

    Raises TooManyGuesses when three hundred wrong ones came from there within ten minutes.
    """
    session = queries.session_by_code(code)
    if session is None:
        source = _source(address)
        if throttle.is_over("guess", source, WRONG_CODES, WRONG_WINDOW):
            raise TooManyGuesses(
                "Look at the board again. If the code is right, wait ten minutes and type it again."
            )
        moment = now()
        slot = moment.replace(minute=moment.minute - moment.minute % 10, second=0, microsecond=0)
        throttle.count("guess", source, WRONG_WINDOW, at=slot)
    return session
