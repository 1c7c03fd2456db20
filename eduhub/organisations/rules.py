"""Decisions on plain values about schools and their calendars."""

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Protocol

FRIDAY = 4
HALF_DAY_WEEK = 9
NOON = time(12, 0)


class Stretch(Protocol):
    """Days from first to last, both included."""

    first_day: date
    last_day: date


def search_words(text: str) -> list[str]:
    """The words of a search, in lower case, at most eight."""
    return re.findall(r"[\w'&-]+", text.lower())[:8]


def why_closed(day: date, start: time, terms: Iterable[Stretch], half_days: int | None) -> str | None:
    """Why a school is not open then, as a sentence; None when it is, as far as is known.

    Terms are only judged where some are known for that year. Schools with nine half days a week close on
    Friday afternoons (Scottish school register: "half day openings").
    """
    if day.weekday() > FRIDAY:
        return f"{day:%A} {day.day} {day:%B} is not a school day."
    known = sorted(terms, key=lambda term: term.first_day)
    covered = bool(known) and known[0].first_day <= day <= known[-1].last_day
    if covered and not any(term.first_day <= day <= term.last_day for term in known):
        return f"{day.day} {day:%B} is in the holidays."
    if half_days == HALF_DAY_WEEK and day.weekday() == FRIDAY and start >= NOON:
        return "The school closes at noon on Fridays."
    return None
