"""Decisions on plain values: how a lesson fits a period, who approved it, what a search marks."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup, escape

INTERACTIVE = frozenset(
    {"discussion", "sorting", "role-play", "quiz", "game", "case-study", "practice", "drawing"}
)

# A sign-off as reviews.yaml holds it: version, role, organisation, date, outcome, next_review, note.
Review = dict[str, Any]


class Licence(NamedTuple):
    """A licence in words, and where to read it."""

    name: str
    url: str


LICENCES = {
    "CC-BY-4.0": Licence(
        "Creative Commons Attribution 4.0 International licence",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "OGL-UK-3.0": Licence(
        "Open Government Licence v3.0",
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
}
DELIVERERS = {
    "teacher": "teacher",
    "police": "police officer",
    "health": "health worker",
    "partner": "partner organisation",
    "peer": "peer educator",
}
# What schools call a period, in minutes.
PERIODS = (30, 40, 50, 60)


def highlight(text: str, pattern: re.Pattern[str] | None) -> Markup:
    """The text with what a pattern finds marked."""
    if pattern is None:
        return Markup(escape(text))  # noqa: S704 -- escaped on this line
    pieces, at = [], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[at : found.start()]), Markup("<mark>"), escape(found[0]), Markup("</mark>")]
        at = found.end()
    return Markup("").join([*pieces, escape(text[at:])])


def marked(html: str, texts: Iterable[str], pattern: re.Pattern[str] | None) -> Markup:
    """HTML that was made from these texts, with what a pattern finds marked in each of them."""
    if pattern:
        for text in texts:
            html = html.replace(str(escape(text)), str(highlight(text, pattern)), 1)
    return Markup(html)  # noqa: S704 -- the HTML escaped its texts, and so do the marks


def version_key(version: str) -> tuple[int, int]:
    """A version to compare with others: 1.10 comes after 1.9."""
    major, minor = version.split(".")
    return int(major), int(minor)


def is_major(version: str, before: str) -> bool:
    """Whether facts, safety, method or outcomes changed since an earlier version: its first number was raised."""
    return version_key(version)[0] > version_key(before)[0]


def up_to(reviews: Iterable[Review], version: str) -> list[Review]:
    """The sign-offs of a version and of those before it, in the order they were written."""
    return [one for one in reviews if version_key(one["version"]) <= version_key(version)]


def last_words(reviews: Iterable[Review], version: str) -> list[Review]:
    """What each reviewer (a role at an organisation) said last of a version, with days as dates."""
    last: dict[tuple[str, str], Review] = {}
    for one in sorted(reviews, key=lambda one: str(one["date"])):
        if one["version"] == version:
            last[one["role"], one["organisation"].casefold()] = one
    return [
        {**one, "date": _day(one["date"]), "next_review": _day(one["next_review"])} for one in last.values()
    ]


def approvals(reviews: Iterable[Review], version: str) -> list[Review]:
    """The sign-offs a version stands on; none while any reviewer's last word asks for changes."""
    words = last_words(reviews, version)
    return words if all(one["outcome"] == "approved" for one in words) else []


class Standing(NamedTuple):
    """How a version stands with its reviewers.

    ``asking`` are those whose last word asks for changes; ``earlier`` are the approvals of the newest older version
    that has any; ``due`` is when it is to be gone through again.
    """

    approvals: list[Review]
    asking: list[Review]
    earlier: list[Review]
    due: date | None


def standing(version: str, reviews: list[Review], review_in: str, published: date) -> Standing:
    """How a version first published on a day stands with its reviewers."""
    own = approvals(reviews, version)
    asking = [one for one in last_words(reviews, version) if one["outcome"] != "approved"]
    older = {one["version"] for one in up_to(reviews, version)} - {version}
    in_turn = (approvals(reviews, one) for one in sorted(older, key=version_key, reverse=True))
    earlier = [] if own else next(filter(None, in_turn), [])
    return Standing(own, asking, earlier, review_by(own, review_in, published))


def review_by(approved: list[Review], review_in: str, published: date) -> date | None:
    """When a lesson is to be gone through again: so many months after the last approval, or after it was published.

    The day that reviewer named comes first. None where an old version does not say it in months.
    """
    last = max(approved, key=lambda one: one["date"], default=None)
    if last and last["next_review"]:
        day: date = last["next_review"]
        return day
    found = re.fullmatch(r"(\d+) months?", review_in)
    return months_after(last["date"] if last else published, int(found[1])) if found else None


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def interactive_share(parts: Iterable[dict[str, object]]) -> int:
    """Per cent of minutes in which learners do more than listen, read or watch."""
    parts = list(parts)
    total = sum(int(str(part["minutes"])) for part in parts)
    active = sum(int(str(part["minutes"])) for part in parts if part["method"] in INTERACTIVE)
    return round(100 * active / total) if total else 0


def running(parts: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The parts with the minute at which each begins."""
    begun = 0
    rows = []
    for part in parts:
        rows.append({**part, "begins": begun, "ends": begun + int(str(part["minutes"]))})
        begun += int(str(part["minutes"]))
    return rows


def periods(parts: Iterable[dict[str, object]]) -> list[int]:
    """The lengths of a period a lesson fits into, if the parts that may be dropped are dropped."""
    needed = sum(int(str(part["minutes"])) for part in parts if not part.get("drop_when_short"))
    return [period for period in PERIODS if needed <= period]
