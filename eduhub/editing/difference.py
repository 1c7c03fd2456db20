"""What differs between two texts, line by line, with a few lines around each difference."""

from difflib import SequenceMatcher
from typing import NamedTuple

from eduhub.editing.sheet import plain

AROUND = 2
# More lines than these are not set beside each other: it would take too long.
MOST_LINES = 5_000


class Line(NamedTuple):
    """A line: ``mark`` is - for one that goes, + for one that comes, empty for one that stays."""

    mark: str
    number: int
    text: str


def difference(old: str, new: str) -> list[list[Line]] | None:
    """The differing stretches, each with lines around it; numbers are those of the new text, or the old where it goes.

    None where there are too many lines.
    """
    before, after = plain(old).split("\n"), plain(new).split("\n")
    if max(len(before), len(after)) > MOST_LINES:
        return None
    matcher = SequenceMatcher(None, before, after)
    return [_stretch(before, after, group) for group in matcher.get_grouped_opcodes(AROUND)]


def _stretch(before: list[str], after: list[str], group: list[tuple[str, int, int, int, int]]) -> list[Line]:
    lines = []
    for what, a, b, c, d in group:
        if what == "equal":
            lines += [Line("", n + 1, after[n]) for n in range(c, d)]
        else:
            lines += [Line("-", n + 1, before[n]) for n in range(a, b)]
            lines += [Line("+", n + 1, after[n]) for n in range(c, d)]
    return lines
