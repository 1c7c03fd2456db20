"""Packs: for each audience its files, with nothing of another's, help in each, and always with the same bytes."""

import json
import logging
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from docx import Document
from flask import Flask
from pptx import Presentation
from pypdf import PdfReader

from eduhub.core.db import db
from eduhub.core.files import STATIC, sha256_of
from eduhub.lessons import packs
from eduhub.lessons.actions import build
from eduhub.lessons.models import Audience, LessonVersion
from eduhub.lessons.packs import RESERVED, Made
from eduhub.lessons.paper import InaccessibleError, make_pdf
from tests.databases import Database
from tests.lessons.samples import HIDDEN, SEEN, SVG, lesson_text, picture_lesson, write_content
from tests.lessons.takeaways import all_words, files_of, print_sizes
from tests.lessons.test_shown import SUPPORT, full_text

SINGLES = {
    "learner": ("pdf", "docx", "pptx", "html"),
    "teacher": ("pdf", "docx", "pptx", "html"),
    "officer": ("pdf",),
    "family": ("pdf", "docx"),
}
FOR_LEARNERS = ("learner.pdf", "learner-large-print.pdf", "learner.docx", "learner.pptx", "learner.html")


def version_of(folder: Path, text: str) -> LessonVersion:
    content = write_content(folder, a_lesson=text)
    (content / "vocab" / "support-services.yaml").write_text(SUPPORT)
    build(content)
    return db.session.query(LessonVersion).one()


