"""Which lessons are related to which: decided on plain values for a whole library, when it is built."""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import DIGIT_LEVELS, split_codes

MOST = 3
# Of what many lessons share, so many are looked at: those that follow by title. A small library is looked at whole.
LOOKED_AT = 20
# Where learners go on to: the senior phase follows third level too, as few lessons are written for fourth.
NEXT: dict[str, tuple[str, ...]] = {
    Level.EARLY: (Level.FIRST,),
    Level.FIRST: (Level.SECOND,),
    Level.SECOND: (Level.THIRD,),
    Level.THIRD: (Level.FOURTH, Level.SENIOR),
    Level.FOURTH: (Level.SENIOR,),
    Level.SENIOR: (),
}
TAUGHT, NEXT_LEVEL, TOUCHED, SUBSTANCE, TOPIC = 6, 4, 2, 2, 1


@dataclass(frozen=True)
class Kin:
    """What of a lesson makes others related to it.

    ``codes`` are those of any relation; ``topics`` and ``substances`` are keys with their words; ``near`` holds the
    addresses of lessons that are shown beside it anyway.
    """

    slug: str
    title: str
    lang: str
    levels: frozenset[str]
    teaches: frozenset[str]
    codes: frozenset[str]
    topics: Mapping[str, str]
    substances: Mapping[str, str]
    near: frozenset[str] = frozenset()

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands among others: by title."""
        return self.title, self.slug

    @property
    def reach(self) -> frozenset[str]:
        """Its levels and the next."""
        return self.levels.union(*(NEXT[level] for level in self.levels))


Key = tuple[str, ...]
# By the address of a lesson: what others have, and why in words.
Related = dict[str, list[dict[str, str]]]


def related(lessons: Iterable[Kin]) -> Related:
    """For each address the lessons most related to it, at most three, each with the reason in words.

    Related are lessons that share codes taught, codes, substances or topics at the same or the next level, or that
    teach at the next level what this one teaches. The more is shared the nearer; the title decides between equals.
    """
    known = sorted(lessons, key=lambda kin: kin.place)
    shelves: dict[Key, list[Kin]] = defaultdict(list)
    for kin in known:
        for key in _stands_under(kin):
            shelves[key].append(kin)
    places = {key: [kin.place for kin in shelf] for key, shelf in shelves.items()}
    return {kin.slug: _nearest(kin, shelves, places) for kin in known}


def _stands_under(kin: Kin) -> Iterator[Key]:
    yield from (("teaches", code) for code in kin.teaches)
    yield from (("code", code) for code in kin.codes)
    for level in kin.levels:
        yield from (("substance", word, level) for word in kin.substances)
        yield from (("topic", word, level) for word in kin.topics)


def _looks_under(kin: Kin) -> Iterator[tuple[int, Sequence[Key]]]:
    """What is looked for, each with its weight; a lesson that stands under several keys of one list counts once."""
    for code in sorted(kin.teaches):
        yield TAUGHT, [("teaches", code)]
        yield NEXT_LEVEL, [("teaches", one) for one in _next_of(code)]
    yield from ((TOUCHED, [("code", code)]) for code in sorted(kin.codes))
    levels = sorted(kin.reach)
    yield from (
        (SUBSTANCE, [("substance", one, level) for level in levels]) for one in sorted(kin.substances)
    )
    yield from ((TOPIC, [("topic", one, level) for level in levels]) for one in sorted(kin.topics))


def _next_of(code: str) -> list[str]:
    """The code of the same line at the next level."""
    (one,) = split_codes(code)
    return [str(one._replace(digit=one.digit + 1))] if one.digit + 1 < len(DIGIT_LEVELS) else []


def _nearest(
    kin: Kin, shelves: Mapping[Key, list[Kin]], places: Mapping[Key, list[tuple[str, str]]]
) -> list[dict[str, str]]:
    scores: Counter[str] = Counter()
    met: dict[str, Kin] = {}
    for weight, keys in _looks_under(kin):
        found: dict[str, Kin] = {}
        for key in keys:
            shelf = shelves.get(key, [])
            first = bisect(places[key], kin.place) if len(shelf) > LOOKED_AT else 0
            found.update({one.slug: one for one in [*shelf[first:], *shelf[:first]][:LOOKED_AT]})
        met |= found
        scores.update(dict.fromkeys(found, weight))
    others = [one for one in met.values() if one.slug != kin.slug and one.slug not in kin.near]
    best = nsmallest(MOST, others, key=lambda one: (-scores[one.slug], one.place))
    return [
        {"slug": one.slug, "title": one.title, "lang": one.lang, "why": why_related(kin, one)} for one in best
    ]


def why_related(kin: Kin, other: Kin) -> str:
    """The strongest thing two lessons share, in words."""
    taught = kin.teaches & other.teaches
    if taught:
        return f"also teaches {_listed(taught)}"
    further = {one for code in kin.teaches for one in _next_of(code)} & other.teaches
    if further:
        return f"teaches the next level, {_listed(further)}"
    words = [
        _small(mine[word])
        for mine, others in ((kin.substances, other.substances), (kin.topics, other.topics))
        for word in mine
        if word in others
    ]
    if words:
        return f"also about {_listed(dict.fromkeys(words))}"
    return f"also works on {_listed(kin.codes & other.codes)}"


def _listed(words: Iterable[str]) -> str:
    """The first two, joined; codes stand in order, other words as they came."""
    return " and ".join((sorted(words) if isinstance(words, (set, frozenset)) else list(words))[:2])


def _small(label: str) -> str:
    """A label inside a sentence: its first letter small, unless it is an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
