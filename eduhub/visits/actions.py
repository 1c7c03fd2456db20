"""Writing visits: ask, offer, accept, confirm, move, hand back, cancel, restore. Each is one transaction.

What another may have changed meanwhile is checked again inside: the version seen, the step, the person's right,
and, by the database itself, that nobody is booked twice.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from eduhub.accounts.actions import ON_ROLE_ENDED
from eduhub.accounts.models import Person, Role
from eduhub.accounts.queries import person_as_now
from eduhub.core.access import may
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db, insert_rows, key_of, save
from eduhub.core.web import Problem, StaleVersion
from eduhub.lessons.models import LessonVersion
from eduhub.programmes.models import SchoolClass
from eduhub.visits.commitments import hold, let_go, lock, stretch_of, take
from eduhub.visits.models import Commitment, HolderKind, Visit, VisitEvent, VisitState, VisitTime
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.planning import plan_delivery, put_off_delivery
from eduhub.visits.queries import open_request, visit_locked, why_not_at
from eduhub.visits.rules import LONGEST_COMMITMENT, OFFICER_LEFT, Stretch, next_state
from eduhub.visits.telling import News, both, others, tell


class StepNotAllowed(Problem):
    """The visit is not in a state in which this can be done."""


class TimeClosed(Problem):
    """A visit cannot be at that time: the school is closed, or it has passed."""

    status = 422


class AlreadyAsked(Problem):
    """The same class has an open request for the same lesson: ``visit_id`` is that visit."""

    def __init__(self, visit_id: UUID) -> None:
        super().__init__("You have asked for this lesson with this class already.")
        self.visit_id = visit_id


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
    """Ask the officers of the school's division for a visit. Raises AlreadyAsked when sent twice."""
    if not may(VisitAbility.ASK, known, person):
        raise Problem("You cannot ask for this class.")
    if known.school.division_id is None:
        raise Problem("This school lies in no police division here: ask your programme lead.")
    lock(known.id)
    asked = open_request(known.id, lesson.lesson_id)
    if asked is not None:
        raise AlreadyAsked(asked)
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
        times=_times(wanted.times),
    )
    db.session.add(visit)
    db.session.flush()
    _note(visit, person, "ask")
    return visit


def _times(begins: list[datetime]) -> list[VisitTime]:
    return [VisitTime(starts_at=begin) for begin in sorted(set(begins))]


@action
def ask_again(
    visit: Visit, person: Person, times: list[datetime], reason: str, words: str, seen: int
) -> None:
    """The school needs other times: back to the queue with them; an officer who held a time is told."""
    was = visit.state
    _step(visit, person, VisitAbility.CONFIRM, "ask-again", seen)
    _note(visit, person, "ask-again", reason=reason, words=words)
    _tell_off(visit, was, person, "visits/asked_again", (reason, words))
    _free(visit, reason)
    visit.times.clear()
    db.session.flush()
    visit.times.extend(_times(times))


@action
def offer_time(visit: Visit, person: Person, begin: datetime, seen: int) -> None:
    """An officer offers a time; it is held until the school answers. Raises DateTaken."""
    _step(visit, person, VisitAbility.OFFER, "offer", seen)
    hold(visit, person, begin)
    _note(visit, person, "offer", begin=begin)
    _tell_offer(visit, person)


@action
def accept_time(visit: Visit, person: Person, begin: datetime, seen: int) -> None:
    """An officer takes one of the times the school gave: confirmed at once. Raises DateTaken, TimeClosed."""
    _step(visit, person, VisitAbility.OFFER, "accept", seen)
    if begin not in {time.starts_at for time in visit.times}:
        raise Problem("That is not one of the times the school gave.")
    with db.session.no_autoflush:  # the visit is saved once, at the end
        closed = why_not_at(visit.school, begin, visit.lesson_version.minutes)
    if closed:
        raise TimeClosed(closed)
    hold(visit, person, begin)
    _note(visit, person, "accept", begin=begin)
    _confirmed(visit)


@action
def confirm_visit(visit: Visit, person: Person, seen: int) -> None:
    """The school takes the time offered."""
    _step(visit, person, VisitAbility.CONFIRM, "confirm", seen)
    if visit.starts_at is None or visit.starts_at <= now():
        raise StepNotAllowed("The time offered has passed.")
    if not _can_come(visit.officer, visit):
        raise StepNotAllowed(
            "The officer no longer takes visits here. Ask for other times to put the request back."
        )
    _note(visit, person, "confirm", begin=visit.starts_at)
    _confirmed(visit)


