"""Slides as PowerPoint: real titles, lists and words for pictures; what the teacher says stands in the notes."""

import io
import textwrap
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from eduhub.lessons.document import (
    EMPTY_PNG,
    HEADINGS,
    INLINE,
    SVG_EXTENSION,
    Node,
    Picture,
    height_to_width,
    steady,
    text_of,
    tree_of,
)
from eduhub.lessons.steps import Step

# In inches: as wide as screens are. The library's own slides are 10 wide.
WIDTH, HEIGHT = 13.333, 7.5
WIDER = WIDTH / 10
MARGIN, TITLE_TOP, TITLE_HEIGHT, TOP, FOOT = 0.7, 0.4, 1.2, 1.75, 0.5
# Sizes in points, with how many lines of how many characters fit; what fits on no slide goes on.
SIZES = ((28, 9, 56), (24, 11, 66), (20, 13, 80))
LONG_TITLE = 60
# The dark colour of the site's own header.
COLOUR = "0B3D4A"
EDGE_WIDTH = 0.2
EDGE = (
    '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<p:nvSpPr><p:cNvPr id="90" name="Edge"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
    '<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width:d}" cy="{height:d}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
)


class Run(NamedTuple):
    """A stretch of words in one manner."""

    text: str
    bold: bool
    italic: bool


@dataclass
class Line:
    """A paragraph; ``mark`` is nothing, a bullet or a number."""

    runs: list[Run] = field(default_factory=list)
    mark: str = ""
    depth: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs).strip()


class Shown(NamedTuple):
    """A picture with its words."""

    name: str
    alt: str


@dataclass(frozen=True)
class Deck:
    """What a deck is made of. ``foot`` stands on every slide; without ``with_notes`` there are no notes at all."""

    title: str
    under: str
    foot: str
    steps: list[Step]
    language: str
    properties: dict[str, Any]
    with_notes: bool


class _Reader:
    """Takes clean HTML apart into paragraphs and pictures."""

    def __init__(self) -> None:
        self.found: list[Line | Shown] = []
        self.line = Line()

    def end(self) -> None:
        if self.line.text:
            self.found.append(self.line)
            self.line = Line()

    def read(self, node: Node, depth: int = 0, bold: bool = False, italic: bool = False) -> None:
        for child in node.children:
            if isinstance(child, str):
                self.words(child, bold, italic)
            elif child.tag == "img":
                self.end()
                name = PurePosixPath(child.attributes.get("src", "")).name
                self.found.append(Shown(name, child.attributes.get("alt", "")))
            elif child.tag in INLINE:
                self.inline(child, depth, bold, italic)
            elif child.tag in {"ul", "ol"}:
                self.list(child, depth)
            else:
                self.end()
                self.read(child, depth, bold or child.tag in HEADINGS | {"dt"}, italic)
                self.end()

    def inline(self, node: Node, depth: int, bold: bool, italic: bool) -> None:
        kind = node.attributes.get("class") == "block__kind"
        apart = kind and bool(self.line.text)
        self.words("(" if apart else " " if node.tag == "br" else "", bold, italic)
        self.read(node, depth, bold or node.tag == "strong", italic or node.tag == "em")
        self.words(")" if apart else "", bold, italic)

    def words(self, text: str, bold: bool, italic: bool) -> None:
        plain = " ".join(f"|{text}|".split())[1:-1]
        if plain.strip() or (plain and self.line.text):
            self.line.runs.append(Run(plain if self.line.text else plain.lstrip(), bold, italic))

    def list(self, node: Node, depth: int) -> None:
        self.end()
        begins = int(node.attributes.get("start", "1"))
        for number, item in enumerate(node.nodes, begins):
            self.line = Line(mark=f"{number}." if node.tag == "ol" else "•", depth=min(depth, 3))
            self.read(item, depth + 1)
            self.end()
        self.line = Line()


def lines_of(html: str) -> list[Line | Shown]:
    """The paragraphs and pictures of clean HTML, in order; a row of a table is a paragraph, its first cell strong."""
    reader = _Reader()
    reader.read(_rows_as_paragraphs(tree_of(html)))
    reader.end()
    return reader.found


def _rows_as_paragraphs(node: Node) -> Node:
    if node.tag == "tr":
        cells = [child.children for child in node.nodes if text_of(child).strip()]
        rest = [piece for cell in cells[1:] for piece in [" · ", *cell]]
        first: list[Node | str] = [Node("strong", {}, cells[0])] if cells else []
        return Node("p", {}, first + rest)
    inside = [child if isinstance(child, str) else _rows_as_paragraphs(child) for child in node.children]
    return Node(node.tag, node.attributes, inside)


