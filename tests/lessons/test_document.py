"""The Word file: what is a list, a link, a picture or a page of its own in the lesson is one in Word too."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document

from eduhub.lessons.document import make_document

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"/>'
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The title</title></head><body>
<h1>The title</h1>
<p>Plain, <strong>strong</strong> and <em>slanted</em>, with <a href="https://c.example/x">a link</a> and
<a href="/curriculum">ours</a>.</p>
<ol><li>One</li><li>Two<ul><li>Inner</li></ul></li></ol>
<p>Between</p>
<ol start="3"><li>Three</li></ol>
<section class="block block-handout"><h3 class="block__title">Sheet <span class="block__kind">Handout</span></h3>
<p><img src="/lessons/files/x/assets/a.svg" alt="What it shows"></p>
<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><th>r</th><td>c <em>d</em></td></tr></tbody></table>
</section>
<blockquote><p>Said</p></blockquote>
<dl><dt>Term</dt><dd>Meaning</dd></dl>
</body></html>"""


@pytest.fixture(scope="module")
def data() -> bytes:
    return make()


def make(picture: bytes | None = SVG) -> bytes:
    properties = {"title": "The title", "comments": "Version 1.0"}
    return make_document(HTML, properties, "gd-GB", "https://eduhub.example/", lambda name: picture)


@pytest.fixture
def word(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def of_style(word: Any, style: str) -> list[str]:
    return [p.text for p in word.paragraphs if p.style.name == style]


def test_the_title_stands_once(word: Any) -> None:
    assert [p.text for p in word.paragraphs if "The title" in p.text] == ["The title"]
    assert word.core_properties.title == "The title"
    assert "python-docx" not in word.core_properties.comments


def test_on_a4_in_letters_without_serifs(word: Any) -> None:
    (section,) = word.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert word.styles["Normal"].font.size.pt >= 12
    fonts = [dict(one.attrib) for one in word.styles.element.iter() if one.tag.endswith("}rFonts")]
    assert fonts
    assert {value for one in fonts for value in one.values()} == {"Arial"}


def test_each_numbered_list_begins_anew(word: Any) -> None:
    numbered = {p.text: p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"}
    assert numbered["One"] == numbered["Two"] != numbered["Three"]
    assert of_style(word, "List Bullet 2") == ["Inner"]
    xml = word.part.numbering_part.element.xml
    assert '<w:startOverride w:val="1"/>' in xml
    assert '<w:startOverride w:val="3"/>' in xml


def test_links_lead_somewhere(word: Any) -> None:
    paragraph = next(p for p in word.paragraphs if p.text.startswith("Plain"))
    assert paragraph.text == "Plain, strong and slanted, with a link and ours."
    assert [(link.text, link.address) for link in paragraph.hyperlinks] == [
        ("a link", "https://c.example/x"),
        ("ours", "https://eduhub.example/curriculum"),
    ]
    assert [run.text for run in paragraph.runs if run.bold] == ["strong"]
    assert [run.text for run in paragraph.runs if run.italic] == ["slanted"]


def test_a_handout_begins_a_page(word: Any) -> None:
    breaks = [p.text.split("\n")[0] for p in word.paragraphs if p.paragraph_format.page_break_before]
    assert breaks == ["Sheet "]


def test_a_drawing_is_there_with_its_words(data: bytes) -> None:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.read("word/media/drawing1.svg") == SVG
    xml = archive.read("word/document.xml").decode()
    assert 'descr="What it shows"' in xml
    assert "svgBlip" in xml
    assert 'cx="6120000" cy="1530000"' in xml


def test_a_picture_that_is_missing_is_left_out() -> None:
    assert "What it shows" not in zipfile.ZipFile(io.BytesIO(make(None))).read("word/document.xml").decode()


def test_a_table_has_its_headings(word: Any) -> None:
    [table] = word.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["A", "B"], ["r", "c d"]]
    assert "<w:tblHeader/>" in table.rows[0]._tr.xml
    assert [run.bold for run in table.rows[1].cells[0].paragraphs[0].runs] == [True]


def test_the_rest_keeps_its_meaning(word: Any, data: bytes) -> None:
    assert of_style(word, "Quote") == ["Said"]
    assert "Meaning" in of_style(word, "Normal")
    assert 'w:lang w:val="gd-GB"' in zipfile.ZipFile(io.BytesIO(data)).read("word/styles.xml").decode()


def test_the_same_lesson_gives_the_same_bytes(data: bytes) -> None:
    assert make() == data
