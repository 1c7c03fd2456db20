"""A lesson's file as text, told apart into the stretches of its keys without reading YAML.

A server process puts new stretches in the place of old ones; everything else stays as it was written, letter by letter.
That the stretches are what YAML makes of the file, the worker makes sure of before a form may use them.
"""

import re
from dataclasses import dataclass

from eduhub.lessons.schema import FRONT

FENCE = re.compile(r"^---[ ]*$\n?", re.MULTILINE)
KEY = re.compile(r"([A-Za-z_][\w-]*):(?=\s|$)")
BOM = "\ufeff"


class CannotCut(ValueError):  # noqa: N818 -- a fact about a text
    """The text does not begin with keys and values as lessons have them."""


@dataclass
class Sheet:
    """A text in pieces that, put together, are the text: what stands before the first key, each key's lines, the rest.

    ``fence`` is the line that ends the front matter.
    """

    top: str
    stretches: dict[str, str]
    fence: str
    body: str

    def __str__(self) -> str:
        return "".join([self.top, *self.stretches.values(), self.fence, self.body])

    def lines(self) -> dict[str, int]:
        """The line at which each key stands, from 1."""
        found, line = {}, self.top.count("\n") + 1
        for key, stretch in self.stretches.items():
            found[key] = line
            line += stretch.count("\n")
        return found

    def key_at(self, line: int) -> str:
        """The key a line belongs to; empty for a line of the text below the front matter, or above the first key."""
        found, past = "", self.top.count("\n") + 1
        for key, stretch in self.stretches.items():
            if past > line:
                return found
            found, past = key, past + stretch.count("\n")
        return found if line < past else ""

    def put(self, key: str, stretch: str) -> None:
        """Give a key other lines, or none to take it out. Comments and empty lines that follow it stay."""
        old = self.stretches.get(key)
        if old is not None:
            _, kept = _apart(old)
            if stretch or key == next(iter(self.stretches)):
                self.stretches[key] = stretch + kept
                return
            self._append_to_the_one_before(key, kept)
            del self.stretches[key]
        elif stretch:
            self._insert(key, stretch)

    def _append_to_the_one_before(self, key: str, kept: str) -> None:
        keys = list(self.stretches)
        self.stretches[keys[keys.index(key) - 1]] += kept

    def _insert(self, key: str, stretch: str) -> None:
        """After the nearest key that comes before it in the order of the format."""
        order = list(FRONT)
        before = set(order[: order.index(key)])
        places = [n for n, one in enumerate(self.stretches, 1) if one in before]
        pairs = list(self.stretches.items())
        pairs.insert(max(places, default=len(pairs)), (key, stretch))
        self.stretches = dict(pairs)


def rows(text: str) -> list[str]:
    """The lines of a text with their ends; only a line feed ends one, whatever else Python takes for an end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def cut(text: str) -> Sheet:
    """The sheet of a text with plain line ends. Raises CannotCut."""
    mark = BOM if text.startswith(BOM) else ""
    text = text.removeprefix(BOM)
    fences = list(FENCE.finditer(text))[:2]
    if len(fences) != 2 or text[: fences[0].start()].strip():
        raise CannotCut("The file does not begin with front matter between two lines of ---.")
    top = mark + text[: fences[0].end()]
    stretches: dict[str, str] = {}
    key = ""
    for line in rows(text[fences[0].end() : fences[1].start()]):
        found = KEY.match(line)
        if found:
            key = found[1]
            if key in stretches:
                raise CannotCut(f"{key} stands twice.")
            stretches[key] = line
        elif key:
            stretches[key] += line
        else:
            top += line
    if not stretches:
        raise CannotCut("There is no key between the two lines of ---.")
    return Sheet(top, stretches, fences[1][0], text[fences[1].end() :])


def _apart(stretch: str) -> tuple[str, str]:
    """A key's own lines, and the comments and empty lines after them."""
    lines = rows(stretch) or [""]
    last = max(n for n, line in enumerate(lines) if n == 0 or (line.strip() and line[0] != "#"))
    return "".join(lines[: last + 1]), "".join(lines[last + 1 :])


def own_lines(stretch: str) -> str:
    """A key's lines without the comments and empty lines after them."""
    return _apart(stretch)[0]


# Line ends: a browser sends its own, a file keeps those it has.


def plain(text: str) -> str:
    """A text with the line ends all work here is done with."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def changed_to(old: str, new: str) -> str:
    """The new text with the line ends of the old one; the old one itself where nothing else differs."""
    if plain(old) == plain(new):
        return old
    ends = "\r\n" if "\r\n" in old and "\n" not in old.replace("\r\n", "") else "\n"
    return plain(new).replace("\n", ends)
