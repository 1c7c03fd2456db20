"""Levels, stages and the spelling of codes: plain values only."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from eduhub.curriculum.models import Level

# Stage -> level most learners work at; P1 shares early with nursery, S1 to S3 third and fourth.
STAGES: dict[str, Level] = {
    "N": Level.EARLY,
    "P1": Level.EARLY,
    "P2": Level.FIRST,
    "P3": Level.FIRST,
    "P4": Level.FIRST,
    "P5": Level.SECOND,
    "P6": Level.SECOND,
    "P7": Level.SECOND,
    "S1": Level.THIRD,
    "S2": Level.THIRD,
    "S3": Level.THIRD,
    "S4": Level.SENIOR,
    "S5": Level.SENIOR,
    "S6": Level.SENIOR,
}
DIGIT_LEVELS = (Level.EARLY, Level.FIRST, Level.SECOND, Level.THIRD, Level.FOURTH)

AREAS: dict[str, str] = {
    "HWB": "Health and wellbeing",
    "LIT": "Literacy across learning",
    "ENG": "Literacy and English",
    "GAI": "Literacy and Gàidhlig",
    "LGL": "Gaelic (learners)",
    "MLAN": "Modern languages",
    "CLAN": "Classical languages",
    "MNU": "Numeracy across learning",
    "MTH": "Mathematics",
    "SOC": "Social studies",
    "SCN": "Sciences",
    "TCH": "Technologies",
    "RME": "Religious and moral education",
    "RERC": "Religious education in Roman Catholic schools",
    "EXA": "Expressive arts",
}
# Wider names of areas in published files, and the letters that stand under them.
WIDER_NAMES: dict[str, set[str]] = {
    "literacy and english": {"ENG", "LIT"},
    "literacy and gàidhlig": {"GAI", "LIT"},
    "mathematics": {"MTH", "MNU"},
    "numeracy and mathematics": {"MTH", "MNU"},
    "languages": {"LIT", "ENG", "GAI", "LGL", "MLAN", "CLAN"},
}
SLIPS = {"HW": "HWB", "LTI": "LIT"}  # met in real files

# Marks between and around codes. A letter or a line alone ("2-40a/b", "3-38a, 39a") goes on from the code before.
_MARKS = " ,;/&+|.()[]{}*•\"'“”‘’"
_JOINT = re.compile(rf"[{re.escape(_MARKS)}]*(?:and\b)?[{re.escape(_MARKS)}]*", re.IGNORECASE)
_END = "(?![A-Z0-9])"
_CODE = re.compile(
    r"(?:(?P<area>[A-Z]{2,4})[ .:_(-]{0,3})?(?P<level>[0-4])[ .:_-]{1,4}(?P<line>[0-9]{2})"
    rf"(?: ?(?P<letter>[A-Z]))?{_END}",
    re.IGNORECASE | re.ASCII,
)
_LINE = re.compile(rf"(?P<line>[0-9]{{2}})(?P<letter>[A-Z]){_END}", re.IGNORECASE | re.ASCII)
_LETTER = re.compile(rf"(?P<letter>[A-D]){_END}", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(rf"(?<![A-Z0-9])(?=[A-Z]){_CODE.pattern}", re.IGNORECASE | re.ASCII)
_DASHES = frozenset("\u00ad−\u2043")  # a soft hyphen, the minus sign, a hyphen bullet
_MOST_SHOWN = 60


class NotACodeError(ValueError):
    """A text holds something that is not a curriculum code; ``part`` is that something."""

    def __init__(self, part: str) -> None:
        self.part = part if len(part) <= _MOST_SHOWN else f"{part[:_MOST_SHOWN]}…"
        super().__init__(f"{self.part!r} is not a curriculum code such as HWB 3-38a")


class Code(NamedTuple):
    """A code in its parts."""

    area: str
    digit: int
    line: int
    letter: str

    def __str__(self) -> str:
        return f"{self.area} {self.digit}-{self.line:02}{self.letter}"

    @property
    def level(self) -> Level:
        return DIGIT_LEVELS[self.digit]


def parse_codes(text: str) -> list[str]:
    """The codes in a text, in their one canonical form (``HWB 3-38a``), each once, in order.

    Reads every spelling met in Scottish packs: no space, lower case, brackets, typographic dashes and spaces,
    joined codes (``HWB 3-44a/4-44a``, ``HWB 2-40a/b``). Raises NotACodeError for anything else.
    """
    return [str(code) for code in split_codes(text)]


def split_codes(text: str) -> list[Code]:
    """The same, in parts. A code without its area takes that of the code before it."""
    plain = _plain(text).strip()
    found, end = _run(plain, _after_joint(plain, 0))
    rest = _after_joint(plain, end)
    if rest < len(plain):
        raise NotACodeError(plain[rest:])
    if plain and not found:
        raise NotACodeError(plain)
    return found


def codes_in(text: str) -> tuple[list[str], str]:
    """The codes that stand anywhere among other words, and the words that are left: for search boxes."""
    plain = " ".join(_plain(text).split())
    found: list[str] = []
    words: list[str] = []
    position = 0
    while match := _NAMED.search(plain, position):
        codes, end = _run(plain, match.start())
        found += [str(code) for code in codes if str(code) not in found]
        words.append(
            plain[position : match.start()].rstrip(_MARKS) if codes else plain[position : match.end()]
        )
        position = _after_joint(plain, end) if codes else match.end()
    words.append(plain[position:])
    return found, " ".join(" ".join(words).split())


def _plain(text: str) -> str:
    """The text with one kind of dash, one kind of space, and no characters that cannot be seen."""
    return "".join(map(_plain_character, unicodedata.normalize("NFKC", text)))


def _plain_character(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Pd" or character in _DASHES:
        return "-"
    if kind in {"Zs", "Zl", "Zp", "Cc"}:
        return " "
    return "" if kind == "Cf" else character


def _after_joint(plain: str, position: int) -> int:
    match = _JOINT.match(plain, position)
    return match.end() if match else position


def _run(plain: str, begin: int) -> tuple[list[Code], int]:
    """The codes that follow each other from ``begin`` on, and where the last of them ends."""
    found: list[Code] = []
    last: Code | None = None
    end = position = begin
    while (step := _code_at(plain, position, last, plain[end:position])) is not None:
        last, end = step
        if last not in found:
            found.append(last)
        position = _after_joint(plain, end)
    return found, end


def _code_at(plain: str, position: int, last: Code | None, joint: str) -> tuple[Code, int] | None:
    """The code that begins at a position, and its end; ``last`` and ``joint`` are what stands before it."""
    if match := _CODE.match(plain, position):
        said = (match["area"] or "").upper()
        area = SLIPS.get(said, said) if said else last and last.area
        if area not in AREAS:
            return None
        return Code(
            area, int(match["level"]), int(match["line"]), (match["letter"] or "").lower()
        ), match.end()
    if last is None or not joint.strip():
        return None
    if match := _LINE.match(plain, position):
        return last._replace(line=int(match["line"]), letter=match["letter"].lower()), match.end()
    if last.letter and (match := _LETTER.match(plain, position)):
        return last._replace(letter=match["letter"].lower()), match.end()
    return None


def area_fits(name: str, letters: Iterable[str]) -> bool:
    """Whether the name a file gives to a curriculum area is that of one of these letters (HWB, LIT, …)."""
    plain = " ".join(name.casefold().removeprefix("languages:").split())
    wider = WIDER_NAMES.get(plain, set())
    return any(area in wider or plain in {area.casefold(), AREAS[area].casefold()} for area in letters)


def code_slug(code: str) -> str:
    """A code as it stands in an address: hwb-3-38a."""
    return code.lower().replace(" ", "-")
