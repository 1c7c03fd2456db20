"""The one protected object that page, chart, table and CSV are drawn from.

Sentences, intervals and differences are computed on true numbers; ``disclosure`` says how each figure is put.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eduhub.evaluation.disclosure import (
    FEWEST,
    Counts,
    Level,
    Share,
    agreeing,
    answered,
    part,
    parts,
    share,
    shown_number,
)
from eduhub.evaluation.models import Wave
from eduhub.evaluation.questions import SKIP, Question, QuestionSet
from eduhub.evaluation.statistics import Interval, newcombe, wilson

Tallies = Mapping[str, Counts]


class State(StrEnum):
    """Whether there is something to show of a wave, and why not."""

    NOT_ASKED = "not asked"
    ANSWERING = "shown soon after the questions are closed"
    WAITING = "fewer than 10 answers so far"
    SPREAD = "fewer than 10 answers in each school so far"
    POOLED = "counted with other small classes of the school, not shown alone"
    SHOWN = "shown"


@dataclass(frozen=True)
class Group:
    """What is known of a group in one wave: its state, its level and, when shown, the tallies of its batches."""

    state: State
    level: Level = Level.SCHOOL
    tallies: Tallies | None = None

    @property
    def answers(self) -> int:
        """How many answered, those who would rather not say among them: the same for every question."""
        first = next(iter((self.tallies or {}).values()), {})
        return sum(first.values())

    @property
    def words(self) -> str:
        """The number of answers as shown, or why there is none."""
        if self.state is not State.SHOWN:
            return str(self.state)
        return f"{self.number} answers"

    @property
    def number(self) -> str:
        """The number of answers of a shown group."""
        about = "" if self.level is Level.NATION else "about "
        return f"{about}{shown_number(self.answers, self.level):,}"


@dataclass(frozen=True)
class Piece:
    """A part of a bar: which choices, how wide in per cent, and the words on it (none for a bound)."""

    choices: str
    percent: float
    words: str


@dataclass(frozen=True)
class Figure:
    """One shown value with the ends of its interval, empty where none is given."""

    value: str
    low: str = ""
    high: str = ""

    @property
    def words(self) -> str:
        return f"{self.value} (likely between {self.low} and {self.high})" if self.low else self.value


@dataclass(frozen=True)
class Line:
    """One line of a question's table: what is counted, and its figure in each wave that has one."""

    label: str
    figures: dict[Wave, Figure]


@dataclass(frozen=True)
class Finding:
    """One question: a sentence, the bars and the lines of its table."""

    question: Question
    sentence: str
    bars: dict[Wave, list[Piece]]
    lines: list[Line]
    notes: list[str]
    change: Figure | None


@dataclass(frozen=True)
class Results:
    """What a group answered to the questions of one set, before and after, as it may be shown."""

    chosen: QuestionSet
    groups: dict[Wave, Group]
    findings: list[Finding]

    @property
    def is_shown(self) -> bool:
        return any(group.state is State.SHOWN for group in self.groups.values())

    @property
    def parts_used(self) -> list[str]:
        """Every part of the scale some bar shows, from disagreeing to agreeing, for the key to the shades."""
        used = {p.choices for f in self.findings for bar in f.bars.values() for p in bar}
        return [name for name in ("1", "2", "12", "3", "123", "4", "5", "45") if name in used]


MERGED = {"12": "Disagreeing", "123": "Not sure or disagreeing", "45": "Agreeing"}


def label(chosen: QuestionSet, choices: str) -> str:
    """The words for a part of the scale."""
    return MERGED.get(choices) or chosen.scale[choices]


def results(chosen: QuestionSet, groups: dict[Wave, Group]) -> Results:
    """Everything that may be shown of a group."""
    return Results(chosen, groups, [_finding(chosen, question, groups) for question in chosen.questions])


@dataclass(frozen=True)
class _Side:
    """One question in one shown wave, on true numbers."""

    counts: Counts
    level: Level
    group: int

    @property
    def base(self) -> int:
        return answered(self.counts)

    @property
    def agreed(self) -> int:
        return agreeing(self.counts)

    @property
    def share(self) -> Share:
        return share(self.agreed, self.base, self.level)


