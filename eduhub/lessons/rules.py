"""Decisions on plain values: what a search asks for, and how a lesson fits a period."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup, escape

from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES, NotACodeError, codes_in, parse_codes

INTERACTIVE = frozenset(
    {"discussion", "sorting", "role-play", "quiz", "game", "case-study", "practice", "drawing"}
)


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


def approvals(front: dict[str, Any]) -> list[dict[str, Any]]:
    """The reviews that approved the lesson. One that asked for changes is no approval."""
    return [review for review in front["review"] if review["outcome"] == "approved"]


def interactive_share(parts: Iterable[dict[str, object]]) -> int:
    """Per cent of minutes in which learners do more than listen, read or watch."""
    return share_of(parts, INTERACTIVE)


def share_of(parts: Iterable[dict[str, object]], methods: frozenset[str]) -> int:
    """Per cent of minutes that go to these methods."""
    parts = list(parts)
    total = sum(int(str(part["minutes"])) for part in parts)
    theirs = sum(int(str(part["minutes"])) for part in parts if part["method"] in methods)
    return round(100 * theirs / total) if total else 0


def running(parts: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The parts with the minute at which each begins."""
    begun = 0
    rows = []
    for part in parts:
        rows.append({**part, "begins": begun, "ends": begun + int(str(part["minutes"]))})
        begun += int(str(part["minutes"]))
    return rows
