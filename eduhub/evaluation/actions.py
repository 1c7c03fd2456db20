"""Opening and closing class sessions, taking answers, keeping practitioners' forms."""

import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select, update

from eduhub.accounts.models import Person
from eduhub.core import throttle
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db, insert_or_add, new_id
from eduhub.core.web import Problem
from eduhub.evaluation.models import (
    NO_COUNCIL,
    AreaTally,
    ClassSession,
    FormKind,
    Response,
    SessionTally,
    StaffForm,
    Wave,
)
from eduhub.evaluation.questions import SKIP, question_sets, set_for
from eduhub.evaluation.rules import OPEN_FOR, most_answers, new_code, school_year
from eduhub.visits.models import Delivery


class SessionClosed(Problem):
    """The class session takes no more answers."""


class BadState(Problem):
    """The hidden state of the form was changed or belongs to another session."""

    status = 400


@action
def open_session(delivery: Delivery, wave: Wave, person: Person) -> ClassSession:
    """Open the questions before or after a delivery, or open them again, for ninety minutes."""
    moment = now()
    known = db.session.scalar(
        select(ClassSession).where(ClassSession.delivery_id == delivery.id, ClassSession.wave == wave)
    )
    most = most_answers(delivery.school_class.learners)
    if known is None:
        known = ClassSession(
            delivery_id=delivery.id,
            wave=wave,
            question_set=set_for(delivery.school_class.stages),
            lesson_id=delivery.lesson_version.lesson_id,
            school_year=school_year(delivery.planned_on),
            council_id=delivery.council_id or NO_COUNCIL,
            school_id=delivery.school_id,
        )
        db.session.add(known)
    known.code = new_code()
    known.most = most
    known.closes_at = moment + OPEN_FOR
    db.session.flush()
    record("open", "class-session", known.id, person.id, {"wave": wave})
    return known


@action
def close_session(session: ClassSession, person: Person) -> None:
    """Close a session now."""
    session.closes_at = min(session.closes_at, now())
    record("close", "class-session", session.id, person.id)


# A learner's answers travel in the form itself, signed, until the last question: nothing half-done is kept.


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="answers")


def first_state(session: ClassSession) -> dict[str, Any]:
    """The state of somebody about to begin; its id will be the response's."""
    return {"session": str(session.id), "id": str(new_id()), "answers": {}}


def seal(state: dict[str, Any]) -> str:
    """The state as hidden text nobody can change unseen."""
    return str(_signer().dumps(state))


def unseal(text: str, session: ClassSession) -> dict[str, Any]:
    """The state of hidden text. Raises BadState when it is not this session's."""
    try:
        state: dict[str, Any] = _signer().loads(text)
    except BadSignature as error:
        raise BadState("The page was not complete. Type the code again to begin anew.") from error
    if state.get("session") != str(session.id):
        raise BadState("That page belonged to another class. Type the code again to begin anew.")
    return state


@action
def keep_response(session_id: UUID, response_id: UUID, answers: dict[str, str]) -> None:
    """Keep one learner's answers and add them to the tallies. Sent twice, they count once.

    Raises SessionClosed when the session takes no more.
    """
    if db.session.get(Response, response_id) is not None:
        return
    moment = now()
    counted = db.session.execute(
        update(ClassSession)
        .where(
            ClassSession.id == session_id,
            ClassSession.closes_at > moment,
            ClassSession.responses < ClassSession.most,
        )
        .values(responses=ClassSession.responses + 1)
        .returning(
            ClassSession.lesson_id,
            ClassSession.school_year,
            ClassSession.wave,
            ClassSession.council_id,
            ClassSession.question_set,
        )
    ).one_or_none()
    if counted is None:
        raise SessionClosed("This class session is closed.")
    lesson_id, year, wave, council_id, set_key = counted
    keys = [question.key for question in question_sets()[set_key].questions]
    kept = {key: answers.get(key, SKIP) for key in keys}
    db.session.add(Response(id=response_id, session_id=session_id, answers=kept))
    chosen = sorted(kept.items())
    insert_or_add(
        SessionTally,
        [{"session_id": session_id, "question": q, "choice": c, "count": 1} for q, c in chosen],
        keys=["session_id", "question", "choice"],
    )
    area = {"lesson_id": lesson_id, "school_year": year, "wave": wave, "council_id": council_id}
    insert_or_add(
        AreaTally,
        [{**area, "question": q, "choice": c, "count": 1} for q, c in chosen],
        keys=[*area, "question", "choice"],
    )


@action
def keep_staff_form(delivery: Delivery, kind: FormKind, person: Person, answers: dict[str, Any]) -> None:
    """Keep, or change, a practitioner's view of a delivery."""
    known = db.session.scalar(
        select(StaffForm).where(StaffForm.delivery_id == delivery.id, StaffForm.kind == kind)
    )
    values = {"person_id": person.id, "at": now(), "answers": answers}
    if known is None:
        db.session.add(StaffForm(delivery_id=delivery.id, kind=kind, **values))
    else:
        for name, value in values.items():
            setattr(known, name, value)
    record("fill", f"{kind}-form", delivery.id, person.id)


# Guessing codes. The key of a source is a keyed hash, kept for minutes and never beside an answer.

WRONG_CODES = 60
WRONG_WINDOW = timedelta(minutes=10)


class TooManyGuesses(Problem):
    """Many wrong codes came from one place."""

    status = 429


def _source(address: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"guess {address}".encode(), hashlib.sha256).hexdigest()[:32]


def check_guesses(address: str) -> None:
    """Raise TooManyGuesses when sixty wrong codes came from one place within ten minutes."""
    if throttle.is_over("guess", _source(address), WRONG_CODES, WRONG_WINDOW):
        raise TooManyGuesses("Ask your teacher to open the questions again, then wait ten minutes.")


def count_guess(address: str) -> None:
    """Count a wrong code."""
    throttle.count("guess", _source(address), WRONG_WINDOW)