def plain_text(html: str) -> str:
    """Clean HTML as plain lines, for notes."""
    lines = [line for line in lines_of(html) if isinstance(line, Line)]
    return "\n".join(
        f"{'  ' * line.depth}{line.mark} {line.text}".rstrip().removeprefix(" ") for line in lines
    )


def pages_of(lines: list[Line]) -> tuple[int, list[list[Line]]]:
    """The size of type at which lines fit on a slide, and the lines of each slide."""
    for size, rows, width in SIZES:
        if sum(_rows(line, width) for line in lines) <= rows:
            return size, [lines]
    size, rows, width = SIZES[1]
    pages: list[list[Line]] = [[]]
    used = 0
    for line in [piece for whole in lines for piece in _cut(whole, rows * width)]:
        needed = _rows(line, width)
        if pages[-1] and used + needed > rows:
            pages.append([])
            used = 0
        pages[-1].append(line)
        used += needed
    return size, pages


def _rows(line: Line, width: int) -> int:
    return -(-(len(line.text) + 4 * bool(line.mark)) // width)


def _cut(line: Line, most: int) -> list[Line]:
    """A paragraph that fits on no slide, in pieces that do."""
    if len(line.text) <= most - 8:
        return [line]
    pieces = textwrap.wrap(line.text, most - 8)
    return [
        replace(line, runs=[Run(piece, False, False)], mark=line.mark if not n else "")
        for n, piece in enumerate(pieces)
    ]


def make_slides(deck: Deck, picture: Picture) -> tuple[bytes, int]:
    """The bytes of a PowerPoint file, and how many slides it has; ``picture`` gives the bytes of a file by its name."""
    writer = _Writer(deck, picture)
    writer.write()
    out = io.BytesIO()
    writer.show.save(out)
    return steady(out.getvalue()), len(writer.show.slides)


class _Writer:
    """Writes a deck with python-pptx."""

    def __init__(self, deck: Deck, picture: Picture) -> None:
        from pptx import Presentation  # noqa: PLC0415 -- heavy, and only jobs need it
        from pptx.util import Inches  # noqa: PLC0415 -- see above

        self.deck, self.picture, self.inches = deck, picture, Inches
        self.show = Presentation()
        self.drawings = 0
        self._widen()
        for name, value in deck.properties.items():
            setattr(self.show.core_properties, name, value)

    def _widen(self) -> None:
        """Make the library's narrow slides wide, their titles plain, and leave out its own small picture."""
        self.show.slide_width, self.show.slide_height = self.inches(WIDTH), self.inches(HEIGHT)
        master = self.show.slide_master
        for shape in [
            *master.shapes,
            *(shape for layout in self.show.slide_layouts for shape in layout.shapes),
        ]:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = int(shape.left * WIDER), int(shape.width * WIDER)
        for shape, top, height in zip(
            master.placeholders, (TITLE_TOP, TOP), (TITLE_HEIGHT, HEIGHT - TOP - FOOT - 0.1), strict=False
        ):
            shape.left, shape.width = self.inches(MARGIN), self.inches(WIDTH - 2 * MARGIN)
            shape.top, shape.height = self.inches(top), self.inches(height)
        style = next(
            master._element.iter("{http://schemas.openxmlformats.org/presentationml/2006/main}titleStyle")
        )
        style[0].set("algn", "l")
        style[0].find(_drawing("defRPr")).set("sz", "3600")
        style[0].find(_drawing("defRPr")).set("b", "1")
        self._edge(master)
        relations = self.show.part.package._rels
        for key in [key for key, one in relations.items() if one.reltype.endswith("/thumbnail")]:
            relations.pop(key)

    def _edge(self, master: Any) -> None:
        """A coloured edge behind every slide, which nobody is read."""
        from pptx.oxml import parse_xml  # noqa: PLC0415 -- see above

        edge = parse_xml(
            EDGE.format(width=self.inches(EDGE_WIDTH), height=self.inches(HEIGHT), colour=COLOUR)
        )
        master.shapes._spTree.insert(2, edge)  # behind the placeholders, after what describes the tree

    def write(self) -> None:
        first, *rest = self.deck.steps
        slide = self._add(0, self.deck.title)
        self._fill(slide.placeholders[1], [Line([Run(self.deck.under, False, False)])], 24)
        self._notes(slide, first.notes)
        for step in rest:
            self.step(step)

    def step(self, step: Step) -> None:
        """A step on as many slides as it needs; the notes stand with the first."""
        found = lines_of(step.html)
        facts = ", ".join(filter(None, (f"{step.minutes} minutes" if step.minutes else "", step.how)))
        lines = [line for line in found if isinstance(line, Line)]
        if facts:
            lines.insert(0, Line([Run(facts, False, False)]))
        pictures = [shown for shown in found if isinstance(shown, Shown)]
        size, pages = pages_of(lines)
        made = [self._text(step.title, page, size) for page in pages if page]
        made += [self._picture(step.title, shown) for shown in pictures]
        if len(made) > 1:
            for number, slide in enumerate(made, 1):
                self._title(slide, f"{step.title} ({number} of {len(made)})")
        self._notes(made[0] if made else self._add(5, step.title), step.notes)

    def _add(self, layout: int, title: str) -> Any:
        slide = self.show.slides.add_slide(self.show.slide_layouts[layout])
        self._title(slide, title)
        box = slide.shapes.add_textbox(
            *map(self.inches, (MARGIN, HEIGHT - FOOT, WIDTH - 2 * MARGIN, FOOT - 0.1))
        )
        self._fill(box, [Line([Run(self.deck.foot, False, False)])], 12)
        return slide

    def _title(self, slide: Any, title: str) -> None:
        size = 28 if len(title) > LONG_TITLE else 36
        self._fill(slide.shapes.title, [Line([Run(title, True, False)])], size, COLOUR)

    def _text(self, title: str, lines: list[Line], size: int) -> Any:
        slide = self._add(1, title)
        self._fill(slide.placeholders[1], lines, size)
        return slide

    def _fill(self, shape: Any, lines: list[Line], size: int, colour: str = "000000") -> None:
        from pptx.dml.color import RGBColor  # noqa: PLC0415 -- see above
        from pptx.util import Pt  # noqa: PLC0415 -- see above

        frame = shape.text_frame
        frame.clear()
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            self._mark(paragraph, line, size)
            for run in line.runs:
                made = paragraph.add_run()
                made.text = run.text
                made.font.size = Pt(size)
                made.font.color.rgb = RGBColor.from_string(colour)  # type: ignore[no-untyped-call]
                made.font.bold, made.font.italic = run.bold or None, run.italic or None
                made._r.get_or_add_rPr().set("lang", self.deck.language)

    def _mark(self, paragraph: Any, line: Line, size: int) -> None:
        """A list's own bullet or number; nothing before other words."""
        properties = paragraph._p.get_or_add_pPr()
        hanging = int(size * 12700 * 1.4) if line.mark else 0
        properties.set("marL", str(hanging * (line.depth + 1)))
        properties.set("indent", str(-hanging))
        if not line.mark:
            _under(properties, "buNone")
        elif line.mark == "•":
            _under(properties, "buChar", char="•")
        else:
            _under(properties, "buAutoNum", type="arabicPeriod", startAt=line.mark.rstrip("."))

    def _picture(self, title: str, shown: Shown) -> Any:
        slide = self._add(5, title)
        data = self.picture(shown.name)
        if data is None:
            return slide
        svg = shown.name.endswith(".svg")
        made = slide.shapes.add_picture(io.BytesIO(EMPTY_PNG if svg else data), 0, 0)
        shape = height_to_width(data) if svg else made.height / made.width
        most_wide, most_high = WIDTH - 2 * MARGIN, HEIGHT - TOP - FOOT - 0.1
        wide = min(most_wide, most_high / shape if shape else most_wide)
        made.width, made.height = self.inches(wide), self.inches(wide * shape)
        made.left, made.top = self.inches((WIDTH - wide) / 2), self.inches(TOP)
        made._element.nvPicPr.cNvPr.set("descr", shown.alt)
        if svg:
            self._show_svg(slide, made, data)
        return slide

    def _show_svg(self, slide: Any, shape: Any, data: bytes) -> None:
        from pptx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 -- see above
        from pptx.opc.package import Part  # noqa: PLC0415 -- see above
        from pptx.opc.packuri import PackURI  # noqa: PLC0415 -- see above
        from pptx.oxml import parse_xml  # noqa: PLC0415 -- see above

        self.drawings += 1
        place = PackURI(f"/ppt/media/drawing{self.drawings}.svg")
        part = Part(place, "image/svg+xml", slide.part.package, data)
        key = slide.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        next(shape._element.iter(_drawing("blip"))).append(parse_xml(SVG_EXTENSION.format(key=key)))

    def _notes(self, slide: Any, html: str) -> None:
        if self.deck.with_notes and html:
            slide.notes_slide.notes_text_frame.text = plain_text(html)


def _drawing(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/drawingml/2006/main}}{name}"


def _under(parent: Any, name: str, **attributes: str) -> None:
    made = parent.makeelement(_drawing(name), attributes)
    parent.append(made)
