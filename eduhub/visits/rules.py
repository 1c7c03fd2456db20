"""Decisions on plain values: what may happen to a visit next, which times will do, when somebody is free."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from eduhub.core.clock import at_local, local
from eduhub.visits.models import VisitState as S

BUFFER = timedelta(minutes=15)
FEWEST_TIMES = 3
LONGEST_COMMITMENT = timedelta(days=31)
FURTHEST = timedelta(days=400)

# What may be done in which state, and where it leads. A cancellation taken back by the side that made it leads
# to the state before it where that still holds: see ``actions.restore_visit``.
STEPS: dict[tuple[S, str], S] = {
    (S.REQUESTED, "offer"): S.OFFERED,
    (S.REQUESTED, "accept"): S.CONFIRMED,
    (S.REQUESTED, "ask-again"): S.REQUESTED,
    (S.REQUESTED, "cancel"): S.CANCELLED,
    (S.OFFERED, "confirm"): S.CONFIRMED,
    (S.OFFERED, "none-suit"): S.REQUESTED,
    (S.OFFERED, "move"): S.OFFERED,
    (S.OFFERED, "ask-again"): S.REQUESTED,
    (S.OFFERED, "hand-back"): S.REQUESTED,
    (S.OFFERED, "lapse"): S.REQUESTED,
    (S.OFFERED, "cancel"): S.CANCELLED,
    (S.CONFIRMED, "move"): S.OFFERED,
    (S.CONFIRMED, "ask-again"): S.REQUESTED,
    (S.CONFIRMED, "hand-back"): S.REQUESTED,
    (S.CONFIRMED, "cancel"): S.CANCELLED,
    (S.CONFIRMED, "record"): S.RECORDED,
    (S.RECORDED, "record"): S.RECORDED,
    (S.CANCELLED, "restore"): S.REQUESTED,
}

REASONS: dict[str, str] = {
    "called-away": "Officer called away to other duties",
    "absence": "Illness or other absence",
    "school-closed": "School closed or timetable changed",
    "class-unavailable": "Class not available",
    "time-unsuitable": "The time does not suit",
    "lesson-changed": "A different lesson is wanted",
    "other": "Another reason",
}
OFFICER_LEFT = "officer-left"
REASON_WORDS = {**REASONS, OFFICER_LEFT: "The officer no longer takes visits here"}


def next_state(state: S, step: str) -> S | None:
    """Where a step leads from a state; None when it may not be taken."""
    return STEPS.get((state, step))


@dataclass(frozen=True)
class Stretch:
    """Time from ``begin`` up to, not including, ``end``."""

    begin: datetime
    end: datetime

    def overlaps(self, other: "Stretch") -> bool:
        """Half-open: one may begin the moment the other ends."""
        return self.begin < other.end and other.begin < self.end


def with_buffer(begin: datetime, minutes: int) -> Stretch:
    """What an officer's visit takes up: the lesson and fifteen minutes either side."""
    return Stretch(begin - BUFFER, begin + timedelta(minutes=minutes) + BUFFER)


def without_buffer(begin: datetime, minutes: int) -> Stretch:
    """What a visit takes of the class: the lesson alone."""
    return Stretch(begin, begin + timedelta(minutes=minutes))


def is_near(moment: datetime, now: datetime) -> bool:
    """Whether a moment is within four hundred days, either way; anything else is a slip of the hand."""
    return now - FURTHEST < moment < now + FURTHEST


def time_problem(begin: datetime, minutes: int, now: datetime) -> str | None:
    """Why a time will not do for any school, as a sentence; None when it may."""
    if begin <= now:
        return "That time is past."
    if not is_near(begin, now):
        return "That is more than a year away."
    if local(begin + timedelta(minutes=minutes)).date() != local(begin).date():
        return "A visit must end on the day it begins."
    return None


def report_problem(
    day: date | None, present: int | None, *, earliest: date | None, today: date, learners: int
) -> str | None:
    """Why a report of what was delivered cannot be right, as a sentence; None when it can.

    ``earliest`` is the day of the visit, where there was one; ``learners`` is the size of the class, of which a
    tenth more may have been there.
    """
    if day is not None and day > today:
        return "The day has not come yet."
    if day is not None and earliest is not None and day < earliest:
        return f"The visit was planned for {earliest.day} {earliest:%B}: it cannot have been before."
    if present is not None and present > learners + max(1, learners // 10):
        return f"The class has {learners} learners: check the number, or change the class first."
    return None


def free_times(
    busy: Sequence[Stretch],
    minutes: int,
    after: datetime,
    days: Iterable[date],
    is_open: Callable[[datetime], bool] = lambda _begin: True,
    most: int = 6,
) -> list[datetime]:
    """The next times on the hour or half hour, 9am to 3pm, at which the lesson with its buffers fits.

    One each morning and one each afternoon, so that the few shown give a real choice.
    """
    found: list[datetime] = []
    for day in days:
        for half in (range(6), range(6, 13)):
            begins = (at_local(day, time(9 + n // 2, 30 * (n % 2))) for n in half)
            fits = (
                begin for begin in begins if begin > after and _fits(begin, minutes, busy) and is_open(begin)
            )
            found += [begin for begin in [next(fits, None)] if begin is not None]
        if len(found) >= most:
            return found[:most]
    return found


def _fits(begin: datetime, minutes: int, busy: Sequence[Stretch]) -> bool:
    wanted = with_buffer(begin, minutes)
    return not any(wanted.overlaps(taken) for taken in busy)