@action
def decline_offer(visit: Visit, person: Person, reason: str, words: str, seen: int) -> None:
    """The school cannot take the time offered: the request goes back to the queue."""
    _step(visit, person, VisitAbility.CONFIRM, "none-suit", seen)
    _note(visit, person, "none-suit", reason=reason, words=words)
    tell(
        visit, others(visit, person), News("The time does not suit", "visits/declined", person, reason, words)
    )
    _free(visit, reason)


@action
def move_visit(visit: Visit, person: Person, begin: datetime, reason: str, words: str, seen: int) -> None:
    """The officer moves an offered or confirmed visit: the new time is held and offered. Raises DateTaken."""
    was = visit.state
    _step(visit, person, VisitAbility.OFFER, "move", seen)
    if was is VisitState.CONFIRMED:
        _tell_off(visit, was, person, "visits/moved", (reason, words))
    let_go(visit)
    put_off_delivery(visit, reason)
    hold(visit, person, begin)
    _note(visit, person, "move", reason=reason, words=words, begin=begin)
    _tell_offer(visit, person)


@action
def hand_back(visit: Visit, person: Person | None, reason: str, words: str, seen: int) -> None:
    """The officer cannot come (nobody given: no longer takes visits): back to the queue, everybody is told once."""
    was = visit.state
    _step(visit, person, VisitAbility.HAND_BACK, "hand-back", seen)
    _note(visit, person, "hand-back", reason=reason, words=words)
    _tell_off(visit, was, person, "visits/handed_back", (reason, words))
    _free(visit, reason)


@action
def cancel_visit(visit: Visit, person: Person, reason: str, words: str, seen: int) -> None:
    """Either side calls the visit off, with a reason; the other is told."""
    was = visit.state
    _step(visit, person, VisitAbility.CHANGE, "cancel", seen)
    _note(visit, person, "cancel", reason=reason, words=words)
    _tell_off(visit, was, person, "visits/cancelled", (reason, words))
    let_go(visit)
    put_off_delivery(visit, reason, called_off=True)


@action
def restore_visit(visit: Visit, person: Person, seen: int) -> None:
    """Take a cancellation back.

    The side that cancelled gets the visit as it was before, if the time is still free (else DateTaken); in any
    other case it goes back to the queue, so that neither side can decide for the other.
    """
    _step(visit, person, VisitAbility.CHANGE, "restore", seen)
    officer, begin = visit.officer, visit.starts_at
    before = _state_before_cancelling(visit, person)
    if before is None or officer is None or begin is None or not _can_come(officer, visit):
        _free(visit, "")
        _note(visit, person, "restore")
        tell(visit, others(visit, person), News("Visit asked for again", "visits/restored", person))
        return
    visit.state = before
    hold(visit, officer, begin)
    _note(visit, person, "restore", begin=begin)
    if before is VisitState.CONFIRMED:
        _confirmed(visit)
    else:
        _tell_offer(visit, officer)


@action
def lapse_offer(visit: Visit) -> None:
    """A time offered has passed without an answer: back to the queue, and both sides are told."""
    if visit.state is not VisitState.OFFERED or visit.starts_at is None or visit.starts_at > now():
        return
    _step(visit, None, VisitAbility.HAND_BACK, "lapse", visit.version)
    _note(visit, None, "lapse", begin=visit.starts_at)
    tell(visit, both(visit), News("The time offered has passed", "visits/lapsed"))
    _free(visit, "")


@action
def release_officer(officer: Person, division_id: UUID) -> None:
    """Somebody is no longer an officer there: every visit they hold goes back to the queue."""
    held = db.session.scalars(
        select(Visit)
        .where(
            Visit.officer_id == officer.id,
            Visit.division_id == division_id,
            Visit.state.in_([VisitState.OFFERED, VisitState.CONFIRMED]),
            Visit.starts_at > now(),
        )
        .order_by(Visit.starts_at, Visit.id)
    ).all()
    for visit in held:
        hand_back(visit, None, OFFICER_LEFT, "", visit.version)


ON_ROLE_ENDED.append(release_officer)


@action
def add_busy_time(person: Person, begin: datetime, end: datetime, what: str) -> None:
    """Mark an officer's own time as taken: leave, court, training. Raises DateTaken when a visit is in it."""
    if end <= begin:
        raise Problem("It must end after it begins.")
    if end - begin > LONGEST_COMMITMENT:
        raise Problem("Enter at most 31 days at a time.")
    lock(person.id)
    take(stretch_of(HolderKind.OFFICER, person.id, Stretch(begin, end), what))
    record("add", "busy-time", person.id, person.id)


