"""Checking a lesson's text: rendered once for every use, pictures listed and only before those they are for."""

import re

from eduhub.lessons.render import Piece
from eduhub.lessons.renderer import Rendered, render_texts
from eduhub.lessons.source import FAMILY_BLOCKS, LEARNER_BLOCKS, Block, Source

FOOTNOTE = re.compile(r"\[\^[^\]]+\]")
FOR_LEARNERS = frozenset({"learner", "all"})
FOR_FAMILIES = frozenset({"parent", "learner", "all"})

# What an author most likely meant, by how the refused HTML begins.
MEANT = (
    ("<h1", "a heading of one # is the lesson's title, which stands there already.", "Begin with ##."),
    ('<a href="http:', "a link begins with http://.", "Use the https:// address."),
    (
        '<a href="assets/',
        "text cannot link to a file of the lesson.",
        "List it under assets, and the page and the pack offer it; a picture is ![what it shows](assets/…).",
    ),
)
MENDS = {
    "slow": "Shorten it, and remove long runs of brackets, lists or quotations.",
    "excess": "Shorten it, or make two blocks.",
    "markdown": "Simplify this part.",
}


def check_body(source: Source, audiences: dict[str, str]) -> list[Piece]:
    """Each block with its HTML; ``audiences`` says for whom each listed file is. Faults become findings."""
    results = render_texts([block.text for block in source.blocks])
    pieces = []
    for block, result in zip(source.blocks, results, strict=True):
        _footnotes(source, block)
        if result.code:
            source.find(block.line + result.line, result.code, *_sentences(result))
            continue
        pieces.append(Piece(block, result.html))
        _pictures(source, pieces[-1], audiences)
    return pieces


def _sentences(result: Rendered) -> tuple[str, str]:
    if result.code != "unsafe":
        return f"{result.what}.", MENDS[result.code]
    for begins, message, mend in MEANT:
        if result.what.startswith(begins):
            return message, mend
    message = f"this would be taken out when cleaning: {result.what[:120]}."
    return message, "Write plain Markdown without HTML; links with https."


def _footnotes(source: Source, block: Block) -> None:
    for number, line in enumerate(block.text.split("\n"), block.line):
        found = FOOTNOTE.search(line)
        if found:
            mend = "Put the words in brackets where they belong, or the source under facts."
            source.find(number, "footnote", f"there are no footnotes here: {found[0]}.", mend)


def _pictures(source: Source, piece: Piece, audiences: dict[str, str]) -> None:
    block = piece.block
    allowed = _allowed(block)
    for path in piece.pictures:
        line = line_with(block, path)
        if path not in audiences:
            mend = "List it with its audience, licence, holder and source."
            source.find(line, "asset", f"{path} is not listed under assets.", mend)
        elif allowed and audiences[path] not in allowed:
            message = f"{path} is for {audiences[path]}, but stands in a block {block.name}."
            mend = f"Take it out, or give it the audience {' or '.join(sorted(allowed))}."
            source.find(line, "audience", message, mend)
    if "<img" in piece.html and 'alt=""' in piece.html:
        mend = "Write ![what it shows](assets/…)."
        source.find(line_with(block, "![]"), "alt", "a picture has no words.", mend)


def _allowed(block: Block) -> frozenset[str]:
    if block.name in LEARNER_BLOCKS:
        return FOR_LEARNERS
    return FOR_FAMILIES if block.name in FAMILY_BLOCKS else frozenset()


def line_with(block: Block, words: str) -> int:
    """The line of a block in which words stand, or its first."""
    lines = enumerate(block.text.split("\n"), block.line)
    return next((number for number, line in lines if words in line), block.line)
