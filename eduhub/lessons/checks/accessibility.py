"""Accessibility: words for pictures, headings in order, headings of tables, and how old a text reads."""

import re
from pathlib import PurePosixPath

from eduhub.curriculum.rules import STAGES
from eduhub.lessons.body import line_with
from eduhub.lessons.checks.checked import Check, Checked, sentences
from eduhub.lessons.checks.outline import Outline
from eduhub.lessons.checks.references import line_of_asset
from eduhub.lessons.source import LEARNER_BLOCKS

FILE_NAME = re.compile(
    r"(\S+\.(png|jpe?g|gif|svg|webp|avif|bmp|tiff?)|(img|dsc|image|picture|scan)[_-]?\d+)", re.I
)
ENOUGH_WORDS = 100
YOUNGEST = 4  # years of age in nursery; each stage is a year more
TOLERATED = 2  # years by which a text may read older than the youngest learners are


def alt_is_no_file_name(lesson: Checked) -> None:
    """What stands for a picture says what it shows."""
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        for src, alt in outline.pictures:
            if _is_file_name(alt, src):
                _say_file_name(lesson, line_with(piece.block, src), alt)
    for asset in lesson.listed:
        if asset["alt"] and _is_file_name(asset["alt"], asset["path"]):
            _say_file_name(lesson, line_of_asset(lesson, asset["path"]), asset["alt"])


def _is_file_name(alt: str, path: str) -> bool:
    plain = alt.strip()
    stem = PurePosixPath(path).stem
    return FILE_NAME.fullmatch(plain) is not None or (("-" in stem or "_" in stem) and plain == stem)


def _say_file_name(lesson: Checked, line: int, alt: str) -> None:
    message = f"{alt!r} is the name of a file."
    lesson.find(line, "alt-file-name", message, "Say in words what the picture shows.")


def heading_order(lesson: Checked) -> None:
    """Headings of a block begin with ## and leave out no rank: that is how people find their way by ear."""
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        above = 1
        for rank, words in outline.headings:
            if rank > above + 1:
                message = f"the heading {words!r} has {'#' * rank} where {'#' * (above + 1)} comes next."
                mend = f"Write {'#' * (above + 1)} {words}."
                lesson.find(line_with(piece.block, words), "heading-order", message, mend)
            above = rank


def heading_twice(lesson: Checked) -> None:
    """No two headings of a block are the same."""
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        seen: set[str] = set()
        for _rank, words in outline.headings:
            if words.lower() in seen:
                message = f"the heading {words!r} stands twice in this block."
                mend = "Say what is different about each."
                lesson.find(line_with(piece.block, words), "heading-twice", message, mend)
            seen.add(words.lower())


def table_headings(lesson: Checked) -> None:
    """Each column of a table has a heading; the one over the headings of rows may be empty."""
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        for headings in outline.tables:
            if not all(headings[1:]) or not any(headings):
                message = "a column of this table has no heading."
                words = headings[0] if headings and headings[0] else "|"
                lesson.find(line_with(piece.block, words), "table-headings", message, "Name each column.")


def reading_age(lesson: Checked) -> None:
    """Texts for learners read as old as the learners are, more or less."""
    if lesson.front.get("lang") != "en":
        return
    ages = [age_of(stage) for stage in lesson.front.get("stages") or [] if stage in STAGES]
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        age = estimated_age(outline) if piece.block.name in LEARNER_BLOCKS and ages else None
        if age is not None and age > min(ages) + TOLERATED:
            what = piece.block.title or piece.block.name
            message = f"{what!r} reads as for somebody of about {age}; the youngest are about {min(ages)}."
            mend = "Shorter words help; names and numbers can mislead the estimate."
            lesson.find(piece.block.line, "reading-age", message, mend)


def age_of(stage: str) -> int:
    """About how old learners of a stage are."""
    return YOUNGEST + list(STAGES).index(stage)


def estimated_age(outline: Outline) -> int | None:
    """About how old a reader must be; None for a text too short to say.

    From letters and sentences in a hundred words: M. Coleman and T. L. Liau, A computer readability formula designed
    for machine scoring, Journal of Applied Psychology 60(2), 1975. It gives an American grade, five years below an age.
    An item of a list and a cell of a table count as sentences.
    """
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", outline.words)
    if len(words) < ENOUGH_WORDS:
        return None
    letters = sum(sum(map(str.isalpha, word)) for word in words)
    number = sum(len(sentences(passage)) for passage in outline.passages)
    grade = 0.0588 * (100 * letters / len(words)) - 0.296 * (100 * number / len(words)) - 15.8
    return max(YOUNGEST, round(grade) + 5)


BODY: tuple[Check, ...] = (alt_is_no_file_name, heading_order, heading_twice, table_headings, reading_age)
