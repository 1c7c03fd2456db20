"""A version's HTML as an editable Word document: headings, lists, tables, links and pictures stay what they are."""

import io
import re
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urljoin

EPOCH = (1980, 1, 1, 0, 0, 0)
MARGIN_MM = 20
WIDEST_CM = 17.0
NEW_PAGE = {"block-handout", "block-slide"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
VOID = {"img", "br", "hr", "meta"}
INLINE = {"a", "abbr", "br", "code", "del", "em", "img", "ins", "kbd", "span", "strong", "sub", "sup"}
LINK_BLUE = "0B3D4A"
# Everybody has it; in points, the smallest size that guidance on accessible documents advises.
FONT, FONT_SIZE = "Arial", 12
# What programs that cannot show an SVG show in its place.
EMPTY_PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG_EXTENSION = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{key}"/>'
    "</a:ext></a:extLst>"
)

Picture = Callable[[str], bytes | None]


@dataclass
class Node:
    """An element with its attributes and what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    @property
    def nodes(self) -> "Iterator[Node]":
        return (child for child in self.children if isinstance(child, Node))

    def find(self, tag: str) -> "Iterator[Node]":
        """Every element of a tag below this one, in order."""
        for child in self.nodes:
            if child.tag == tag:
                yield child
            yield from child.find(tag)


class _Tree(HTMLParser):
    """Clean HTML as nodes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open[-1].tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def tree_of(html: str) -> Node:
    """The nodes of clean HTML."""
    parser = _Tree()
    parser.feed(html)
    parser.close()
    return parser.root


def make_document(html: str, properties: dict[str, Any], language: str, base: str, picture: Picture) -> bytes:
    """The bytes of a Word document; ``picture`` gives the bytes of a file by its name, ``base`` our own address."""
    from docx import Document  # noqa: PLC0415 -- heavy, and only jobs need it

    document = Document()
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    _plain_type(document, language)
    _on_a4(document)
    body = next(tree_of(html).find("body"))
    _Writer(document, base, picture).blocks(body)
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _plain_type(document: Any, language: str) -> None:
    """Letters without serifs, large enough to read, in place of the library's own; and the language of the text."""
    from docx.shared import Pt  # noqa: PLC0415 -- see above

    styles = document.styles
    for fonts in styles.element.iter(_word("rFonts")):
        fonts.attrib.clear()
        fonts.attrib.update({_word(name): FONT for name in ("ascii", "hAnsi", "cs")})
    styles["Normal"].font.size = Pt(FONT_SIZE)
    for mark in styles.element.iter(_word("lang")):
        mark.set(_word("val"), language)


def _on_a4(document: Any) -> None:
    """The paper of schools here, in place of the library's own."""
    from docx.shared import Mm  # noqa: PLC0415 -- see above

    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side in ("left", "right", "top", "bottom"):
            setattr(section, f"{side}_margin", Mm(MARGIN_MM))


