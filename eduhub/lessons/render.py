"""Lesson text to HTML, once, when content is built: Markdown, then bleach, then nh3, then our own rule for addresses.

Text that cleaning would change is refused with the difference shown, never silently altered.
"""

import re
from html import escape
from html.parser import HTMLParser
from xml.etree.ElementTree import Element

import bleach
import markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from eduhub.lessons.source import FAMILY_BLOCKS, LEARNER_BLOCKS, Block

TAGS = frozenset(
    [
        "p",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "img",
        "em",
        "strong",
        "code",
        "pre",
        "blockquote",
        "hr",
        "br",
        "abbr",
        "sup",
        "sub",
        "del",
        "ins",
        "kbd",
    ]
)
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "title", "width", "height"}),
    "th": frozenset({"scope", "align", "colspan"}),
    "td": frozenset({"align", "colspan", "data-label"}),
    "ol": frozenset({"start"}),
    "abbr": frozenset({"title"}),
    **{f"h{level}": frozenset({"id"}) for level in range(2, 7)},
}
SCHEMES = frozenset({"https", "mailto", "tel"})
ADDRESS = re.compile(
    r"(https://[^\s<>\"\\]+|mailto:[^\s<>\"\\]+|tel:[+\d]+|#s-[\w-]+|/(?![/\\])[^\s<>\"\\]*)"
)
PICTURE = re.compile(r"assets/[A-Za-z0-9][A-Za-z0-9._-]*")
LABELS = {
    "teacher": "For the teacher",
    "learner": "Learners see this",
    "activity": "Activity",
    "discussion": "Talk about it",
    "answer": "Answers, for the teacher",
    "hint": "Hint",
    "key-message": "Key message",
    "safety": "Keeping everybody safe",
    "support": "Where to find help",
    "handout": "Handout",
    "officer": "The officer's part",
    "parent": "For parents and carers",
    "slide": "Slide",
}


class AlteredError(ValueError):
    """Cleaning would change the text; ``what`` says what would go."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class _Headings(Treeprocessor):
    """Column headings say so, for screen readers and tagged PDFs; cells repeat theirs, for narrow screens."""

    def run(self, root: Element) -> None:
        for table in root.iter("table"):
            headings = list(table.iter("th"))
            for cell in headings:
                cell.set("scope", "col")
            labels = ["".join(cell.itertext()).strip() for cell in headings]
            for row in table.iter("tr"):
                for cell, label in zip(row.findall("td"), labels, strict=False):
                    if label.isprintable():
                        cell.set("data-label", label)


class _Tables(Extension):
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 -- Markdown's own name
        md.treeprocessors.register(_Headings(md), "headings", 0)


def to_html(text: str) -> str:
    """Safe HTML of a stretch of Markdown. Raises AlteredError, or ValueError when it cannot be rendered."""
    maker = markdown.Markdown(
        extensions=["tables", "sane_lists", "abbr", "def_list", _Tables()],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    try:
        raw = maker.convert(text)
    except RecursionError as error:
        raise ValueError("the text is nested too deeply") from error
    clean = nh3.clean(
        bleach.clean(raw, tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=False),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    _compare(raw, clean)
    return clean


def _allowed(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, frozenset()):
        return False
    if name == "href":
        return ADDRESS.fullmatch(value) is not None
    if name == "src":
        return PICTURE.fullmatch(value) is not None
    if name == "id":
        return value.startswith("s-")
    return True


class _Events(HTMLParser):
    """What a browser would be told: tags with attributes, and words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = "".join(f' {name}="{value or ""}"' for name, value in sorted(attrs))
        self.seen.append(f"<{tag}{inside}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"img", "br", "hr"}:
            self.seen.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.seen.append(words)

    def handle_comment(self, data: str) -> None:
        self.seen.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.seen.append(f"<!{decl}>")


def events(html: str) -> list[str]:
    """The tags, attributes and words of HTML, however it is spelled."""
    parser = _Events()
    parser.feed(html)
    parser.close()
    return parser.seen


def _compare(raw: str, clean: str) -> None:
    before, after = events(raw), events(clean)
    if before != after:
        at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after))
        raise AlteredError(before[at] if at < len(before) else after[-1])


def section(block: Block, base: str) -> str:
    """A block as a part of a page; pictures are found below ``base``."""
    html = to_html(block.text).replace('src="assets/', f'src="{base}assets/')
    if not block.name:
        return html
    minutes = f", {block.minutes} minutes" if block.minutes else ""
    kind = LABELS[block.name]
    title = f"{escape(block.title)} " if block.title else ""
    label = f'<span class="block__kind">{kind}{minutes}</span>' if block.title else f"{kind}{minutes}"
    return (
        f'<section class="block block-{block.name}">'
        f'<h3 class="block__title">{title}{label}</h3>{_deeper(html)}</section>'
    )


def _deeper(html: str) -> str:
    """Headings inside a block stand below the block's own."""
    return re.sub(r"<(/?)h([2-5])\b", lambda m: f"<{m[1]}h{min(6, int(m[2]) + 2)}", html)


def practitioner_html(blocks: list[Block], base: str) -> str:
    """Everything, for practitioners."""
    return "\n".join(section(block, base) for block in blocks)


def learner_html(blocks: list[Block], base: str) -> str:
    """Only what learners may see."""
    return "\n".join(_plain(block, base) for block in blocks if block.name in LEARNER_BLOCKS)


def family_html(blocks: list[Block], base: str) -> str:
    """Only what is written for parents and carers."""
    return "\n".join(_plain(block, base) for block in blocks if block.name in FAMILY_BLOCKS)


def _plain(block: Block, base: str) -> str:
    html = to_html(block.text).replace('src="assets/', f'src="{base}assets/')
    heading = f"<h2>{escape(block.title)}</h2>" if block.title else ""
    body = re.sub(r"<(/?)h([2-5])\b", lambda m: f"<{m[1]}h{int(m[2]) + 1}", html) if heading else html
    return f'<section class="block block-{block.name}">{heading}{body}</section>'


def plain_words(html: str) -> str:
    """The words of HTML, for the search index."""
    return " ".join(part for part in events(html) if not part.startswith("<"))
