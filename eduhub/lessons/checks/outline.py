"""What a check looks at in a block's HTML: links, headings, pictures, tables, and passages of words."""

import re
from dataclasses import dataclass, field
from html import unescape

PASSAGES = frozenset({"p", "li", "dt", "dd", "td", "th", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
# Clean HTML is written in one way: signs in words are escaped, values stand in double quotes.
TOKEN = re.compile(r'<(?P<end>/?)(?P<tag>[a-z0-9]+)(?P<rest>(?:[^>"]|"[^"]*")*)>|(?P<words>[^<]+)')
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass
class Outline:
    """The parts of a block's HTML that are checked."""

    links: list[tuple[str, str]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    tables: list[list[str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    passages: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All its words, one space between them."""
        return " ".join(" ".join(self.passages).split())


class Reader:
    """Takes clean HTML apart, tag by tag."""

    def __init__(self) -> None:
        self.outline = Outline()
        self.href = ""
        self.link: list[str] | None = None
        self.held: list[str] = []

    def read(self, html: str) -> Outline:
        for found in TOKEN.finditer(html):
            if found["words"] is not None:
                self.text(unescape(found["words"]))
            elif found["end"]:
                self.end(found["tag"])
            else:
                self.start(found["tag"], {n: unescape(v) for n, v in ATTRIBUTE.findall(found["rest"])})
        self._passage()
        return self.outline

    def start(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.outline.ids.add(values["id"])
        if tag == "a":
            self.href, self.link = values.get("href", ""), []
        elif tag == "img":
            self.outline.pictures.append((values.get("src", ""), values.get("alt", "")))
            if self.link is not None:
                self.link.append(values.get("alt", ""))
        elif tag == "table":
            self.outline.tables.append([])
        elif tag in PASSAGES:
            self._passage()

    def end(self, tag: str) -> None:
        if tag == "a" and self.link is not None:
            self.outline.links.append((self.href, " ".join("".join(self.link).split())))
            self.link = None
        elif tag in PASSAGES:
            words = self._passage()
            if tag in HEADINGS:
                self.outline.headings.append((int(tag[1]), words))
            elif tag == "th" and self.outline.tables:
                self.outline.tables[-1].append(words)

    def text(self, words: str) -> None:
        self.held.append(words)
        if self.link is not None:
            self.link.append(words)

    def _passage(self) -> str:
        words = " ".join("".join(self.held).split())
        self.held.clear()
        if words:
            self.outline.passages.append(words)
        return words


def outline_of(html: str) -> Outline:
    """The outline of clean HTML."""
    return Reader().read(html)
