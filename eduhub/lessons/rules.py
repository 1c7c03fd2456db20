"""Decisions on plain values: how a lesson fits a period, who approved it, what a search marks."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, combinations
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
# An activity is shortened by a fifth at most, and never to less than this.
MOST_SHORTENED = 5
LEAST_MINUTES = 3
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
# More parts than these are not tried in every combination.
MOST_CHOICES = 10


def highlight(text: str, pattern: re.Pattern[str] | None) -> Markup:
    """The text with what a pattern finds marked."""
    if pattern is None or not pattern.search(text):
        return escape(text)
    pieces, at = [], 0
    for found in pattern.finditer(text):
        pieces += [escape(text[at : found.start()]), Markup("<mark>"), escape(found[0]), Markup("</mark>")]
        at = found.end()
    return Markup("").join([*pieces, escape(text[at:])])


def marked(html: str, texts: Iterable[str], pattern: re.Pattern[str] | None) -> Markup:
    """HTML that was made from these texts, with what a pattern finds marked in each of them."""
    if pattern:
        for text in filter(pattern.search, texts):
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


def needs_of(needs: Iterable[str]) -> tuple[list[str], list[str]]:
    """What must be there, and what must be kept out of the room: a need that begins with "No "."""
    every = list(needs)
    unwanted = [need for need in every if need.startswith("No ")]
    return [need for need in every if need not in unwanted], unwanted


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


def periods(parts: list[dict[str, Any]]) -> list[int]:
    """The lengths of a period a lesson fits into, with parts left out and shortened as ``fit`` does it."""
    return [period for period in PERIODS if fit(parts, period).fits]
