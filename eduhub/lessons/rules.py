"""Decisions on plain values: what a search asks for, and how a lesson fits a period."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup, escape

from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES, NotACodeError, codes_in, parse_codes

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
MOST_WORDS = 8
FACETS = ("level", "stage", "topic", "code")
STAGE_WORD = re.compile(r"\b([PS][1-7])\b", re.IGNORECASE)
LEVEL_WORD = re.compile(r"\b(early|first|second|third|fourth) level\b|\b(senior) phase\b", re.IGNORECASE)


def words_of(query: str) -> list[str]:
    """The words of a raw query, in lower case; nothing in it can be an operator."""
    return re.findall(r"[^\W_]+", query.lower())[:MOST_WORDS]


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: words, and filters that can each be taken off again."""

    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    page: int = 1

    def url(self, **changes: str | int) -> str:
        """The address of this search with changes; an empty value takes a filter off."""
        values: dict[str, str | int] = {"q": self.words, **self.filters, "page": 1, **changes}
        kept = {k: v for k, v in values.items() if v and not (k == "page" and v == 1)}
        return "/lessons" + (f"?{urlencode(kept)}" if kept else "")


def understand(raw: str, chosen: dict[str, str], page: int = 1) -> Wanted:
    """A raw search as words and filters: codes in any spelling, stages ("S2") and levels become filters."""
    filters = {name: value for name, value in chosen.items() if name in FACETS and value}
    words = " ".join("".join(c if c.isprintable() else " " for c in raw).split())[:200]
    if "code" in filters:
        filters["code"] = ", ".join(codes_of(filters["code"])) or filters["code"][:40]
    else:
        codes, others = codes_in(words)
        if codes:
            filters["code"], words = ", ".join(codes), others
    for name, pattern in (("stage", STAGE_WORD), ("level", LEVEL_WORD)):
        found = pattern.search(words)
        value = _filter_value(name, found) if found else None
        if found and value and name not in filters:
            filters[name] = value
            words = " ".join((words[: found.start()] + " " + words[found.end() :]).split())
    return Wanted(words, filters, page)


def codes_of(text: str) -> list[str]:
    """The codes a text consists of; none when it holds anything else."""
    try:
        return parse_codes(text)
    except NotACodeError:
        return []


def _filter_value(name: str, found: re.Match[str]) -> str | None:
    if name == "stage":
        stage = found[1].upper()
        return stage if stage in STAGES else None
    return Level((found[1] or found[2]).lower()).value


def highlight(text: str, raw: str) -> Markup:
    """The text with the words looked for marked."""
    words = [re.escape(word) for word in words_of(raw) if len(word) > 1]
    if not words:
        return Markup(escape(text))  # noqa: S704 -- escaped on this line
    pattern = re.compile(rf"\b({'|'.join(words)})", re.IGNORECASE)
    pieces = pattern.split(text)
    marked = "".join(f"<mark>{escape(p)}</mark>" if n % 2 else escape(p) for n, p in enumerate(pieces))
    return Markup(marked)  # noqa: S704 -- every piece was escaped


def marked(html: str, texts: Iterable[str], raw: str) -> Markup:
    """HTML that was made from these texts, with the words looked for marked in each of them."""
    if raw:
        for text in texts:
            html = html.replace(str(escape(text)), str(highlight(text, raw)), 1)
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
