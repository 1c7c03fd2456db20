"""Lesson text to HTML, once, when content is built: Markdown, then bleach, then nh3, then our own rule for addresses.

Text that cleaning would change is refused with the difference shown, never silently altered.
"""

import functools
import hashlib
import re
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from importlib.metadata import version
from itertools import accumulate, pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import bleach
import markdown
import nh3
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from eduhub.core.files import TEMPLATES, folder_digest
from eduhub.lessons.source import FAMILY_BLOCKS, HIDDEN, LEARNER_BLOCKS, Block

BLOCK_TAGS = frozenset(
    {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "hr"}
)
TABLE_TAGS = frozenset({"table", "caption", "thead", "tbody", "tr", "th", "td"})
INLINE_TAGS = frozenset({"a", "img", "em", "strong", "code", "abbr", "br", "sup", "sub", "del", "ins", "kbd"})
TAGS = BLOCK_TAGS | TABLE_TAGS | INLINE_TAGS
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
TAG = re.compile(r"<(?:[^>\"]|\"[^\"]*\")*>")
PLACED = re.compile(r'src="(assets/[^"]+)"')

# A subset of HTML in which nothing can be read in two ways: words without signs, tags without attributes, and the
# attributes that headings of tables and links have, their values of letters, digits and harmless signs.
PLAIN = re.compile(
    r"(?:[^<>&\0]|&(?:amp|lt|gt);"
    r"|</?(?:p|h[2-6]|ul|ol|li|dl|dt|dd|blockquote|em|strong|code|pre|table|thead|tbody|tr|th|td|a)>"
    r"|<hr>|<br>"
    r'|<a href="https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9./_~%#=?-]*)?">'
    r'|<th scope="col">|<td data-label="[^<>&\"]*">)*+'
)

# What the page says of a plan, and what is remembered of its text, comes from these.
_HERE = Path(__file__).parent
_CHECKS = [_HERE / "codes.py", _HERE / "rules.py", *sorted((_HERE / "checks").glob("*.py"))]

# Bounds of a block. Lists of links, quotations and definitions cost more than they are long.
MOST_TEXT = 30_000
MOST_HTML = 500_000
EXCESSES = (
    ("a very long block", lambda line: len(line) + 1, MOST_TEXT, "characters"),
    ("too many pointed brackets", lambda line: line.count("<"), 200, "signs <"),
    ("too many definitions", lambda line: line.lstrip().startswith(":"), 300, "lines that begin with :"),
)
MOST_OPEN = 50
DEEPEST_QUOTE = 20
LONGEST_ABBREVIATION = 200
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


def render(text: str) -> tuple[str, str, str, int]:
    """HTML of a block; or a code, what is wrong, and in which line of the text (0 is the first)."""
    try:
        excess = find_excess(text)
        if excess:
            return "", "excess", excess[0], excess[1]
        return to_html(text), "", "", 0
    except AlteredError as error:
        what, line = _closest_fault(text)
        return "", "unsafe", what or error.what, line
    except ValueError as error:
        return "", "markdown", str(error), 0
    except Exception as error:  # whatever a library makes of a text is a fault of that text
        return "", "markdown", f"this cannot be rendered ({type(error).__name__})", 0


def find_excess(text: str) -> tuple[str, int] | None:
    """What no lesson needs and a renderer chokes on, with its line; found by counting alone."""
    lines = text.split("\n")
    for what, count, most, unit in EXCESSES:
        for number, total in enumerate(accumulate(map(count, lines))):
            if total > most:
                return f"{what}: more than {most} {unit}", number
    for number, line in enumerate(lines):
        if re.match(rf"(\s*>){{{DEEPEST_QUOTE}}}", line):
            return "quotations are nested too deeply", number
        if line.lstrip().startswith("*[") and len(line) > LONGEST_ABBREVIATION:
            return "a very long abbreviation", number
    return _find_open_brackets(lines)


def _find_open_brackets(lines: list[str]) -> tuple[str, int] | None:
    still_open = {"[": 0, "(": 0}
    for number, line in enumerate(lines):
        for sign in line:
            if sign in "[(":
                still_open[sign] += 1
                if still_open[sign] > MOST_OPEN:
                    return f"more than {MOST_OPEN} brackets {sign} are open", number
            elif sign in "])":
                opening = "[" if sign == "]" else "("
                still_open[opening] = max(0, still_open[opening] - 1)
    return None


def _closest_fault(text: str) -> tuple[str, int]:
    """What is refused in the first line that is refused by itself, or else in the first such paragraph."""
    lines = text.split("\n")
    for first, last in _paragraphs(lines):
        whole = _fault("\n".join(lines[first:last]))
        if whole:
            alone = ((_fault(lines[n].strip()), n) for n in range(first, last))
            return next(((what, n) for what, n in alone if what), (whole, first))
    return "", next((n for n, line in enumerate(lines) if line.strip()), 0)


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    gaps = [n for n, line in enumerate(lines) if not line.strip()]
    edges = [-1, *gaps, len(lines)]
    return [(a + 1, b) for a, b in pairwise(edges) if b > a + 1]


def _fault(text: str) -> str:
    try:
        to_html(text)
    except AlteredError as error:
        return error.what
    except Exception:  # a part of a text may break a library where the whole did not
        return ""
    return ""


