"""Decisions on plain values about schools and their calendars."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from typing import Protocol

FRIDAY = 4
HALF_DAY_WEEK = 9
NOON = time(12, 0)
USUAL_DAY = (time(8, 30), time(16, 0))


class Stretch(Protocol):
    """Days from first to last, both included."""

    first_day: date
    last_day: date


def school_year(day: date) -> str:
    """The school year of a day, from August on: 2026-27."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def search_words(text: str) -> list[str]:
    """The words of a search, in lower case, at most eight."""
    return re.findall(r"[\w'&-]+", text.lower())[:8]


@dataclass(frozen=True)
class Hours:
    """When a school's day begins and ends; on Fridays it may end earlier."""

    begins: time
    ends: time
    friday_ends: time

    def end_on(self, day: date) -> time:
        return self.friday_ends if day.weekday() == FRIDAY else self.ends


def usual_hours(half_days: int | None) -> Hours:
    """The hours assumed of a school that has not said its own.

    Schools with nine half days a week close on Friday afternoons (Scottish school register: "half day openings").
    """
    return Hours(*USUAL_DAY, friday_ends=NOON if half_days == HALF_DAY_WEEK else USUAL_DAY[1])


def why_closed(day: date, start: time, end: time, terms: Iterable[Stretch], hours: Hours) -> str | None:
    """Why a school is not open from start to end, as a sentence; None when it is, as far as is known.

    Terms are only judged where some are known for that year.
    """
    if day.weekday() > FRIDAY:
        return f"{day:%A} {day.day} {day:%B} is not a school day."
    known = sorted(terms, key=lambda term: term.first_day)
    covered = bool(known) and known[0].first_day <= day <= known[-1].last_day
    if covered and not any(term.first_day <= day <= term.last_day for term in known):
        return f"{day.day} {day:%B} is in the holidays."
    closes = hours.end_on(day)
    if start < hours.begins or end > closes:
        return f"On that day the school is open from {clock(hours.begins)} to {clock(closes)}."
    return None


def clock(value: time) -> str:
    """A time of day in words: 8.30am, 4pm."""
    minutes = f".{value:%M}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"
