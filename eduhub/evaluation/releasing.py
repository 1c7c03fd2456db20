"""Releasing what waits, in batches, and forgetting what is no longer needed: see ``disclosure`` for the rule."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, select, update

from eduhub.core.audit import record
from eduhub.core.clock import now, today
from eduhub.core.db import action, db, insert_or_add, new_id
from eduhub.evaluation import queries
from eduhub.evaluation.disclosure import FEWEST_FORMS, batches
from eduhub.evaluation.models import (
    EVERY_SCHOOL,
    NO_COUNCIL,
    AreaTally,
    ClassSession,
    ClassTally,
    Response,
    StaffForm,
    StaffTally,
)
from eduhub.evaluation.questions import SKIP, STAFF_QUESTIONS, question_sets
from eduhub.evaluation.rules import STATE_LIFE
from eduhub.organisations.rules import school_year

FORM_SETTLES = timedelta(days=1)
Choices = Counter[tuple[str, str]]


@action
def release(place: queries.Place, closed_now: UUID | None = None) -> None:
    """Release a place's batches: count them in the tallies and erase the single answers. Twice is harmless.

    Sessions are taken once nobody can be finishing any more; one that was just closed by hand is taken at once.
    """
    sessions = {str(one.id): one for one in queries.waiting_at(place, closed_now)}
    waiting = {key: one.responses - one.released for key, one in sessions.items()}
    for keys in batches(waiting):
        _release_batch([sessions[key] for key in keys])


def _release_batch(sessions: list[ClassSession]) -> None:
    new = sum(session.responses - session.released for session in sessions)
    counts = _counted([session.id for session in sessions], sessions[0].question_set, new)
    _add_to_area(sessions[0], counts)
    if len(sessions) == 1:
        _show_class(sessions[0], counts)
    else:
        _pool(sessions)
    for session in sessions:
        session.released = session.responses
        record("release", "class-session", session.id)
    db.session.flush()


def _counted(session_ids: list[UUID], set_key: str, expected: int) -> Choices:
    """The choices in what waits of these sessions; the single answers are erased.

    Raises RuntimeError, so that nothing is released, when they are not as many as the sessions say.
    """
    mine = and_(Response.session_id.in_(session_ids), Response.answers.is_not(None))
    questions = [question.key for question in question_sets()[set_key].questions]
    found = db.session.scalars(select(Response.answers).where(mine)).all()
    if len(found) != expected:
        raise RuntimeError(f"{len(found)} answers wait where {expected} were counted")
    counts: Choices = Counter()
    for answers in found:
        counts.update((key, (answers or {}).get(key, SKIP)) for key in questions)
    db.session.execute(update(Response).where(mine).values(answers=None))
    return counts


def _rows(counts: Choices, **place: Any) -> list[dict[str, Any]]:
    return [
        {**place, "question": question, "choice": choice, "count": count}
        for (question, choice), count in sorted(counts.items())
    ]


def _add_to_area(session: ClassSession, counts: Choices) -> None:
    place = vars(queries.place_of(session))
    for school_id in (session.school_id, EVERY_SCHOOL):
        rows = _rows(counts, **{**place, "school_id": school_id})
        insert_or_add(AreaTally, rows, keys=[*place, "question", "choice"])


def _show_class(session: ClassSession, counts: Choices) -> None:
    session.shown += session.responses - session.released
    keys = ["session_id", "question", "choice"]
    insert_or_add(ClassTally, _rows(counts, session_id=session.id), keys=keys)


def _pool(sessions: list[ClassSession]) -> None:
    """Name the pool these are now in; pools they were in before become part of it."""
    pool_id = new_id()
    earlier = [session.pool_id for session in sessions if session.pool_id is not None]
    if earlier:
        db.session.execute(
            update(ClassSession).where(ClassSession.pool_id.in_(earlier)).values(pool_id=pool_id)
        )
    for session in sessions:
        session.pool_id = pool_id


@action
def follow_records(found: list[tuple[UUID, int | None]]) -> None:
    """Note how many learners were there, for the response rate."""
    for session_id, present in found:
        mine = update(ClassSession).where(ClassSession.id == session_id)
        db.session.execute(mine.values(present=present))


@action
def forget_answers() -> None:
    """Delete bare ids a day after closing, and answers of an earlier school year that never became ten."""
    over = ClassSession.closes_at < now() - STATE_LIFE
    session = select(ClassSession.id).where(ClassSession.id == Response.session_id, over)
    db.session.execute(delete(Response).where(Response.answers.is_(None), session.exists()))
    waiting = ClassSession.responses > ClassSession.released
    old = and_(waiting, over, ClassSession.school_year < school_year(today()))
    ids = list(db.session.scalars(select(ClassSession.id).where(old)))
    db.session.execute(delete(Response).where(Response.session_id.in_(ids)))
    mine = update(ClassSession).where(ClassSession.id.in_(ids))
    db.session.execute(mine.values(responses=ClassSession.released))


@action
def release_forms() -> None:
    """Count practitioners' forms a day old, a council's together, from five of a kind on."""
    groups: dict[tuple[Any, ...], list[StaffForm]] = defaultdict(list)
    for form, delivery in queries.forms_before(now() - FORM_SETTLES):
        lesson_id, council_id = delivery.lesson_version.lesson_id, delivery.council_id or NO_COUNCIL
        place = (lesson_id, delivery.school_year, form.kind, council_id)
        groups[place].append(form)
    for place, forms in groups.items():
        if len(forms) >= FEWEST_FORMS:
            _release_forms(place, forms)


def _release_forms(place: tuple[Any, ...], forms: list[StaffForm]) -> None:
    keys = ["lesson_id", "school_year", "kind", "council_id"]
    known = dict(zip(keys, place, strict=True))
    counts: Choices = Counter()
    for form in forms:
        counts.update((key, form.answers[key]) for key in STAFF_QUESTIONS[form.kind])
        form.released = True
    insert_or_add(StaffTally, _rows(counts, **known), keys=[*keys, "question", "choice"])
