"""Writing visits: ask, offer, accept, confirm, move, hand back, cancel, restore. Each is one transaction.

What another may have changed meanwhile is checked again inside: the version seen, the step, the person's right,
and, by the database itself, that nobody is booked twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.models import Person
from eduhub.core.access import may
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, broken_constraint, db, is_sqlite
from eduhub.core.web import Problem, StaleVersion
from eduhub.lessons.models import LessonVersion
from eduhub.notifications.actions import send_email
from eduhub.programmes.models import SchoolClass
from eduhub.visits.calendar import calendar_entry
from eduhub.visits.models import (
    Commitment,
    HolderKind,
    Visit,
    VisitEvent,
    VisitState,
    VisitTime,
)
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.planning import cancel_delivery, plan_delivery
from eduhub.visits.rules import LONGEST_COMMITMENT, Stretch, next_state, with_buffer, without_buffer

OVERLAP = "commitment_overlap"


class DateTaken(Problem):
    """The officer or the class has just been booked for an overlapping time."""

    def __init__(self) -> None:
        super().__init__("That time has just been taken.")


class StepNotAllowed(Problem):
    """The visit is not in a state in which this can be done."""


@dataclass(frozen=True)
class Request:
    """What a teacher asks for."""

    times: list[datetime]
    learners: int
    room: str
    needs: str
    staying: str
    sensitive_note: str


@action
def ask_for_visit(person: Person, known: SchoolClass, lesson: LessonVersion, wanted: Request) -> Visit:
    """Ask the officers of the school's division for a visit. Raises Problem where the school has no division."""
    if not may(VisitAbility.ASK, known, person):
        raise Problem("You cannot ask for this class.")
    if known.school.division_id is None:
        raise Problem("This school lies in no police division here: ask your programme lead.")
    visit = Visit(
        class_id=known.id,
        school_id=known.school_id,
        division_id=known.school.division_id,
        lesson_version_id=lesson.id,
        asked_by_id=person.id,
        asked_at=now(),
        state=VisitState.REQUESTED,
        learners=wanted.learners,
        room=wanted.room,
        needs=wanted.needs,
        staying=wanted.staying,
        sensitive_note=wanted.sensitive_note,
        times=[VisitTime(starts_at=begin) for begin in sorted(set(wanted.times))],
    )
    db.session.add(visit)
    db.session.flush()
    _note(visit, person, "ask")
    return visit


@action
def offer_time(visit: Visit, person: Person, begin: datetime, seen: int) -> None:
    """An officer offers a time; it is held until the school answers. Raises DateTaken."""
    _step(visit, person, VisitAbility.OFFER, "offer", seen)
    _hold(visit, person, begin)
    _note(visit, person, "offer", begin=begin)
    _tell_school(visit, "A time for your visit", "visits/offered")


@action
def accept_time(visit: Visit, person: Person, begin: datetime, seen: int) -> None:
    """An officer takes one of the times the school gave: confirmed at once. Raises DateTaken."""
    if begin not in {time.starts_at for time in visit.times}:
        raise Problem("That is not one of the times the school gave.")
    _step(visit, person, VisitAbility.OFFER, "accept", seen)
    _hold(visit, person, begin)
    _note(visit, person, "accept", begin=begin)
    _confirmed(visit)


@action
def confirm_visit(visit: Visit, person: Person, seen: int) -> None:
    """The school takes the time offered."""
    _step(visit, person, VisitAbility.CONFIRM, "confirm", seen)
    _note(visit, person, "confirm", begin=visit.starts_at)
    _confirmed(visit)


@action
def decline_offer(visit: Visit, person: Person, words: str, seen: int) -> None:
    """The school cannot take the time offered: the request goes back to the queue."""
    _step(visit, person, VisitAbility.CONFIRM, "none-suit", seen)
    officer = visit.officer
    _note(visit, person, "none-suit", words=words)
    _free(visit)
    if officer:
        _send(visit, officer, "The time offered does not suit", "visits/declined", words=words)


@action
def move_visit(visit: Visit, person: Person, begin: datetime, reason: str, words: str, seen: int) -> None:
    """The officer moves a confirmed visit: the new time is held and offered. Raises DateTaken."""
    _step(visit, person, VisitAbility.OFFER, "move", seen)
    _cancel_calendar(visit, "visits/moved")
    _let_go(visit)
    _hold(visit, person, begin)
    _note(visit, person, "move", reason=reason, words=words, begin=begin)


@action
def hand_back(visit: Visit, person: Person, reason: str, words: str, seen: int) -> None:
    """The officer cannot come: the request goes back to the queue, and the school is told once."""
    was_confirmed = visit.state is VisitState.CONFIRMED
    _step(visit, person, VisitAbility.OFFER, "hand-back", seen)
    _note(visit, person, "hand-back", reason=reason, words=words)
    if was_confirmed:
        _cancel_calendar(visit, "visits/handed_back")
    else:
        _tell_school(visit, "Your visit needs another officer", "visits/handed_back")
    _free(visit)


@action
def cancel_visit(visit: Visit, person: Person, reason: str, words: str, seen: int) -> None:
    """Either side calls the visit off, with a reason."""
    was_confirmed = visit.state is VisitState.CONFIRMED
    _step(visit, person, VisitAbility.CHANGE, "cancel", seen)
    _note(visit, person, "cancel", reason=reason, words=words)
    if was_confirmed:
        _cancel_calendar(visit, "visits/cancelled")
    elif visit.officer:
        _send(visit, visit.officer, "Visit called off", "visits/cancelled")
    _let_go(visit)
    cancel_delivery(visit)