@pytest.fixture(scope="module")
def made(shared_app: Flask, database: Database, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """The pack of a lesson with a block of every kind and every field filled in; made once, for it is only read."""
    folder = tmp_path_factory.mktemp("made")
    with shared_app.app_context():
        db.engine.dispose()
        database.refresh()
        pack = files_of(version_of(folder, full_text()), folder / "pack")
        db.session.remove()
        db.engine.dispose()
    return pack


def words(made: dict[str, Made], name: str) -> str:
    return all_words(name, made[name].path.read_bytes())


def test_every_audience_has_its_files(made: dict[str, Made]) -> None:
    singles = {f"a-lesson-{who}.{kind}" for who, kinds in SINGLES.items() for kind in kinds}
    zips = {f"a-lesson-1.0-{who}.zip" for who in SINGLES} | {"a-lesson-1.0.zip"}
    assert set(made) == singles | zips | {"a-lesson-learner-large-print.pdf"}
    assert next(iter(made)) == "a-lesson-1.0.zip"


def test_no_pack_is_offered_that_would_be_empty(app: Flask, tmp_path: Path) -> None:
    text = re.sub(r"^::: (officer|parent)$.*?^:::$", "", lesson_text(), flags=re.MULTILINE | re.DOTALL)
    made = files_of(version_of(tmp_path, text), tmp_path / "pack")
    assert [name for name in made if "officer" in name or "family" in name] == []


@pytest.mark.parametrize("name", [*(f"a-lesson-{rest}" for rest in FOR_LEARNERS), "a-lesson-1.0-learner.zip"])
def test_nothing_for_practitioners_is_in_what_learners_take_away(made: dict[str, Made], name: str) -> None:
    shown = words(made, name)
    assert "MARKER" not in shown
    for secret in ("Two adults in the room", "Some live with it", "Most do not", "A short summary"):
        assert secret not in shown, secret
    seen = SEEN if not name.endswith(".pptx") else ("slide", "support")
    assert [block for block in seen if f"SEEN-{block}" not in shown] == []


@pytest.mark.parametrize(
    "name",
    [*(f"a-lesson-{rest}" for rest in (*FOR_LEARNERS, "family.pdf", "family.docx", "officer.pdf"))]
    + [f"a-lesson-teacher.{kind}" for kind in SINGLES["teacher"]]
    + [f"a-lesson-1.0{rest}.zip" for rest in ("", "-learner", "-family", "-officer", "-teacher")],
)
def test_help_and_the_state_of_review_are_in_every_file(made: dict[str, Made], name: str) -> None:
    shown = " ".join(words(made, name).split())
    assert "0800 1111" in shown
    assert "999" in shown
    assert "No education, health or police reviewer has signed this lesson off yet" in shown


def test_an_archive_says_where_to_find_help_by_itself(made: dict[str, Made]) -> None:
    for name in (name for name in made if name.endswith(".zip")):
        said = zipfile.ZipFile(made[name].path).read("HELP.txt").decode()
        assert "Childline: 0800 1111" in said
        assert "999" in said


def test_the_teachers_files_hold_everything(made: dict[str, Made]) -> None:
    for kind in ("pdf", "docx", "html"):
        shown = words(made, f"a-lesson-teacher.{kind}")
        assert [name for name in HIDDEN if f"MARKER-{name}" not in shown] == [], kind
        assert [name for name in SEEN if f"SEEN-{name}" not in shown] == [], kind


def test_the_officers_part_comes_first_and_the_plan_after(made: dict[str, Made]) -> None:
    shown = words(made, "a-lesson-officer.pdf")
    assert shown.index("Your part") < shown.index("MARKER-officer") < shown.index("The plan")
    assert "brings nothing" in shown[: shown.index("MARKER-officer")]
    assert "MARKER-activity" in shown


@pytest.mark.parametrize("name", ["a-lesson-family.pdf", "a-lesson-family.docx", "a-lesson-1.0-family.zip"])
def test_families_get_their_letter_and_nothing_else(made: dict[str, Made], name: str) -> None:
    shown = words(made, name)
    assert "MARKER-parent" in shown
    assert "We look at vapes together" in shown
    assert [block for block in HIDDEN if f"MARKER-{block}" in shown] == ["parent"]


# What each kind of file is.


@pytest.mark.parametrize("who", ["learner", "learner-large-print", "teacher", "officer", "family"])
def test_pdfs_are_tagged_and_say_their_language(made: dict[str, Made], who: str) -> None:
    one = made[f"a-lesson-{who}.pdf"]
    root: Any = PdfReader(one.path).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in one.path.read_bytes() or "pdfuaid" in root["/Metadata"].get_data().decode()
    pages = len(PdfReader(one.path).pages)
    assert one.format == f"PDF, A4, {pages} page" + ("" if pages == 1 else "s")


def test_large_print_has_nothing_below_eighteen_points(made: dict[str, Made]) -> None:
    assert min(print_sizes(made["a-lesson-learner.pdf"].path.read_bytes())) < 18
    assert min(print_sizes(made["a-lesson-learner-large-print.pdf"].path.read_bytes())) >= 18


@pytest.mark.parametrize("name", ["pack.css", "pack-large.css"])
def test_print_is_black_white_and_grey(name: str) -> None:
    style = (STATIC / "css" / name).read_text()
    colours = re.findall(r"#([0-9a-f]{3,8})\b", style)
    assert [colour for colour in colours if len(set(colour)) != 1] == []
    assert re.findall(r"rgb|hsl|background", style) == []


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><head><title>T</title></head><body><p>Words</p></body></html>", "lang"),
        ('<html lang="en"><head><title>T</title></head><body>{}</body></html>', "alt description"),
    ],
    ids=["language", "picture"],
)
def test_a_pack_that_would_shut_somebody_out_is_not_built(
    app: Flask, tmp_path: Path, html: str, words: str
) -> None:
    version = version_of(tmp_path, picture_lesson(tmp_path))
    picture = f'<img src="/lessons/files/{version.id}/assets/a.svg">'
    with pytest.raises(InaccessibleError, match=words):
        make_pdf(html.format(picture), version)
    logging.getLogger().setLevel(logging.CRITICAL)
    try:
        with pytest.raises(InaccessibleError, match=words):
            make_pdf(html.format(picture), version)
    finally:
        logging.getLogger().setLevel(logging.WARNING)


def test_word_files_have_real_headings(made: dict[str, Made]) -> None:
    for who, heading in (
        ("learner", "Your sheet"),
        ("teacher", "The plan"),
        ("family", "Where to find help"),
    ):
        word = Document(str(made[f"a-lesson-{who}.docx"].path))
        styles = {p.text.strip(): p.style.name for p in word.paragraphs if p.style}
        assert styles["A lesson"] == "Title"
        assert styles[heading] == "Heading 1"


