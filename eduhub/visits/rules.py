"""Decisions on plain values: what may happen to a visit next, which times will do, when somebody is free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from eduhub.core.clock import at_local, local
from eduhub.visits.models import VisitState as S

BUFFER = timedelta(minutes=15)
SCHOOL_DAY = (time(8, 0), time(17, 0))
FEWEST_TIMES = 3
LONGEST_COMMITMENT = timedelta(days=31)

# What may be done in which state, and where it leads.
STEPS: dict[tuple[S, str], S] = {
    (S.REQUESTED, "offer"): S.OFFERED,
    (S.REQUESTED, "accept"): S.CONFIRMED,
    (S.REQUESTED, "cancel"): S.CANCELLED,
    (S.OFFERED, "confirm"): S.CONFIRMED,
    (S.OFFERED, "none-suit"): S.REQUESTED,
    (S.OFFERED, "hand-back"): S.REQUESTED,
    (S.OFFERED, "cancel"): S.CANCELLED,
    (S.CONFIRMED, "move"): S.OFFERED,
    (S.CONFIRMED, "hand-back"): S.REQUESTED,
    (S.CONFIRMED, "cancel"): S.CANCELLED,
    (S.CONFIRMED, "record"): S.RECORDED,
    (S.CANCELLED, "restore"): S.CONFIRMED,
}

REASONS: dict[str, str] = {
    "called-away": "Officer called away to other duties",
    "absence": "Illness or other absence",
    "school-closed": "School closed or timetable changed",
    "class-unavailable": "Class not available",
    "lesson-changed": "A different lesson is wanted",
    "other": "Another reason",
}


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


def time_problem(begin: datetime, minutes: int, now: datetime) -> str | None:
    """Why a time will not do for any school, as a sentence; None when it may."""
    start, end = local(begin), local(begin + timedelta(minutes=minutes))
    if begin <= now:
        return "That time is past."
    if begin > now + timedelta(days=400):
        return "That is more than a year away."
    if start.time() < SCHOOL_DAY[0] or end.time() > SCHOOL_DAY[1] or end.date() != start.date():
        return f"The lesson takes {minutes} minutes: it must begin after 8am and end before 5pm."
    return None


def free_times(
    busy: Sequence[Stretch], minutes: int, after: datetime, days: Iterable[date], most: int = 6
) -> list[datetime]:
    """The next times on the hour or half hour, 9am to 3pm, at which the lesson with its buffers fits.

    One each morning and one each afternoon, so that the few shown give a real choice.
    """
    found: list[datetime] = []
    for day in days:
        for half in (range(6), range(6, 13)):
            begins = (at_local(day, time(9 + n // 2, 30 * (n % 2))) for n in half)
            fits = (begin for begin in begins if begin > after and _fits(begin, minutes, busy))
            found += [begin for begin in [next(fits, None)] if begin is not None]
        if len(found) >= most:
            return found[:most]
    return found


def _fits(begin: datetime, minutes: int, busy: Sequence[Stretch]) -> bool:
    wanted = with_buffer(begin, minutes)
    return not any(wanted.overlaps(taken) for taken in busy)
