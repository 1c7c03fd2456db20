"""Links: they lead somewhere, and their words say where."""

import re

from eduhub.curriculum.rules import NotACodeError, parse_codes
from eduhub.lessons.body import line_with
from eduhub.lessons.checks.checked import AcrossCheck, Check, Checked, Library

SAY_NOTHING = frozenset(
    {
        *(
            "click here",
            "click",
            "here",
            "this",
            "this link",
            "this page",
            "link",
            "page",
            "more",
            "read more",
        ),
        *(
            "learn more",
            "find out more",
            "see more",
            "see here",
            "website",
            "this website",
            "site",
            "download",
        ),
    }
)
BARE_ADDRESS = re.compile(r"(https?://\S+|www\.\S+)", re.IGNORECASE)
TO_LESSON = re.compile(r"\]\(\s*<?/lessons/([^/)\s?#>\"]+)")
TO_CODE = re.compile(r"\]\(\s*<?/curriculum/([^/)\s?#>\"]+)")
PAGES_OF_CURRICULUM = frozenset({"statements"})


def words(lesson: Checked) -> None:
    """Somebody who hears only the links of a page knows where each leads."""
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        for href, said in outline.links:
            plain = said.strip(" .:!…»>").lower()
            if plain in SAY_NOTHING or BARE_ADDRESS.fullmatch(plain) or not plain:
                line = line_with(piece.block, f"]({href}" if plain else href)
                message = f"the words {said!r} do not say where the link leads."
                mend = "Name the page: [what it is](address)."
                lesson.find(line, "link-words", message, mend)


def anchors(lesson: Checked) -> None:
    """A link within the page has its target on the page."""
    ids = {name for outline in lesson.outlines for name in outline.ids}
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        for href, _said in outline.links:
            if href.startswith("#") and href[1:] not in ids:
                message = f"there is no place {href} on the page."
                mend = "Name the part in words instead: “see Answers”."
                lesson.find(line_with(piece.block, href), "link-anchor", message, mend)


def to_codes(lesson: Checked) -> None:
    """A link to a code of the curriculum leads to one the site knows."""
    for block in lesson.source.blocks:
        for number, text in enumerate(block.text.split("\n"), block.line):
            for slug in TO_CODE.findall(text):
                if slug not in PAGES_OF_CURRICULUM and not _known(slug, lesson.codes):
                    message = f"there is no page /curriculum/{slug}."
                    lesson.find(number, "link-lost", message, "Check the code.")


def _known(slug: str, codes: set[str]) -> bool:
    try:
        found = parse_codes(slug)
    except NotACodeError:
        return False
    return len(found) == 1 and found[0] in codes


def to_lessons(lesson: Checked, library: Library) -> None:
    """A link to a lesson leads to one of this library."""
    if len(library.lessons) < 2:
        return
    for block in lesson.source.blocks:
        for number, text in enumerate(block.text.split("\n"), block.line):
            for slug in TO_LESSON.findall(text):
                if slug not in library.lessons:
                    message = f"there is no lesson at /lessons/{slug}."
                    lesson.find(number, "link-lost", message, "Use its present address.")


CHECKS: tuple[Check, ...] = (to_codes,)
BODY: tuple[Check, ...] = (words, anchors)
ACROSS: tuple[AcrossCheck, ...] = (to_lessons,)