@action
def remove_busy_time(person: Person, commitment: Commitment) -> None:
    """Take back one's own busy time; visits are changed on their own page."""
    if commitment.holder_id != person.id or commitment.visit_id is not None:
        raise Problem("Only your own busy time can be removed here.")
    db.session.delete(commitment)
    record("remove", "busy-time", person.id, person.id)


# Inside an action.


def _step(visit: Visit, person: Person | None, ability: VisitAbility, step: str, seen: int) -> None:
    """Lock the visit and its people, check right, version and state, and move on.

    Nobody given means the site itself. Raises StaleVersion, StepNotAllowed.
    """
    visit_locked(key_of(visit))
    if person is not None:
        person_as_now(key_of(person))
    if person is not None and not may(ability, visit, person):
        raise StepNotAllowed("You can no longer do that with this visit.")
    if visit.version != seen:
        raise StaleVersion("Somebody changed this visit after you opened the page.")
    state = next_state(visit.state, step)
    if state is None:
        raise StepNotAllowed(f"This visit is {visit.state}: that can no longer be done.")
    lock(visit.class_id, visit.officer_id, person.id if person and ability is VisitAbility.OFFER else None)
    visit.state = state
    visit.version += 1


def _can_come(officer: Person | None, visit: Visit) -> bool:
    return (
        officer is not None
        and officer.is_active
        and officer.holds_at(visit.division_id, Role.LIAISON_OFFICER)
    )


def _state_before_cancelling(visit: Visit, person: Person) -> VisitState | None:
    """Offered or confirmed, if it was that and the same side now takes the cancellation back in time."""
    if len(visit.events) < 2 or visit.starts_at is None or visit.events[-1].actor is None:
        return None
    before = visit.events[-2].state
    same_side = _is_police(person, visit) == _is_police(visit.events[-1].actor, visit)
    held = before in {VisitState.OFFERED, VisitState.CONFIRMED}
    open_then = why_not_at(visit.school, visit.starts_at, visit.lesson_version.minutes) is None
    return before if same_side and held and open_then else None


def _is_police(person: Person, visit: Visit) -> bool:
    return person.holds_at(visit.division_id, Role.LIAISON_OFFICER, Role.DIVISION_LEAD)


def _free(visit: Visit, reason: str) -> None:
    """Back to the queue: no officer, no time; what hangs on the delivery stays with it."""
    let_go(visit)
    put_off_delivery(visit, reason)
    visit.officer = visit.officer_id = visit.starts_at = visit.ends_at = None


def _confirmed(visit: Visit) -> None:
    plan_delivery(visit)
    tell(visit, both(visit), News("Visit confirmed", "visits/confirmed", method="REQUEST"))
    save(visit)


def _tell_offer(visit: Visit, officer: Person) -> None:
    tell(visit, [visit.asked_by], News("A time for your visit", "visits/offered", officer))


SUBJECTS = {
    "visits/moved": "Visit moved",
    "visits/asked_again": "Other times are asked for",
    "visits/cancelled": "Visit called off",
    "visits/handed_back": "Your visit needs another officer",
}


def _tell_off(
    visit: Visit, was: VisitState, actor: Person | None, template: str, why: tuple[str, str]
) -> None:
    """A time that was held is given up: a confirmed one leaves both calendars; else the other side is told."""
    confirmed = was is VisitState.CONFIRMED
    people = both(visit) if confirmed else others(visit, actor)
    method = "CANCEL" if confirmed else ""
    tell(visit, people, News(SUBJECTS[template], template, actor, *why, method))


def _note(
    visit: Visit,
    person: Person | None,
    verb: str,
    *,
    reason: str = "",
    words: str = "",
    begin: datetime | None = None,
) -> None:
    """One line of the visit's history; ``words`` are the person's own."""
    actor_id = person.id if person else None
    event = {
        "visit_id": visit.id,
        "number": visit.version,
        "at": now(),
        "actor_id": actor_id,
        "verb": verb,
        "state": visit.state,
        "reason": reason,
        "text": words,
        "starts_at": begin,
    }
    insert_rows(VisitEvent, event)
    record(verb, "visit", visit.id, actor_id, {"reason": reason})
