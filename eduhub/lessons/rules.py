"""Decisions on plain values: what a search asks for, and how a lesson fits a period."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, combinations
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
# An activity is shortened by a fifth at most, and never to less than this.
MOST_SHORTENED = 5
LEAST_MINUTES = 3
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# More parts than these are not tried in every combination.
MOST_CHOICES = 10
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


@dataclass(frozen=True)
class Slot:
    """A part in a period: from which minute to which; ``planned`` minutes became ``minutes``, 0 when it is left out."""

    part: dict[str, Any]
    begins: int
    minutes: int

    @property
    def ends(self) -> int:
        return self.begins + self.minutes

    @property
    def planned(self) -> int:
        return int(self.part["minutes"])

    @property
    def is_left_out(self) -> bool:
        return not self.minutes


@dataclass(frozen=True)
class Fitted:
    """A lesson in a period: what is left out or shortened, and honestly whether it fits."""

    slots: list[Slot]
    period: int

    @property
    def minutes(self) -> int:
        return sum(slot.minutes for slot in self.slots)

    @property
    def fits(self) -> bool:
        return self.minutes <= self.period

    @property
    def left_out(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.is_left_out]

    @property
    def shortened(self) -> list[Slot]:
        return [slot for slot in self.slots if 0 < slot.minutes < slot.planned]

    @property
    def break_after(self) -> int:
        """How many parts, as planned, the first of two periods holds; 0 when two are not enough either."""
        planned = list(accumulate(slot.planned for slot in self.slots))
        first = sum(total <= self.period for total in planned)
        rest = planned[-1] - (planned[first - 1] if first else 0)
        return first if rest <= self.period else 0


def fit(parts: list[dict[str, Any]], period: int | None) -> Fitted:
    """The lesson in a period of so many minutes; as planned without one.

    First go parts that may be left out: those that lose the fewest minutes. If that is not enough, activities are
    shortened by a fifth at most, the longest first; beginnings and ends are not. What does not fit then does not fit.
    """
    minutes = [int(part["minutes"]) for part in parts]
    over = sum(minutes) - (period or sum(minutes))
    if over > 0:
        gone = _to_leave_out(parts, over)
        minutes = [0 if n in gone else each for n, each in enumerate(minutes)]
        over = sum(minutes) - (period or 0)
        minutes = _shortened(parts, minutes, over)
    begins = [0, *accumulate(minutes)]
    slots = [Slot(*row) for row in zip(parts, begins, minutes, strict=False)]
    return Fitted(slots, period or sum(minutes))


def _to_leave_out(parts: list[dict[str, Any]], over: int) -> tuple[int, ...]:
    """The parts that may go and lose the fewest minutes, then the fewest parts; all that may when they are too few."""
    may_go = tuple(n for n, part in enumerate(parts) if part["drop_when_short"])
    if len(may_go) > MOST_CHOICES:
        return may_go
    choices = [some for count in range(1, len(may_go) + 1) for some in combinations(may_go, count)]
    lost = {some: sum(int(parts[n]["minutes"]) for n in some) for some in choices}
    enough = [some for some in choices if lost[some] >= over]
    return min(enough, key=lambda some: (lost[some], len(some)), default=may_go)


def _shortened(parts: list[dict[str, Any]], minutes: list[int], over: int) -> list[int]:
    """A minute at a time from the longest activity that can still spare one."""
    now = list(minutes)
    while over > 0:
        can = [
            n
            for n, part in enumerate(parts)
            if part["kind"] == "activity"
            and now[n] > LEAST_MINUTES
            and (minutes[n] - now[n] + 1) * MOST_SHORTENED <= minutes[n]
        ]
        if not can:
            break
        now[max(can, key=lambda n: now[n])] -= 1
        over -= 1
    return now


def clock_time(start: int, minute: int) -> str:
    """The time of day a minute of the lesson falls on, when it began at ``start`` (in minutes of the day)."""
    hour, rest = divmod((start + minute) % (24 * 60), 60)
    return f"{hour}:{rest:02}"


def how_many(need: str, learners: int, group_size: str) -> str:
    """How many of a thing a class needs, as far as its words tell: "14 pairs"; empty where they do not."""
    if re.search(r"\b(each|every|per) (learner|child|person)\b|\b(a copy|one) each\b", need):
        return f"{learners} learners"
    if re.search(r"\b(each|every|per) pair\b", need):
        return f"{-(-learners // 2)} pairs"
    asked = re.search(r"\b(?:each|every|per) (?:group(?: of (\w+))?|(two|three|four|five|six))\b", need)
    if asked is None:
        return ""
    usual = re.search(rf"groups of ({'|'.join(NUMBERS)})\b", group_size)
    size = NUMBERS.get(asked[1] or asked[2] or (usual[1] if usual else ""), 0)
    return f"{-(-learners // size)} groups of {size}" if size else ""


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
