"""Diverging stacked bars as SVG, drawn on the server: disagreement to the left, agreement to the right.

Shares, never counts, are drawn; whoever would rather not say is left out. Patterns beside the shades keep it
readable in black and white, and a table says the same in words.
"""

from dataclasses import dataclass

from eduhub.evaluation.questions import SKIP
from eduhub.evaluation.rules import Side

# Of 640 pixels sixty are for "Before" and "After"; the rest holds a hundred per cent either side.
MIDDLE = 350
UNIT = 2.9
SHADES = {"1": "#8c3b0c", "2": "#d99a6c", "3": "#d5dbdd", "4": "#7fb3a6", "5": "#1d5c4d"}


@dataclass(frozen=True)
class Bar:
    """One coloured piece of a row, in pixels, with the per cent it stands for."""

    choice: str
    x: float
    width: float
    percent: int
    shade: str


def bars(side: Side) -> list[Bar]:
    """The pieces of one row, laid out around the middle of "not sure"."""
    total = sum(count for choice, count in side.counts.items() if choice != SKIP)
    if not total:
        return []
    shares = {choice: 100 * side.counts.get(choice, 0) / total for choice in SHADES}
    x = MIDDLE - UNIT * (shares["1"] + shares["2"] + shares["3"] / 2)
    found = []
    for choice, share in shares.items():
        width = UNIT * share
        if width:
            found.append(Bar(choice, round(x, 1), round(width, 1), round(share), SHADES[choice]))
        x += width
    return found