def test_slides_are_the_slide_blocks_with_what_follows_as_notes(made: dict[str, Made]) -> None:
    teacher = Presentation(str(made["a-lesson-teacher.pptx"].path))
    titles = [slide.shapes.title.text for slide in teacher.slides]
    assert titles == ["A lesson", "What we are learning", "How we will know", "Look", "Where to find help"]
    assert "MARKER-answer" in teacher.slides[0].notes_slide.notes_text_frame.text
    assert [shape.text for shape in teacher.slides[3].placeholders] == ["Look", "SEEN-slide"]


def test_learners_slides_have_no_notes_at_all(made: dict[str, Made]) -> None:
    path = made["a-lesson-learner.pptx"].path
    assert [slide.has_notes_slide for slide in Presentation(str(path)).slides] == [False] * 3
    assert [name for name in zipfile.ZipFile(path).namelist() if "notes" in name] == []


def test_without_slide_blocks_each_part_and_each_learner_block_is_a_slide(app: Flask, tmp_path: Path) -> None:
    text = lesson_text().replace("::: slide\nSEEN-slide\n:::\n", "").replace('title="Do it"', 'title="Go on"')
    made = files_of(version_of(tmp_path, text), tmp_path / "pack")
    teacher = Presentation(str(made["a-lesson-teacher.pptx"].path))
    notes = {
        slide.shapes.title.text: slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        for slide in teacher.slides
    }
    assert list(notes)[3:] == ["Begin", "Go on", "Your sheet", "Remember", "Sheet", "Where to find help"]
    assert "MARKER-teacher" in notes["A lesson"]
    assert "MARKER-activity" in notes["Go on"]
    assert "MARKER-answer" in notes["Go on"]
    assert "MARKER" not in words(made, "a-lesson-learner.pptx")


def test_pictures_come_along_with_their_words(app: Flask, tmp_path: Path) -> None:
    text = picture_lesson(tmp_path, block="SEEN-slide")
    made = files_of(version_of(tmp_path, text), tmp_path / "pack")
    shows = zipfile.ZipFile(made["a-lesson-learner.pptx"].path)
    assert shows.read("ppt/media/drawing1.svg").decode() == SVG.format(words="first")
    assert any('descr="A drawing"' in shows.read(n).decode() for n in shows.namelist() if "slides/slide" in n)
    html = made["a-lesson-learner.html"].path.read_text()
    assert 'src="data:image/svg+xml;base64,' in html
    assert 'alt="A drawing"' in html


@pytest.mark.parametrize("who", ["teacher", "learner"])
def test_a_web_page_stands_alone(made: dict[str, Made], who: str) -> None:
    html = made[f"a-lesson-{who}.html"].path.read_text()
    assert "<script" not in html
    assert re.findall(r'\ssrc="(?!data:)', html) == []
    assert re.findall(r'<(?!a\b)[^>]*\shref="(?!#)', html) == []
    assert re.findall(r"url\(|@import", html) == []
    assert re.findall(r'href="/', html) == []
    assert "default-src 'none'" in html


# Archives.


def test_the_manifest_says_what_is_in_a_pack(made: dict[str, Made]) -> None:
    archive = zipfile.ZipFile(made["a-lesson-1.0-officer.zip"].path)
    manifest = json.loads(archive.read("MANIFEST.json"))
    assert manifest["audience"] == "officer"
    assert manifest["outcomes"] == [{"code": "HWB 3-38a", "relation": "teaches"}]
    assert (manifest["licence"], manifest["attribution"]) == ("CC-BY-4.0", "Somebody")
    assert manifest["language"] == "en"
    assert {one["name"] for one in manifest["files"]} == set(archive.namelist()) - {
        "HELP.txt",
        "LICENCE.txt",
        "MANIFEST.json",
    }
    for one in manifest["files"]:
        assert one["bytes"] == archive.getinfo(one["name"]).file_size
        assert one["sha256"] == made[one["name"]].sha256 == sha256_of(made[one["name"]].path)
        assert one["audience"] in {"officer", "learner"}
        assert one["licence"] == "CC-BY-4.0"


