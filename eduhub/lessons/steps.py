"""A lesson step by step before a class: what may stand on the wall, and what the teacher has to say meanwhile.

What is shown comes from the learners' HTML alone; the practitioners' HTML gives the order and the notes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from eduhub.lessons.source import LEARNER_BLOCKS

SECTION = re.compile(r'<section class="block block-([a-z-]+)">(.*?)</section>', re.DOTALL)
PRACTITIONERS_TITLE = re.compile(r'<h3 class="block__title">(.*?) <span class="block__kind">', re.DOTALL)
LEARNERS_TITLE = re.compile(r"\s*<h2>(.*?)</h2>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
TITLES = {"key-message": "Remember", "handout": "Your sheet", "learner": "For you", "slide": "Look"}
GROUPING = {"class": "all together", "pairs": "in pairs", "groups": "in groups", "alone": "on your own"}


@dataclass(frozen=True)
class Block:
    """A block of a lesson as HTML; text outside all blocks has no name."""

    name: str
    title: str
    html: str


@dataclass
class Step:
    """One thing at a time: ``html`` is for everybody to see, ``notes`` are the teacher's alone."""

    title: str
    minutes: int = 0
    how: str = ""
    html: str = ""
    notes: str = ""


def practitioner_blocks(html: str) -> Iterator[Block]:
    """The blocks of the practitioners' HTML, in order, with the text between them."""
    begun = 0
    for found in SECTION.finditer(html):
        if html[begun : found.start()].strip():
            yield Block("", "", html[begun : found.start()].strip())
        title = PRACTITIONERS_TITLE.match(found[2])
        yield Block(found[1], _words(title[1]) if title else "", found[2])
        begun = found.end()
    if html[begun:].strip():
        yield Block("", "", html[begun:].strip())


def learner_blocks(html: str) -> Iterator[Block]:
    """The blocks of the learners' (or the families') HTML, each title apart from the rest."""
    for found in SECTION.finditer(html):
        title = LEARNERS_TITLE.match(found[2])
        if title is None:
            yield Block(found[1], "", found[2].strip())
        else:
            yield Block(found[1], _words(title[1]), _higher(found[2][title.end() :].strip()))


def _higher(html: str) -> str:
    """Headings one up, where the block's own title no longer stands above them."""
    return re.sub(r"<(/?)h([3-6])\b", lambda found: f"<{found[1]}h{int(found[2]) - 1}", html)


def _words(html: str) -> str:
    return " ".join(unescape(TAG.sub("", html)).split())


def steps(practitioner_html: str, learner_html: str, parts: list[dict[str, Any]]) -> list[Step]:
    """Each part and each learner block, in the lesson's order; ``support`` blocks stand at the end, by themselves.

    The first step is the beginning, with what is to be known before. A learner block with the title of a part is
    shown with that part.
    """
    walk = _Walk(parts, {block.title for block in practitioner_blocks(practitioner_html)})
    shown = learner_blocks(learner_html)
    for block in practitioner_blocks(practitioner_html):
        if block.name in LEARNER_BLOCKS:
            walk.show(next(shown, Block(block.name, "", "")))
        else:
            walk.say(block)
    walk.begin_until(None)
    return walk.made


def slides(practitioner_html: str, learner_html: str, parts: list[dict[str, Any]]) -> list[Step]:
    """What a deck shows: the ``slide`` blocks; where a lesson has none, the same steps as on the wall.

    The notes of a slide are what stands between it and the next one.
    """
    if "slide" not in {block.name for block in learner_blocks(learner_html)}:
        return steps(practitioner_html, learner_html, parts)
    made = [Step("")]
    shown = learner_blocks(learner_html)
    for block in practitioner_blocks(practitioner_html):
        own = next(shown, None) if block.name in LEARNER_BLOCKS else None
        if own and own.name == "slide":
            made.append(Step(own.title or TITLES["slide"], html=own.html))
        elif own is None:
            made[-1].notes += block.html
    return made


class _Walk:
    """Goes through the blocks and makes steps."""

    def __init__(self, parts: list[dict[str, Any]], titles: set[str]) -> None:
        self.waiting = list(parts)
        self.made = [Step("")]
        self.speaking = self.made[0]
        if not titles & {part["title"] for part in parts}:
            self.begin_until(None)
            self.speaking = self.made[0]

    def begin_until(self, title: str | None) -> None:
        """Begin every part up to the one with this title; all that are left when there is none."""
        while self.waiting:
            part = self.waiting.pop(0)
            self.speaking = Step(part["title"], part["minutes"], GROUPING[part["grouping"]])
            self.made.append(self.speaking)
            if part["title"] == title:
                return

    def say(self, block: Block) -> None:
        if block.title in {part["title"] for part in self.waiting}:
            self.begin_until(block.title)
        self.speaking.notes += block.html

    def show(self, block: Block) -> None:
        if block.name == "support":
            return
        if block.title in {part["title"] for part in self.waiting}:
            self.begin_until(block.title)
        begun = next((one for one in self.made if one.minutes and one.title == block.title), None)
        if begun and not begun.html:
            begun.html = block.html
        else:
            self.made.append(Step(block.title or TITLES[block.name], html=block.html))
