"""What somebody asks the library for: words, and filters recognised among them, each of which can be taken off again."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES, NotACodeError, codes_in, parse_codes
from eduhub.lessons.rules import PERIODS
from eduhub.lessons.thesaurus import meaning

FACETS = ("level", "stage", "topic", "substance", "period", "code")
# In a longer search a stage is more likely a part of a sentence than a filter.
MOST_WORDS_BESIDE = 4
LONGEST = 200
STAGE_WORD = re.compile(r"\b(?:([PS])([1-7])|(primary|secondary) ([1-7])|(nursery))\b", re.IGNORECASE)
LEVEL_WORD = re.compile(r"\b(early|first|second|third|fourth) level\b|\b(senior) phase\b", re.IGNORECASE)
PERIOD_WORD = re.compile(
    r"\b(?:(?:one|an?|single) )?(\d{2,3})[ -]?min(?:ute)?s?(?:[ -](?:period|lesson|slot))?\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. ``exact`` asks for the words as they were typed, without help."""

    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    page: int = 1
    exact: bool = False

    def url(self, **changes: str | int) -> str:
        """The address of this search with changes; an empty value takes a filter off."""
        values: dict[str, str | int] = {"q": self.words, **self.filters, "page": 1, **changes}
        if self.exact:
            values.setdefault("exact", 1)
        kept = {k: v for k, v in values.items() if v and not (k == "page" and v == 1)}
        return "/lessons" + (f"?{urlencode(kept)}" if kept else "")


def understand(raw: str, chosen: dict[str, str], page: int = 1) -> Wanted:
    """A raw search as words and filters: codes in any spelling, stages ("S2"), levels and minutes become filters."""
    filters = {name: value for name, value in chosen.items() if name in FACETS and value}
    words = " ".join("".join(c if c.isprintable() else " " for c in raw).split())[:LONGEST]
    if "code" in filters:
        filters["code"] = ", ".join(codes_of(filters["code"])) or filters["code"][:40]
    else:
        codes, others = codes_in(words)
        if codes:
            filters["code"], words = ", ".join(codes), others
    for name, pattern in (("period", PERIOD_WORD), ("stage", STAGE_WORD), ("level", LEVEL_WORD)):
        found = pattern.search(words)
        value = _filter_value(name, found) if found else ""
        if found and value and name not in filters:
            rest = " ".join((words[: found.start()] + " " + words[found.end() :]).split())
            if len(meaning(rest)) <= MOST_WORDS_BESIDE:
                filters[name], words = value, rest.strip(" ,;.")
    return Wanted(words, filters, page, exact=chosen.get("exact") == "1")


def codes_of(text: str) -> list[str]:
    """The codes a text consists of; none when it holds anything else."""
    try:
        return parse_codes(text)
    except NotACodeError:
        return []


def _filter_value(name: str, found: re.Match[str]) -> str:
    if name == "period":
        return str(max((period for period in PERIODS if period <= int(found[1])), default=""))
    if name == "level":
        return Level((found[1] or found[2]).lower()).value
    stage = "N" if found[5] else f"{(found[1] or found[3][0]).upper()}{found[2] or found[4]}"
    return stage if stage in STAGES else ""
