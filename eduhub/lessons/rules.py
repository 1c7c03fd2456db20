"""Decisions on plain values: how a lesson fits a period, who approved it, what a search marks."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from markupsafe import Markup, escape

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


def approvals(front: dict[str, Any]) -> list[dict[str, Any]]:
    """The reviews that approved the lesson. One that asked for changes is no approval."""
    return [review for review in front["review"] if review["outcome"] == "approved"]


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
