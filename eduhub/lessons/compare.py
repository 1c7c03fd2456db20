"""Two versions of a lesson beside each other: plain words that came, went or stayed. Bounded, whatever they hold."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import groupby
from typing import Any, NamedTuple

from eduhub.lessons.schema import FRONT, Field, label_of

SAME, ADDED, REMOVED = "same", "added", "removed"
# Keys that say nothing of what is taught, or stand elsewhere on the page.
LEFT_OUT = frozenset({"id", "schema", "version", "change_note"})
# Steps of difflib in one comparison, at worst: a second or two. A real lesson takes a hundredth of them.
MOST_STEPS = 20_000_000
MOST_CHANGES = 1_000
# Below this share of words in common two lines are not one that was changed.
ALIKE = 0.4
MOST_PAIRED = 40
MOST_REPLACED = 1_000
KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")


class Run(NamedTuple):
    """Words that stayed, came or went."""

    mark: str
    words: str


@dataclass(frozen=True)
class Change:
    """A line with what happened to it, and the block it stands in; ``was`` is that block's title before it changed."""

    mark: str
    runs: list[Run]
    label: str = ""
    was: str = ""


@dataclass(frozen=True)
class Part:
    """Lines that belong together: a field, or a block of the text. ``unchanged`` counts the lines left out.

    ``mark`` says that the whole of it came or went.
    """

    label: str
    changes: list[Change]
    unchanged: int
    mark: str = ""


@dataclass(frozen=True)
class Comparison:
    """What differs between two versions; ``is_whole`` is false where there was too much to compare in full."""

    fields: list[Part]
    blocks: list[Part]
    files: list[str]
    is_whole: bool

    @property
    def is_empty(self) -> bool:
        return not (self.fields or self.blocks or self.files)


class Line(NamedTuple):
    """A line of the text with the block it stands in."""

    label: str
    text: str


@dataclass
class _Budget:
    """How much may still be compared; what is over it is shown as gone and come whole."""

    left: int = MOST_STEPS
    is_whole: bool = True

    def allows(self, old: Sequence[str], new: Sequence[str]) -> bool:
        """For each match difflib goes once through what is left of one side, and through all equal pairs in it."""
        counts = Counter(new)
        pairs = sum(counts[one] for one in old)
        steps = min(pairs, len(old), len(new)) * (pairs + len(old))
        if steps > self.left:
            self.is_whole = False
            return False
        self.left -= steps
        return True


class Side(NamedTuple):
    """What of a version is compared: its front matter, its text for practitioners, its files' hashes."""

    front: dict[str, Any]
    html: str
    assets: dict[str, str]


def compare(old: Side, new: Side) -> Comparison:
    """What differs, in fields first, then in the text block by block."""
    budget = _Budget()
    fields = []
    for name, spec in FRONT.items():
        before, after = (lines_of(spec, side.front.get(name)) for side in (old, new))
        if name not in LEFT_OUT and before != after:
            label = label_of(name, spec)
            lines = [[Line(label, text) for text in side] for side in (before, after)]
            fields += _parts(_changes(lines[0], lines[1], budget))
    blocks = _parts(_changes(read_lines(old.html), read_lines(new.html), budget))
    both = old.assets.keys() & new.assets.keys()
    files = sorted(path.removeprefix("assets/") for path in both if old.assets[path] != new.assets[path])
    shown = _first_changes([part for part in blocks if part.changes], budget)
    return Comparison(_first_changes(fields, budget), shown, files, budget.is_whole)


def _first_changes(parts: list[Part], budget: _Budget) -> list[Part]:
    """As many changes as a page can hold."""
    shown, left = [], MOST_CHANGES
    for part in parts:
        if left > 0:
            shown.append(replace(part, changes=part.changes[:left]))
        left -= len(part.changes)
    budget.is_whole = budget.is_whole and left >= 0
    return shown


def lines_of(spec: Field, value: Any) -> list[str]:
    """A field's value as lines of plain words."""
    if value is None or value == "":
        return []
    if spec.many:
        return [line for item in value for line in _one(spec, item)]
    return _one(spec, value)


def _one(spec: Field, value: Any) -> list[str]:
    if spec.record and isinstance(value, dict):
        inner = ((label_of(name, one), lines_of(one, value.get(name))) for name, one in spec.record.items())
        return [" · ".join(f"{label}: {', '.join(lines)}" for label, lines in inner if lines)]
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    words = " ".join(str(value).split())
    return [words.replace("-", " ") if KEBAB.fullmatch(words) else words]