Sides = dict[Wave, _Side]


def _finding(chosen: QuestionSet, question: Question, groups: dict[Wave, Group]) -> Finding:
    shown = {
        wave: _Side(group.tallies.get(question.key, {}), group.level, group.answers)
        for wave, group in groups.items()
        if group.tallies is not None
    }
    sides = {wave: side for wave, side in shown.items() if side.base >= FEWEST}
    names = parts((side.counts, side.level) for side in sides.values())
    change = _change(sides)
    return Finding(
        question,
        _sentence(question, groups, sides, change),
        {wave: _bar(side, names) for wave, side in sides.items()},
        list(_lines(chosen, names, sides)),
        list(_notes(shown)),
        _points(change) if change and all(side.share.exact for side in sides.values()) else None,
    )


def _bar(side: _Side, names: tuple[str, ...]) -> list[Piece]:
    said = side.share
    if said.exact:
        shares = {name: 100 * part(side.counts, name) / side.base for name in names}
        return [Piece(name, percent, f"{percent:.0f}%") for name, percent in shares.items()]
    if said.is_half:
        return []
    edge = said.low or said.high
    return [Piece("123", 100 - edge, ""), Piece("45", edge, "")]


def _lines(chosen: QuestionSet, names: tuple[str, ...], sides: Sides) -> Iterator[Line]:
    if not sides:
        return
    yield Line("Agreeing", {wave: _agreeing(side) for wave, side in sides.items()})
    for name in reversed(names):
        if name != "45":
            figures = {wave: Figure(_words(side, name)) for wave, side in sides.items()}
            yield Line(label(chosen, name), figures)
    if all(side.level is Level.NATION for side in sides.values()):
        skipped = {wave: Figure(f"{side.counts.get(SKIP, 0):,}") for wave, side in sides.items()}
        yield Line("Would rather not say (number)", skipped)


def _words(side: _Side, name: str) -> str:
    return share(part(side.counts, name), side.base, side.level).words


def _agreeing(side: _Side) -> Figure:
    said = side.share
    if not said.exact:
        return Figure(said.words)
    likely = wilson(side.agreed, side.base)
    return Figure(said.words, f"{100 * likely.lower:.0f}%", f"{100 * likely.upper:.0f}%")


def _change(sides: Sides) -> Interval | None:
    first, last = sides.get(Wave.BEFORE), sides.get(Wave.AFTER)
    if first is None or last is None:
        return None
    return newcombe(last.agreed, last.base, first.agreed, first.base)


def _points(change: Interval) -> Figure:
    value, low, high = (f"{round(100 * end):+d}".replace("-", "−") for end in change)
    return Figure(f"{value} points", low, high)


def _notes(shown: Sides) -> Iterator[str]:
    """Where clearly fewer answered a question than the others, how many; small differences are not told."""
    for wave, side in shown.items():
        if side.base < FEWEST:
            yield f"{wave.value.capitalize()}: too few answered this question."
        elif side.level is not Level.NATION and side.group - side.base >= FEWEST:
            number = shown_number(side.base, side.level)
            yield f"{wave.value.capitalize()}: about {number:,} answered this question."


def _sentence(question: Question, groups: dict[Wave, Group], sides: Sides, change: Interval | None) -> str:
    first, last = sides.get(Wave.BEFORE), sides.get(Wave.AFTER)
    if first and last and change:
        words = f"{first.share.words} agreed before and {last.share.words} after"
        return f"{_capital(words)}: {_verdict(question, change)}."
    for wave, one in sides.items():
        other = groups[Wave.AFTER if wave is Wave.BEFORE else Wave.BEFORE]
        missing = (
            "too few answered the other time"
            if other.state is State.SHOWN
            else "nothing to compare it with yet"
        )
        return f"{_capital(one.share.words)} agreed {wave.value}; {missing}."
    return "Too few answered this question."


def _verdict(question: Question, change: Interval) -> str:
    if change.lower <= 0 <= change.upper:
        return "the difference could be chance"
    better = (change.share > 0) == (question.hoped == "up")
    return "a change as hoped" if better else "a change not hoped for"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