def steady(data: bytes) -> bytes:
    """The same document with fixed times, so that the same lesson gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in sorted(old.infolist(), key=lambda i: (i.filename != "[Content_Types].xml", i.filename)):
            entry = zipfile.ZipInfo(item.filename, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(item))
    return out.getvalue()


def _word(name: str) -> str:
    return "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}" + name


class _Writer:
    """Writes nodes into a document, or into a cell of one of its tables."""

    def __init__(self, document: Any, base: str, picture: Picture) -> None:
        self.document = document
        self.base = base
        self.picture = picture
        self.place = document
        self.new_page = False
        self.pictures = 0

    def blocks(self, node: Node, style: str | None = None) -> None:
        """Everything in a node; words that stand in no block make a paragraph."""
        loose: list[Node | str] = []
        for child in node.children:
            if isinstance(child, str) or child.tag in INLINE:
                loose.append(child)
                continue
            self.loose(loose, style)
            loose = []
            self.block(child, style)
        self.loose(loose, style)

    def loose(self, children: list[Node | str], style: str | None) -> None:
        if any(isinstance(child, Node) or child.strip() for child in children):
            self.paragraph(Node("p", {}, children), style)

    def block(self, node: Node, style: str | None) -> None:
        if node.tag == "hr":
            return
        if node.tag in HEADINGS:
            self.paragraph(node, "Title" if node.tag == "h1" else f"Heading {int(node.tag[1]) - 1}")
        elif node.tag in {"p", "dd", "pre"}:
            self.paragraph(node, style)
        elif node.tag == "dt":
            self.paragraph(Node("p", {}, [Node("strong", {}, node.children)]), style)
        elif node.tag in {"ul", "ol"}:
            self.list(node, 1)
        elif node.tag == "table":
            self.table(node)
        else:
            self.new_page = self.new_page or bool(NEW_PAGE & set(node.attributes.get("class", "").split()))
            self.blocks(node, "Quote" if node.tag == "blockquote" else style)

    def paragraph(self, node: Node, style: str | None = None) -> Any:
        made = self.place.add_paragraph(style=style)
        if self.new_page:
            made.paragraph_format.page_break_before = True
            self.new_page = False
        self.inline(node, made, frozenset())
        return made

    # Words.

    def inline(self, node: Node, paragraph: Any, marks: frozenset[str]) -> None:
        for child in node.children:
            if isinstance(child, str):
                self.words(child, paragraph, paragraph._p, marks)
            elif child.tag == "img":
                self.image(child, paragraph)
            elif child.tag == "br":
                paragraph.add_run().add_break()
            elif child.tag == "a" and child.attributes.get("href"):
                self.link(child, paragraph, marks)
            else:
                if child.attributes.get("class") == "block__kind":
                    paragraph.add_run().add_break()
                self.inline(child, paragraph, marks | {child.tag})

    def words(self, text: str, paragraph: Any, parent: Any, marks: frozenset[str]) -> None:
        words = re.sub(r"\s+", " ", text)
        if not paragraph.text or paragraph.text.endswith((" ", "\n")):
            words = words.lstrip()
        if not words:
            return
        run = paragraph.add_run(words)
        run.bold = True if marks & {"strong", "th"} else None
        run.italic = True if "em" in marks else None
        run.font.superscript = True if "sup" in marks else None
        run.font.subscript = True if "sub" in marks else None
        if "a" in marks:
            from docx.shared import RGBColor  # noqa: PLC0415 -- see above

            run.font.underline, run.font.color.rgb = True, RGBColor.from_string(LINK_BLUE)
        if parent is not paragraph._p:
            parent.append(run._r)

    def link(self, node: Node, paragraph: Any, marks: frozenset[str]) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 -- see above
        from docx.oxml import OxmlElement  # noqa: PLC0415 -- see above
        from docx.oxml.ns import qn  # noqa: PLC0415 -- see above

        address = urljoin(self.base, node.attributes["href"])
        made = OxmlElement("w:hyperlink")
        made.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        paragraph._p.append(made)
        self.words(text_of(node), paragraph, made, marks | {"a"})

    # Lists: each numbered one begins anew.

    def list(self, node: Node, depth: int) -> None:
        kind = "List Number" if node.tag == "ol" else "List Bullet"
        style = kind if depth == 1 else f"{kind} {min(depth, 3)}"
        numbering = self._numbering(style, node.attributes.get("start", "1")) if node.tag == "ol" else None
        for item in node.nodes:
            self.item(item, style, numbering, depth)

    def item(self, item: Node, style: str, numbering: int | None, depth: int) -> None:
        nested = [child for child in item.nodes if child.tag in {"ul", "ol", "table"}]
        rest = [child for child in item.children if child not in nested]
        made = self.paragraph(Node("li", {}, rest), style)
        if numbering is not None:
            properties = made._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = numbering
            properties.get_or_add_ilvl().val = 0
        for child in nested:
            self.list(child, depth + 1) if child.tag != "table" else self.table(child)

    def _numbering(self, style: str, start: str) -> int:
        """A numbering of its own, of the style's kind."""
        numbering = self.document.part.numbering_part.element
        of_style = self.document.styles[style].element.pPr.numPr.numId.val
        like = next(num for num in numbering.num_lst if num.numId == of_style)
        made = numbering.add_num(like.abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(int(start))
        return int(made.numId)

    # Tables and pictures.

    def table(self, node: Node) -> None:
        rows = [[cell for cell in row.nodes if cell.tag in {"td", "th"}] for row in node.find("tr")]
        if not rows:
            return
        made = self.document.add_table(rows=0, cols=max(map(len, rows)), style="Table Grid")
        for row in rows:
            line = made.add_row()
            if all(cell.tag == "th" for cell in row):
                self._repeat(line)
            for place, cell in zip(line.cells, row, strict=False):
                self.cell(place, cell)
        self.document.add_paragraph()

    def cell(self, place: Any, cell: Node) -> None:
        marks = frozenset({"th"}) if cell.tag == "th" else frozenset[str]()
        self.inline(cell, place.paragraphs[0], marks)

    def _repeat(self, row: Any) -> None:
        from docx.oxml import OxmlElement  # noqa: PLC0415 -- see above

        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def image(self, node: Node, paragraph: Any) -> None:
        from docx.shared import Cm  # noqa: PLC0415 -- see above

        name = PurePosixPath(node.attributes.get("src", "")).name
        data = self.picture(name)
        if data is None:
            return
        svg = name.endswith(".svg")
        run = paragraph.add_run()
        shape = run.add_picture(io.BytesIO(EMPTY_PNG if svg else data), width=Cm(WIDEST_CM))
        if svg:
            shape.height = Cm(WIDEST_CM * height_to_width(data))
            self._show_svg(shape, data)
        shape._inline.docPr.set("descr", node.attributes.get("alt", ""))

    def _show_svg(self, shape: Any, data: bytes) -> None:
        from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 -- see above
        from docx.opc.packuri import PackURI  # noqa: PLC0415 -- see above
        from docx.opc.part import Part  # noqa: PLC0415 -- see above
        from docx.oxml import parse_xml  # noqa: PLC0415 -- see above

        self.pictures += 1
        place = PackURI(f"/word/media/drawing{self.pictures}.svg")
        part = Part(place, "image/svg+xml", data, self.document.part.package)
        key = self.document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
        blip = next(shape._inline.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
        blip.append(parse_xml(SVG_EXTENSION.format(key=key)))


def text_of(node: Node) -> str:
    """All words in a node."""
    return "".join(child if isinstance(child, str) else text_of(child) for child in node.children)


def height_to_width(svg: bytes) -> float:
    """From the drawing's own view box; square when it has none."""
    found = re.search(rb'viewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', svg[:5000])
    width, height = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
    return height / width if width else 1.0
