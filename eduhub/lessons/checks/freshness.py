"""Freshness: when it was last gone through, and how old its facts and its evidence are. A day counts from its end."""

import re
from datetime import date
from typing import Any

from eduhub.lessons.checks.checked import Check, Checked, lines_in_words
from eduhub.lessons.rules import approvals

PERIOD = re.compile(r"(\d{1,2}) (month|year)s?")
FACT_YEARS = 3
EVIDENCE_YEARS = 10


def last_day(text: str) -> date:
    """The last day a date can mean: of 2026 it is 31 December, of 2026-11 it is the 30th."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date.fromordinal(months_later(date(year, month, 1), 1).toordinal() - 1)


def months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def review_period(text: str) -> int | None:
    """A period such as "12 months" or "2 years", in months."""
    found = PERIOD.fullmatch(text.strip())
    return int(found[1]) * (12 if found[2] == "year" else 1) if found else None


def reviewed(lesson: Checked) -> None:
    """It was gone through when it should have been."""
    front, source = lesson.front, lesson.source
    months = review_period(front["review_in"])
    if not months:
        message = f"review_in: {front['review_in']!r} is not a number of months or years."
        lesson.find(source.line_of("review_in"), "review-period", message, "Write it as 12 months or 1 year.")
        return
    dates = [front["reviewed_on"], *(one["date"] for one in approvals(front))]
    days = [last_day(text) for text in dates if text]
    if not days:
        message = "nobody has said when it was last gone through."
        lesson.find(
            source.line_of("review_in"), "never-reviewed", message, "Go through it and set reviewed_on."
        )
        return
    due = months_later(max(days), months)
    if due < lesson.today:
        message = f"it was to be gone through again by {due:%Y-%m-%d}."
        lesson.find(
            source.line_of("reviewed_on"), "review-overdue", message, "Go through it, then set reviewed_on."
        )


def old_facts(lesson: Checked) -> None:
    """What it states still holds."""
    old = _older(lesson, "facts", FACT_YEARS)
    if old:
        many = f"{len(old)} facts are" if len(old) > 1 else "a fact is"
        message = f"{many} older than {FACT_YEARS} years: {lines_in_words(old)}."
        mend = "See whether the source still says so; if it does, add checked: and today's date to it."
        lesson.find(old[0], "fact-old", message, mend)


def old_evidence(lesson: Checked) -> None:
    """What it is built on has not been overtaken."""
    old = _older(lesson, "evidence", EVIDENCE_YEARS)
    if old:
        message = f"evidence is older than {EVIDENCE_YEARS} years: {lines_in_words(old)}."
        lesson.find(old[0], "evidence-old", message, "See whether there is newer.")


def _older(lesson: Checked, name: str, years: int) -> list[int]:
    """The lines of what was dated, or last checked, more years ago than that."""
    items: list[dict[str, Any]] = lesson.front[name]
    return [
        lesson.source.line_of(f"{name}.{n}.claim")
        for n, item in enumerate(items)
        if months_later(last_day(item["checked"] or item["date"]), 12 * years) < lesson.today
    ]


def dates_ahead(lesson: Checked) -> None:
    """Nothing was reviewed, said or checked on a day that has not come."""
    front = lesson.front
    dated = [("reviewed_on", front["reviewed_on"])]
    for name in ("facts", "evidence", "review"):
        for n, item in enumerate(front[name]):
            dated += [(f"{name}.{n}.{key}", item[key]) for key in ("date", "checked") if item.get(key)]
    for path, text in dated:
        if text and _first_day(text) > lesson.today:
            message = f"{path.rpartition('.')[2]}: {text} has not come yet."
            lesson.find(lesson.source.line_of(path), "date-ahead", message, "Correct the date.")


def _first_day(text: str) -> date:
    parts = [int(part) for part in text.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


CHECKS: tuple[Check, ...] = (reviewed, old_facts, old_evidence, dates_ahead)
