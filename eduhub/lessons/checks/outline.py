"""What a check looks at in a block's HTML: links, headings, pictures, tables, and passages of words."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

PASSAGES = frozenset({"p", "li", "dt", "dd", "td", "th", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})


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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outline = Outline()
        self.href = ""
        self.link: list[str] | None = None
        self.held: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
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

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link is not None:
            self.outline.links.append((self.href, " ".join("".join(self.link).split())))
            self.link = None
        elif tag in PASSAGES:
            words = self._passage()
            if tag in HEADINGS:
                self.outline.headings.append((int(tag[1]), words))
            elif tag == "th" and self.outline.tables:
                self.outline.tables[-1].append(words)

    def handle_data(self, data: str) -> None:
        self.held.append(data)
        if self.link is not None:
            self.link.append(data)

    def _passage(self) -> str:
        words = " ".join("".join(self.held).split())
        self.held.clear()
        if words:
            self.outline.passages.append(words)
        return words


def outline_of(html: str) -> Outline:
    """The outline of clean HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader._passage()
    return reader.outline