class _Reader(HTMLParser):
    """The words of a version's HTML, a line for each paragraph, item or cell, with the block each stands in."""

    ENDS = frozenset(
        {"p", "li", "td", "th", "tr", "dt", "dd", "pre", "blockquote", "section", "ul", "ol", "table"}
        | {f"h{level}" for level in range(2, 7)}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.held: list[str] = []
        self.label = self.outside = "Text outside blocks"
        self.in_title = False
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in self.ENDS:
            self.flush()
        if tag == "img":
            self.held.append(f" Picture: {values.get('alt', '')} ")
        if tag == "br":
            self.held.append(" ")
        if tag == "a":
            self.address = values.get("href", "")
        if tag == "span" and values.get("class") == "block__kind":
            self.held.append(": ")
        self.in_title = self.in_title or values.get("class") == "block__title"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.address:
            self.held.append(f" ({self.address})")
            self.address = ""
        if tag not in self.ENDS:
            return
        self.flush()
        if tag == "section":
            self.label = self.outside

    def handle_data(self, data: str) -> None:
        self.held.append(data)

    def flush(self) -> None:
        words = " ".join("".join(self.held).split()).replace(" :", ":")
        self.held.clear()
        if self.in_title and words:
            self.in_title, self.label = False, words
        if words:
            self.lines.append(Line(self.label, words))


def read_lines(html: str) -> list[Line]:
    """A version's text as lines of plain words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.flush()
    return reader.lines


def _changes(old: list[Line], new: list[Line], budget: _Budget) -> list[Change]:
    """Every line of both, in order. What both begin and end with is not compared."""
    first = _same_until(old, new)
    last = _same_until(old[first:][::-1], new[first:][::-1])
    middle = _middle(old[first : len(old) - last], new[first : len(new) - last], budget)
    return [*map(_stayed, new[:first]), *middle, *map(_stayed, new[len(new) - last :])]


def _same_until(old: Sequence[Line], new: Sequence[Line]) -> int:
    pairs = zip(old, new, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a.text != b.text), min(len(old), len(new)))


def _middle(old: list[Line], new: list[Line], budget: _Budget) -> Iterator[Change]:
    texts = [line.text for line in old], [line.text for line in new]
    if not budget.allows(*texts):
        yield from [*map(_went, old), *map(_came, new)]
        return
    for kind, a, b, c, d in SequenceMatcher(None, *texts, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from map(_stayed, new[c:d])
        else:
            yield from _replaced(old[a:b], new[c:d], budget)


def _replaced(old: list[Line], new: list[Line], budget: _Budget) -> Iterator[Change]:
    """Lines that went and lines that came; those that have most words in common are one line that changed."""
    begin = 0
    for line in old:
        found = _alike(line, new[begin : begin + MOST_PAIRED]) if len(old) <= MOST_REPLACED else None
        if found is None:
            yield _went(line)
            continue
        yield from map(_came, new[begin : begin + found])
        yield _changed(line, new[begin + found], budget)
        begin += found + 1
    yield from map(_came, new[begin:])


def _alike(line: Line, others: list[Line]) -> int | None:
    words = set(line.text.lower().split())
    for n, other in enumerate(others):
        theirs = set(other.text.lower().split())
        if len(words & theirs) >= ALIKE * max(len(words), len(theirs)):
            return n
    return None


def _changed(old: Line, new: Line, budget: _Budget) -> Change:
    before, after = old.text.split(), new.text.split()
    was = old.label if old.text == old.label and new.text == new.label else ""
    if not budget.allows(before, after):
        return Change("changed", [Run(REMOVED, old.text), Run(ADDED, new.text)], new.label, was)
    runs = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run(SAME, " ".join(after[c:d])))
            continue
        runs += [Run(REMOVED, " ".join(before[a:b]))] if b > a else []
        runs += [Run(ADDED, " ".join(after[c:d]))] if d > c else []
    return Change("changed", runs, new.label, was)


def _stayed(line: Line) -> Change:
    return Change(SAME, [], line.label)


def _went(line: Line) -> Change:
    return Change(REMOVED, [Run(REMOVED, line.text)], line.label)


def _came(line: Line) -> Change:
    return Change(ADDED, [Run(ADDED, line.text)], line.label)


def _parts(changes: list[Change]) -> list[Part]:
    """The changes, by the block they stand in."""
    parts = []
    renamed = {change.was: change.label for change in changes if change.was}

    def block(change: Change) -> str:
        return renamed.get(change.label, change.label) if change.mark == REMOVED else change.label

    for label, group in groupby(changes, block):
        inside = list(group)
        differing = [change for change in inside if change.mark != SAME]
        marks = {change.mark for change in inside}
        whole = marks.pop() if len(marks) == 1 and marks <= {ADDED, REMOVED} else ""
        if whole and len(differing) > 1 and differing[0].runs[0].words == label:
            del differing[0]
        parts.append(Part(label, differing, sum(change.mark == SAME for change in inside), whole))
    return parts