@functools.cache
def renderer_version() -> str:
    """Changes with anything that could change the HTML of a text, the page around it, or what is said of it."""
    parts = [version(name) for name in ("markdown", "bleach", "nh3")]
    parts += [folder_digest(TEMPLATES / folder) for folder in ("lessons", "components")]
    parts += [path.read_text("utf-8") for path in _CHECKS]
    return hashlib.sha256(Path(__file__).read_bytes() + " ".join(parts).encode()).hexdigest()[:16]


def to_html(text: str) -> str:
    """Safe HTML of a stretch of Markdown. Raises AlteredError, or ValueError when it cannot be rendered."""
    raw = _converted(text)
    if len(raw) > MOST_HTML:
        raise ValueError(f"the text becomes more than {MOST_HTML // 1000} kB of HTML")
    clean = raw if _is_plain(raw) else _cleaned(raw)
    hidden = HIDDEN.search(clean)
    if hidden:
        raise AlteredError(f"a hidden control character (U+{ord(hidden[0]):04X})")
    return clean


@functools.cache
def _maker() -> markdown.Markdown:
    return markdown.Markdown(
        extensions=["tables", "sane_lists", "abbr", "def_list", _Tables()],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )


def _converted(text: str) -> str:
    """HTML as Markdown makes it. What makes it is kept for the next text, unless this one broke it."""
    try:
        return _maker().reset().convert(text)
    except RecursionError as error:
        _maker.cache_clear()
        raise ValueError("the text is nested too deeply") from error
    except Exception:
        _maker.cache_clear()
        raise


def _is_plain(raw: str) -> bool:
    """Whether HTML consists of words and a few tags in their one plain spelling, and nh3 finds nothing to change.

    Most text is so, and then bleach could not change it either: it is spared the time.
    """
    return PLAIN.fullmatch(raw) is not None and _second_cleaning(raw) == raw


def _second_cleaning(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def _cleaned(raw: str) -> str:
    """HTML cleaned twice. Raises AlteredError where anything would be taken out."""
    first = bleach.clean(raw, tags=TAGS, attributes=_allowed, protocols=SCHEMES, strip=False)
    clean = _second_cleaning(first)
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
        self.words: list[int] = []

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
            self.words.append(len(self.seen) - 1)

    def handle_comment(self, data: str) -> None:
        self.seen.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.seen.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.seen.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.seen.append(f"<?{data}>")


def _told(html: str) -> _Events:
    parser = _Events()
    parser.feed(html)
    parser.close()
    return parser


def events(html: str) -> list[str]:
    """The tags, attributes and words of HTML, however it is spelled."""
    return _told(html).seen


def _compare(raw: str, clean: str) -> None:
    before, after = _told(raw), _told(clean)
    if before.seen != after.seen:
        kept = set(after.seen)
        gone = [event for event in before.seen if event not in kept] or before.seen or after.seen
        raise AlteredError(next((event for event in gone if event.startswith("<")), gone[0]))
    if before.words != after.words:  # a tag that became words reads the same
        tags = set(after.words) - set(before.words)
        raise AlteredError(before.seen[min(tags)])


@dataclass(frozen=True)
class Piece:
    """A block with its HTML, rendered once."""

    block: Block
    html: str

    @property
    def pictures(self) -> list[str]:
        """The files it shows, each below assets/."""
        return PLACED.findall(self.html)

    def placed(self, base: str) -> str:
        """Its HTML with pictures found below ``base``."""
        return self.html.replace('src="assets/', f'src="{base}')


def section(piece: Piece, base: str) -> str:
    """A block as a part of a page for practitioners; pictures are found below ``base``."""
    block, html = piece.block, piece.placed(base)
    if not block.name:
        return html
    minutes = f", {block.minutes} minutes" if block.minutes else ""
    kind = LABELS[block.name]
    title = f"{escape(block.title)} " if block.title else ""
    label = f'<span class="block__kind">{kind}{minutes}</span>' if block.title else f"{kind}{minutes}"
    return (
        f'<section class="block block-{block.name}">'
        f'<h3 class="block__title">{title}{label}</h3>{_deeper(html, 2)}</section>'
    )


def _deeper(html: str, by: int) -> str:
    """Headings inside a block stand below the block's own."""
    return re.sub(r"<(/?)h([2-6])\b", lambda m: f"<{m[1]}h{min(6, int(m[2]) + by)}", html)


def practitioner_html(pieces: list[Piece], base: str) -> str:
    """Everything, for practitioners."""
    return "\n".join(section(piece, base) for piece in pieces)


def learner_html(pieces: list[Piece], base: str) -> str:
    """Only what learners may see."""
    return "\n".join(_plain(piece, base) for piece in pieces if piece.block.name in LEARNER_BLOCKS)


def family_html(pieces: list[Piece], base: str) -> str:
    """Only what is written for parents and carers."""
    return "\n".join(_plain(piece, base) for piece in pieces if piece.block.name in FAMILY_BLOCKS)


def _plain(piece: Piece, base: str) -> str:
    block, html = piece.block, piece.placed(base)
    heading = f"<h2>{escape(block.title)}</h2>" if block.title else ""
    return f'<section class="block block-{block.name}">{heading}{_deeper(html, bool(heading))}</section>'


def plain_words(html: str) -> str:
    """The words of clean HTML, for the search index."""
    return " ".join(unescape(TAG.sub(" ", html)).split())
