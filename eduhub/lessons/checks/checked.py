"""A lesson while it is checked and after: what was read of it, and what was found."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from eduhub.lessons.alone import Published
from eduhub.lessons.checks.outline import Outline
from eduhub.lessons.codes import Severity
from eduhub.lessons.render import Piece
from eduhub.lessons.reviews import Signed
from eduhub.lessons.source import Finding, Source
from eduhub.lessons.vocabulary import Vocabularies

# Keys whose values are no words.
NO_WORDS = frozenset({"id", "date", "url", "path", "code", "version", "checked", "check"})
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’*_)]*\s+")


@dataclass
class Checked:
    """A lesson that was read: its typed front matter, its rendered blocks, its files' hashes, and what is wrong.

    ``findings`` refuse a build, ``advice`` never does. ``content_hash`` changes with every byte of it,
    ``source_hash`` also with its sign-offs, the vocabularies and the renderer. ``evidence`` is what speaks for the plan and what
    to think about, for its page.
    """

    slug: str
    folder: Path
    front: dict[str, Any]
    source: Source
    vocabularies: Vocabularies
    codes: set[str]
    today: date
    pieces: list[Piece] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    advice: list[Finding] = field(default_factory=list)
    content_hash: str = ""
    source_hash: str = ""
    assets: dict[str, str] = field(default_factory=dict)
    signed: Signed = field(default_factory=Signed)
    published: Published = field(default_factory=Published)
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def version_line(self) -> int:
        """Where its version stands."""
        return self.source.line_of("version")

    @property
    def file(self) -> str:
        return f"{self.slug}/lesson.md"

    @property
    def listed(self) -> list[dict[str, Any]]:
        """The files that front matter lists, those that can be told by a path."""
        return [a for a in self.front.get("assets") or [] if isinstance(a, dict) and a.get("path")]

    def find(self, line: int, code: str, message: str, mend: str = "") -> None:
        """Note a finding where it belongs."""
        self.keep(Finding(self.file, line, code, message, mend))

    def keep(self, finding: Finding) -> None:
        """A finding among the faults or among the advice, once."""
        kept = self.findings if finding.about.severity is Severity.ERROR else self.advice
        if finding not in kept:
            kept.append(finding)

    @cached_property
    def front_texts(self) -> list[tuple[int, str, str]]:
        """The words of front matter: line, path of the key, words. To be asked for once codes have been read."""
        return [
            (self.source.line_of(path), path, words)
            for path, words in strings(self.front, "")
            if path.rpartition(".")[2] not in NO_WORDS
        ]

    @cached_property
    def block_texts(self) -> list[tuple[int, str, str]]:
        """The words of the text, line by line: line, name of the block, words."""
        found = []
        for block in self.source.blocks:
            if block.title:
                found.append((block.line - 1, block.name, block.title))
            lines = enumerate(block.text.split("\n"), block.line)
            found += [(number, block.name, line) for number, line in lines if line.strip()]
        return found

    @property
    def texts(self) -> list[tuple[int, str, str]]:
        """All its words."""
        return self.front_texts + self.block_texts

    @cached_property
    def whole(self) -> str:
        """All its words in one, to see at once that something stands nowhere."""
        return "\n".join(words for _line, _where, words in self.texts)


@dataclass
class Library:
    """The lessons that are checked together, by their folders, and how often each id stands among them."""

    lessons: Mapping[str, Checked]
    ids: Counter[str]


Check = Callable[[Checked], None]
AcrossCheck = Callable[[Checked, Library], None]


def strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in front matter, with the path of its key."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from strings(inner, f"{path}.{number}")


def sentences(line: str) -> list[str]:
    """The sentences of a line."""
    return [sentence for sentence in SENTENCE_END.split(line) if sentence.strip()]


def lines_in_words(numbers: list[int]) -> str:
    """Lines to look at: "line 4", "lines 4, 7 and 9"."""
    once = [str(number) for number in sorted(set(numbers))]
    if len(once) == 1:
        return f"line {once[0]}"
    return f"lines {', '.join(once[:-1])} and {once[-1]}"
