"""Diverging stacked bars as SVG, drawn on the server: agreement right of a line, everything else left of it.

Only what the protected results hold is drawn, never true numbers; a table says the same in words.
"""

from dataclasses import dataclass

from eduhub.evaluation.results import Piece

# A hundred per cent fits on either side of the line; narrow, so that words stay large on a telephone.
MIDDLE = 200
UNIT = 2.0
SHADES = {
    "1": "#8c3b0c",
    "2": "#d99a6c",
    "12": "#a85a28",
    "3": "#d5dbdd",
    "123": "#e3c9b6",
    "4": "#7fb3a6",
    "5": "#1d5c4d",
    "45": "#3b7465",
}
DARK = frozenset({"1", "5", "45", "12"})
AGREEING = frozenset({"4", "5", "45"})


@dataclass(frozen=True)
class Bar:
    """One coloured piece of a row, in pixels, with the words on it."""

    x: float
    width: float
    words: str
    shade: str
    ink: str
    bound: bool


def bars(pieces: list[Piece]) -> list[Bar]:
    """The pieces of one row, laid out on both sides of the line."""
    x = MIDDLE - UNIT * sum(piece.percent for piece in pieces if piece.choices not in AGREEING)
    found = []
    for piece in pieces:
        width = UNIT * piece.percent
        if width:
            ink = "#ffffff" if piece.choices in DARK else "#1a2b30"
            words = piece.words if width > len(piece.words) * 9 else ""
            shade = SHADES[piece.choices]
            found.append(Bar(round(x, 1), round(width, 1), words, shade, ink, not piece.words))
        x += width
    return found
