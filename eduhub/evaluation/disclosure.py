"""What may be said of learners' answers, on plain numbers: which answers are released together, and how a share is
put into words.

**Batches.** Answers of a class session wait until it is closed. Then they are released in batches: whole sessions'
not yet released answers, at least ten together. A session with ten new answers is a batch by itself, and its class
is shown; smaller ones of one school (same lesson, year, wave and question set) wait until together they are ten,
and then count in the school and wider areas, never alone. Answers that come after a session was opened again are
new answers and wait like any others.

**Why that suffices.** Batches are disjoint and never taken apart: once released, a batch is in every figure of its
class (if it is the class's own), school, council, division and nation, and stays there. So every figure ever shown
is a sum of whole batches. Take any two of them, of different groups or of different days: the learners who are in
one and not in the other are again whole batches: nobody, or at least ten. Nothing need be hidden because of what
is shown beside it, and one small class hides nobody else. The decision looks at numbers of answers alone, never at
what was answered or who asked for which page.

**Shares.** Within a group that is shown, eight is the smallest number of learners about whom a figure is given
below national level: a share of 1 to 7, or of all but 1 to 7, is put as a bound ("under 40%", "over 60%"), worked
out from the number of answers as shown, so that the bound does not give the number away. Of fewer than sixteen it
is only said whether half of them agreed: two bounds at once would leave too few numbers to choose from. Neighbouring choices are
put together until each part holds eight or nobody; where that cannot be, only agreeing or not is shown. So no part
can be had by taking the others from a hundred. In a single school nobody (0%) and everybody (100%) are bounds too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

FEWEST = 10
FEWEST_FORMS = 5
SMALLEST = 8
HALF = 50
SCALE = ("1", "2", "3", "4", "5")
AGREE = frozenset({"4", "5"})
# The sides of the line, each from the finest division of its choices to the whole side.
LEFT = (("1", "2", "3"), ("12", "3"), ("123",))
RIGHT = (("4", "5"), ("45",))
COARSE = ("123", "45")


def batches(waiting: Mapping[str, int], fewest: int = FEWEST) -> list[list[str]]:
    """Which of one school's closed sessions, by their number of new answers, are released now: sets of keys."""
    large = [[key] for key, count in sorted(waiting.items()) if count >= fewest]
    small = sorted(key for key, count in waiting.items() if 0 < count < fewest)
    pooled = sum(waiting[key] for key in small) >= fewest
    return [*large, small] if pooled else large


class Level(IntEnum):
    """How wide the group of a figure is; the wider, the more may be said."""

    SCHOOL = 1
    COUNCIL = 2
    NATION = 3


FEWEST_COUNCILS = 3


def level_of(schools: int, councils: int, *, nation: bool = False) -> Level:
    """The level of a figure: of one school whatever the area is called, and national only with three councils."""
    if schools <= 1:
        return Level.SCHOOL
    return Level.NATION if nation and councils >= FEWEST_COUNCILS else Level.COUNCIL


def shown_number(count: int, level: Level) -> int:
    """A number of answers as shown: exact for the nation, otherwise down to the nearest five."""
    return count if level is Level.NATION else count - count % 5


@dataclass(frozen=True)
class Share:
    """What is said of a share: between two whole per cents, which are one where it is exact."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def is_half(self) -> bool:
        """Whether it is only said on which side of a half the share lies."""
        return not self.exact and HALF in (self.low, self.high)

    @property
    def words(self) -> str:
        if self.exact:
            return f"{self.low}%"
        if self.is_half:
            return "half or more" if self.low else "under half"
        return f"over {self.low}%" if self.low else f"under {self.high}%"


def is_safe(count: int, level: Level) -> bool:
    """Whether a number of learners may be told by its share: nobody is safe only beyond a single school."""
    return level is Level.NATION or count >= SMALLEST or (count == 0 and level is Level.COUNCIL)


def share(count: int, base: int, level: Level) -> Share:
    """The share of ``count`` among ``base`` (ten or more) as it may be said."""
    few, nearly_all = not is_safe(count, level), not is_safe(base - count, level)
    if not few and not nearly_all:
        percent = round(100 * count / base)
        return Share(percent, percent)
    if base < 2 * SMALLEST:
        return Share(0, HALF) if 2 * count < base else Share(HALF, 100)
    edge = -(-100 * SMALLEST // shown_number(base, level))
    return Share(0, edge) if few else Share(100 - edge, 100)


Counts = Mapping[str, int]


def answered(counts: Counts) -> int:
    """How many chose something on the scale; who would rather not say is not among them."""
    return sum(counts.get(choice, 0) for choice in SCALE)


def agreeing(counts: Counts) -> int:
    """How many agreed."""
    return sum(counts.get(choice, 0) for choice in AGREE)


def part(counts: Counts, choices: str) -> int:
    """How many made one of some choices, written one after the other."""
    return sum(counts.get(choice, 0) for choice in choices)


def parts(sides: Iterable[tuple[Counts, Level]]) -> tuple[str, ...]:
    """The finest parts of the scale that are safe in each of these (before and after), the same for all of them."""
    known = list(sides)
    if not all(share(agreeing(c), answered(c), level).exact for c, level in known):
        return COARSE

    def finest(options: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        return next(o for o in options if all(is_safe(part(c, p), lv) for p in o for c, lv in known))

    return finest(LEFT) + finest(RIGHT)