def test_what_is_compressed_is_not_compressed_again(made: dict[str, Made]) -> None:
    archive = zipfile.ZipFile(made["a-lesson-1.0.zip"].path)
    assert archive.testzip() is None
    kinds = {PurePosixPath(item.filename).suffix: item.compress_type for item in archive.infolist()}
    assert {kind for kind, how in kinds.items() if how == zipfile.ZIP_STORED} == {".pdf", ".docx", ".pptx"}
    assert {kind for kind, how in kinds.items() if how == zipfile.ZIP_DEFLATED} == {".html", ".txt", ".json"}


def test_a_rebuild_gives_the_same_bytes(app: Flask, tmp_path: Path) -> None:
    version = version_of(tmp_path, picture_lesson(tmp_path))
    first, second = (files_of(version, tmp_path / name) for name in ("one", "two"))
    kinds = {PurePosixPath(name).suffix for name in first}
    assert kinds == {".zip", ".pdf", ".docx", ".pptx", ".html", ".svg"}
    assert {name: one.sha256 for name, one in first.items()} == {n: o.sha256 for n, o in second.items()}


def test_names_suit_every_system(app: Flask, tmp_path: Path) -> None:
    """Windows keeps some names for itself, takes no dot at the end, and does not tell A from a."""
    text = picture_lesson(tmp_path)
    assets = tmp_path / "lessons" / "a-lesson" / "assets"
    extra = ("CON.svg", "A.svg", "a-lesson-teacher.pdf", "lpt1.old.svg", "end.")
    entry = "  - {{path: assets/{}, title: T, audience: all, kind: image, alt: x, licence: CC0, holder: H, source: S}}\n"
    for name in extra:
        (assets / name).write_text(f"<svg xmlns='http://www.w3.org/2000/svg' id='{name}'/>")
    listed = text[text.index("assets: [") : text.index("]\n", text.index("assets: [")) + 2]
    text = text.replace(listed, "assets:\n" + "".join(entry.format(name) for name in ("a.svg", *extra)))
    made = files_of(version_of(tmp_path, text), tmp_path / "pack")
    names = [one.lower() for one in made]
    assert len(set(names)) == len(names)
    assert [name for name in names if name.partition(".")[0] in RESERVED or name.endswith(".")] == []
    assert [name for name in made if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name)] == []
    assert {"a.svg", "A-2.svg", "file-CON.svg", "file-lpt1.old.svg", "a-lesson-teacher-2.pdf", "end"} <= set(
        made
    )
    assert made["a-lesson-teacher.pdf"].format.startswith("PDF, A4")
    assert made["a-lesson-teacher-2.pdf"].sha256 == sha256_of(assets / "a-lesson-teacher.pdf")


@pytest.mark.parametrize(
    ("audience", "held"),
    [
        ("teacher", {"everything", "teacher"}),
        ("officer", {"everything", "officer"}),
        ("parent", {"everything", "teacher", "family"}),
        ("learner", {"everything", "teacher", "officer", "learner"}),
        ("all", {"everything", "teacher", "officer", "learner", "family"}),
    ],
)
def test_files_of_the_lesson_go_to_their_audience_only(
    app: Flask, tmp_path: Path, audience: str, held: set[str]
) -> None:
    block = "MARKER-parent" if audience == "parent" else "MARKER-teacher"
    version = version_of(tmp_path, picture_lesson(tmp_path, audience=audience, block=block))
    made = files_of(version, tmp_path / "pack")
    zips = {
        one.audience.value: zipfile.ZipFile(one.path) for one in made.values() if one.path.suffix == ".zip"
    }
    assert {who for who, archive in zips.items() if "a.svg" in archive.namelist()} == held
    for who, archive in zips.items():
        assert ("A drawing" in archive.read("LICENCE.txt").decode()) is (who in held)
    shown = words(made, "a-lesson-learner.pdf")
    assert ("A drawing" in shown) is (audience in {"learner", "all"})


def test_every_audience_of_a_file_is_known() -> None:
    assert set(packs.PACKS) == set(Audience)
