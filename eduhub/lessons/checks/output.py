"""Output: learners get their own blocks and nothing else, and the files can be downloaded in a school."""

from eduhub.lessons.body import line_with
from eduhub.lessons.checks.checked import Check, Checked
from eduhub.lessons.checks.outline import outline_of
from eduhub.lessons.render import learner_html
from eduhub.lessons.source import LEARNER_BLOCKS, Block, own_file

ENOUGH = 40  # characters: less can stand in two places by chance
MOST_TOGETHER = 25_000_000


def no_leak(lesson: Checked) -> None:
    """No block that is not for learners stands in what they get, and no line of an answer; the questions may."""
    shown = outline_of(learner_html(lesson.pieces, "")).words
    for piece, outline in zip(lesson.pieces, lesson.outlines, strict=True):
        words = outline.words
        if piece.block.name not in LEARNER_BLOCKS and len(words) >= ENOUGH and words in shown:
            message = f"all of this block ({piece.block.name or 'unmarked'}) stands in what learners get."
            lesson.find(piece.block.line, "leak", message, "Keep it in one place.")
        if piece.block.name == "answer":
            _no_answers(lesson, piece.block, outline.passages, shown)


def _no_answers(lesson: Checked, block: Block, passages: list[str], shown: str) -> None:
    for words in passages:
        if len(words) >= ENOUGH and words in shown and not words.endswith("?"):
            message = f"“{words[:60]}…” is an answer, and stands in what learners get."
            lesson.find(line_with(block, words[:30]), "answer-shown", message, "Take it out of one.")


def size(lesson: Checked) -> None:
    """All files together are no more than a school's line can bear."""
    files = (own_file(lesson.folder, path) for path in lesson.assets)
    total = sum(file.stat().st_size for file in files if file is not None)
    if total > MOST_TOGETHER:
        message = f"the files have {total // 1_000_000} MB together, more than {MOST_TOGETHER // 1_000_000}."
        lesson.find(lesson.source.line_of("assets"), "pack-size", message, "Make pictures smaller.")


CHECKS: tuple[Check, ...] = (size,)
BODY: tuple[Check, ...] = (no_leak,)
