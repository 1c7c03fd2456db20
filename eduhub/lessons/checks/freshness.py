"""Freshness: when it was last gone through, and how old its facts and its evidence are. A day counts from its end."""

from datetime import date
from typing import Any

from eduhub.lessons.checks.checked import Check, Checked, lines_in_words
from eduhub.lessons.rules import approvals, months_after, review_by

FACT_YEARS = 3
EVIDENCE_YEARS = 10


def last_day(text: str) -> date:
    """The last day a date can mean: of 2026 it is 31 December, of 2026-11 it is the 30th."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date.fromordinal(months_after(date(year, month, 1), 1).toordinal() - 1)


def reviewed(lesson: Checked) -> None:
    """It was signed off, and again when it should have been."""
    line = lesson.source.line_of("review_in")
    approved = approvals(lesson.signed.reviews, lesson.front["version"])
    if not approved:
        mend = "Have a reviewer sign it off."
        lesson.find(line, "never-reviewed", "no reviewer has signed this version off.", mend)
        return
    due = review_by(approved, lesson.front["review_in"], lesson.today)
    if due is not None and due < lesson.today:
        message = f"it was to be gone through again by {due:%Y-%m-%d}."
        lesson.find(line, "review-overdue", message, "Have a reviewer go through it again and sign it off.")


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
        if months_after(last_day(item["checked"] or item["date"]), 12 * years) < lesson.today
    ]


def dates_ahead(lesson: Checked) -> None:
    """Nothing was reviewed, said or checked on a day that has not come."""
    front = lesson.front
    dated: list[tuple[str, str]] = []
    for name in ("facts", "evidence"):
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
