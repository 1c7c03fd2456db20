"""Steps of a visit, times that will do, and free time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eduhub.core.clock import at_local
from eduhub.organisations.rules import usual_hours, why_closed
from eduhub.visits.models import VisitState
from eduhub.visits.rules import (
    STEPS,
    Stretch,
    free_times,
    next_state,
    report_problem,
    time_problem,
    with_buffer,
)

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALLOWED = {
    "requested": {
        "offer": "offered",
        "accept": "confirmed",
        "ask-again": "requested",
        "cancel": "cancelled",
    },
    "offered": {
        "confirm": "confirmed",
        "none-suit": "requested",
        "move": "offered",
        "ask-again": "requested",
        "hand-back": "requested",
        "lapse": "requested",
        "cancel": "cancelled",
    },
    "confirmed": {
        "move": "offered",
        "ask-again": "requested",
        "hand-back": "requested",
        "cancel": "cancelled",
        "record": "recorded",
    },
    "cancelled": {"restore": "requested"},
    "recorded": {"record": "recorded"},
}


@pytest.mark.parametrize("state", list(VisitState))
def test_every_step_from_every_state(state: VisitState) -> None:
    steps = {step for _, step in STEPS}
    for step in steps:
        wanted = ALLOWED[state.value].get(step)
        assert next_state(state, step) == (VisitState(wanted) if wanted else None)


@pytest.mark.parametrize(
    ("day", "start", "end", "half_days", "closed"),
    [
        (date(2026, 11, 27), time(11), time(11, 50), 9, None),
        (date(2026, 11, 27), time(11, 10), time(12), 9, None),
        (date(2026, 11, 27), time(11, 30), time(12, 20), 9, "open from 8.30am to 12pm"),
        (date(2026, 11, 27), time(13), time(14), 10, None),
        (date(2026, 11, 26), time(13), time(14), 9, None),
        (date(2026, 11, 26), time(7), time(8), 9, "open from 8.30am to 4pm"),
        (date(2026, 11, 26), time(15, 30), time(16, 20), 9, "open from 8.30am to 4pm"),
        (date(2026, 11, 28), time(10), time(11), 10, "not a school day"),
    ],
)
def test_closed_half_days_hours_and_weekends(
    day: date, start: time, end: time, half_days: int, closed: str | None
) -> None:
    reason = why_closed(day, start, end, [], usual_hours(half_days))
    assert (reason is None) if closed is None else (closed in (reason or ""))


@pytest.mark.parametrize(
    ("begin", "problem"),
    [
        (NOW - timedelta(minutes=1), "past"),
        (at_local(date(2026, 11, 25), time(23, 30)), "end on the day it begins"),
        (datetime.max.replace(tzinfo=UTC), "more than a year"),
        (datetime.min.replace(tzinfo=UTC), "past"),
        (at_local(date(2028, 11, 24), time(10)), "more than a year"),
        (at_local(date(2026, 11, 25), time(10)), None),
    ],
)
def test_times(begin: datetime, problem: str | None) -> None:
    found = time_problem(begin, 50, NOW)
    assert (found is None) if problem is None else (problem in (found or ""))


def test_nine_in_the_morning_stays_nine_across_the_clock_change() -> None:
    before, after = date(2026, 10, 23), date(2026, 10, 26)
    assert at_local(after, time(9)) - at_local(before, time(9)) == timedelta(days=3, hours=1)


@pytest.mark.parametrize(
    ("day", "present", "problem"),
    [
        (date(2026, 11, 24), 26, None),
        (date(2026, 11, 25), 20, "not come yet"),
        (date(2026, 11, 22), 20, "cannot have been before"),
        (date(2026, 11, 24), 27, "24 learners"),
        (None, None, None),
    ],
)
def test_reports_that_cannot_be_right(day: date | None, present: int | None, problem: str | None) -> None:
    earliest, today = date(2026, 11, 23), date(2026, 11, 24)
    found = report_problem(day, present, earliest=earliest, today=today, learners=24)
    assert (found is None) if problem is None else (problem in (found or ""))


minutes = st.integers(0, 600)
stretches = st.tuples(minutes, st.integers(1, 200)).map(
    lambda p: Stretch(NOW + timedelta(minutes=p[0]), NOW + timedelta(minutes=p[0] + p[1]))
)


@given(stretches, stretches)
def test_overlap_is_symmetric_and_half_open(one: Stretch, two: Stretch) -> None:
    assert one.overlaps(two) == two.overlaps(one)
    touching = Stretch(one.end, one.end + timedelta(minutes=5))
    assert not one.overlaps(touching)


@given(st.lists(stretches, max_size=6))
def test_free_times_never_overlap_what_is_taken(busy: list[Stretch]) -> None:
    days = [NOW.date(), NOW.date() + timedelta(days=1)]
    for begin in free_times(busy, 50, NOW, days):
        assert begin > NOW
        assert not any(with_buffer(begin, 50).overlaps(taken) for taken in busy)
