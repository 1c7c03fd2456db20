"""Levels, stages and the spelling of codes: plain values only."""

import re
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
    "MNU": "Numeracy across learning",
    "MTH": "Mathematics",
    "SOC": "Social studies",
    "SCN": "Sciences",
    "TCH": "Technologies",
    "RME": "Religious and moral education",
    "RERC": "Religious education in Roman Catholic schools",
    "EXA": "Expressive arts",
    "MLAN": "Modern languages",
    "GAI": "Gaelic (learners)",
    "LGL": "Literacy and Gàidhlig",
}
SPELLINGS = {"HW": "HWB", "LTI": "LIT"}

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣-"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t\r\n"), " ")
_CODE = re.compile(
    r"(?:(?P<area>[A-Z]{2,4})[ .:-]{0,3})?(?P<level>[0-4])\s*[ -]\s*(?P<line>\d{2})\s*(?P<letter>[A-Z])?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;/&+|.()]*(?:and)?[\s,;/&+|.()]*", re.IGNORECASE)


class NotACodeError(ValueError):
    """A text holds something that is not a curriculum code; ``part`` is that something."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part!r} is not a curriculum code such as HWB 3-38a")
        self.part = part


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

    Reads every spelling met in Scottish packs: no space, lower case, joined codes (``HWB 3-44a/4-44a``),
    typographic dashes and spaces. Raises NotACodeError for anything else.
    """
    return [str(code) for code in split_codes(text)]


def split_codes(text: str) -> list[Code]:
    """The same, in parts. A code without its area takes that of the code before it."""
    plain = text.translate(_DASHES).translate(_SPACES).strip(" \"'“”‘’")
    found: list[Code] = []
    position = 0
    while position < len(plain):
        match = _CODE.match(plain, position)
        area = _area(match, found) if match else None
        if match is None or area is None:
            raise NotACodeError(plain[position:].strip() or text)
        code = Code(area, int(match["level"]), int(match["line"]), (match["letter"] or "").lower())
        if code not in found:
            found.append(code)
        between = _BETWEEN.match(plain, match.end())
        position = between.end() if between else match.end()
        if position == match.end() and position < len(plain):
            raise NotACodeError(plain[match.start() :].strip())
    return found


def _area(match: re.Match[str], before: list[Code]) -> str | None:
    if match["area"] is None:
        return before[-1].area if before else None
    area = match["area"].upper()
    area = SPELLINGS.get(area, area)
    return area if area in AREAS else None


def looks_like_code(text: str) -> bool:
    """Whether a whole text is one or more codes: for search boxes."""
    try:
        return bool(split_codes(text))
    except NotACodeError:
        return False


def code_slug(code: str) -> str:
    """A code as it stands in an address: hwb-3-38a."""
    return code.lower().replace(" ", "-")