@action
def restore_visit(visit: Visit, person: Person, seen: int) -> None:
    """Take a cancellation back: the same time, if it is still free, else DateTaken; the queue if it had none."""
    _step(visit, person, VisitAbility.CHANGE, "restore", seen)
    officer, begin = visit.officer, visit.starts_at
    _note(visit, person, "restore", begin=begin)
    if officer is None or begin is None or begin <= now():
        _free(visit)
        return
    _hold(visit, officer, begin)
    _confirmed(visit)


@action
def add_busy_time(person: Person, begin: datetime, end: datetime, what: str) -> None:
    """Mark an officer's own time as taken: leave, court, training. Raises DateTaken when a visit is in it."""
    if end <= begin:
        raise Problem("It must end after it begins.")
    if end - begin > LONGEST_COMMITMENT:
        raise Problem("Enter at most 31 days at a time.")
    _lock(person.id)
    with _refused_overlap():
        _take(HolderKind.OFFICER, person.id, Stretch(begin, end), None, what)
    record("add", "busy-time", person.id, person.id)


@action
def remove_busy_time(person: Person, commitment: Commitment) -> None:
    """Take back one's own busy time; visits are changed on their own page."""
    if commitment.holder_id != person.id or commitment.visit_id is not None:
        raise Problem("Only your own busy time can be removed here.")
    db.session.delete(commitment)
    record("remove", "busy-time", person.id, person.id)


# Inside an action.


def _step(visit: Visit, person: Person, ability: VisitAbility, step: str, seen: int) -> None:
    """Check right, version and state, lock the visit, and move on. Raises StaleVersion, StepNotAllowed."""
    db.session.execute(select(Visit.id).where(Visit.id == visit.id).with_for_update())
    db.session.refresh(visit)
    if not may(ability, visit, person):
        raise StepNotAllowed("You can no longer do that with this visit.")
    if visit.version != seen:
        raise StaleVersion("Somebody changed this visit after you opened the page.")
    state = next_state(visit.state, step)
    if state is None:
        raise StepNotAllowed(f"This visit is {visit.state}: that can no longer be done.")
    visit.state = state
    visit.version += 1


def _hold(visit: Visit, officer: Person, begin: datetime) -> None:
    minutes = visit.lesson_version.minutes
    visit.officer_id, visit.starts_at = officer.id, begin
    visit.ends_at = begin + timedelta(minutes=minutes)
    _lock(officer.id, visit.class_id)
    title = f"{visit.lesson_version.title}, {visit.school.name}"
    with _refused_overlap():
        _take(HolderKind.OFFICER, officer.id, with_buffer(begin, minutes), visit.id, title)
        _take(HolderKind.CLASS, visit.class_id, without_buffer(begin, minutes), visit.id, title)


def _take(kind: HolderKind, holder: UUID, stretch: Stretch, visit_id: UUID | None, what: str) -> None:
    db.session.add(
        Commitment(
            holder_kind=kind,
            holder_id=holder,
            visit_id=visit_id,
            busy_from=stretch.begin,
            busy_to=stretch.end,
            what=what,
        )
    )
    db.session.flush()


@contextmanager
def _refused_overlap() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if OVERLAP in broken_constraint(error):
            raise DateTaken from error
        raise


def _lock(*holders: UUID) -> None:
    """PostgreSQL: queue behind whoever books the same people, always in one order, so that nobody deadlocks."""
    if is_sqlite():
        return
    db.session.execute(text("SET LOCAL lock_timeout = '5s'"))
    for key in sorted(int.from_bytes(holder.bytes[:8], signed=True) for holder in holders):
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def _let_go(visit: Visit) -> None:
    db.session.execute(delete(Commitment).where(Commitment.visit_id == visit.id))


def _free(visit: Visit) -> None:
    """Back to the queue: no officer, no time."""
    _let_go(visit)
    cancel_delivery(visit)
    visit.state = VisitState.REQUESTED
    visit.officer_id = visit.starts_at = visit.ends_at = None
    db.session.flush()
    db.session.expire(visit, ["officer"])


def _confirmed(visit: Visit) -> None:
    db.session.flush()
    db.session.expire(visit, ["officer"])
    plan_delivery(visit)
    visit.sequence += 1
    for person in _both(visit):
        _send(visit, person, "Visit confirmed", "visits/confirmed", method="REQUEST")


def _cancel_calendar(visit: Visit, template: str) -> None:
    visit.sequence += 1
    for person in _both(visit):
        _send(visit, person, "Visit called off or moved", template, method="CANCEL")


def _both(visit: Visit) -> list[Person]:
    people = {person.id: person for person in (visit.asked_by, visit.officer) if person is not None}
    return list(people.values())


def _tell_school(visit: Visit, subject: str, template: str) -> None:
    _send(visit, visit.asked_by, subject, template)


def _send(
    visit: Visit, person: Person, subject: str, template: str, *, method: str = "", words: str = ""
) -> None:
    entry = calendar_entry(visit, person.email, method) if method else None
    send_email(
        to=person.email,
        subject=f"{subject}: {visit.school_class.label}, {visit.school.name}",
        template=template,
        context={"visit": visit, "person": person, "words": words},
        ics=entry,
        ics_method=method or "REQUEST",
    )


def _note(
    visit: Visit,
    person: Person,
    verb: str,
    *,
    reason: str = "",
    words: str = "",
    begin: datetime | None = None,
) -> None:
    """One line of the visit's history; ``words`` are the person's own."""
    db.session.add(
        VisitEvent(
            visit_id=visit.id,
            number=visit.version,
            at=now(),
            actor_id=person.id,
            verb=verb,
            reason=reason,
            text=words,
            starts_at=begin,
        )
    )
    db.session.flush()
    record(verb, "visit", visit.id, person.id, {"reason": reason})
