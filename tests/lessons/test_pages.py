"""The library and a lesson as a teacher and a learner meet them; what is for practitioners never reaches learners."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from eduhub.accounts.models import Person
from eduhub.core.jobs import run_all
from eduhub.lessons.actions import build
from eduhub.lessons.source import BLOCKS, LEARNER_BLOCKS
from tests.conftest import People
from tests.lessons.samples import HIDDEN, SEEN, lesson_text, write_content
from tests.pages import HTML, Browser, text_of


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> Path:
    content = write_content(tmp_path, a_lesson=lesson_text(title="Lungs and vapes"))
    build(content)
    return content


@pytest.mark.usefixtures("lesson")
def test_from_the_library_to_the_lesson(browser: Browser) -> None:
    page = browser.page("/lessons?q=S2+lungs")
    assert "1 lesson for “lungs”" in page.main_text
    assert "Stage: S2" in page.main_text
    shown = browser.page(page.link("Lungs and vapes"))
    assert shown.h1 == "Lungs and vapes"
    assert "No education, health or police reviewer has signed this lesson off yet" in shown.main_text


@pytest.mark.usefixtures("lesson")
def test_an_empty_result_helps(browser: Browser) -> None:
    assert "No lesson fits" in browser.page("/lessons?q=zebra").main_text
    assert browser.page("/lessons?level=nonsense&page=-1&q=%00").status == 200


def test_unknown_lessons_and_versions_are_404(browser: Browser) -> None:
    for url in ("/lessons/nothing", "/lessons/nothing/learner", "/lessons/nothing/packs/latest"):
        assert browser.page(url, status=404).h1 == "We cannot find that page"


@pytest.mark.usefixtures("lesson")
def test_practitioners_see_everything(browser: Browser) -> None:
    html = browser.page("/lessons/a-lesson").html
    missing = [name for name in HIDDEN if f"MARKER-{name}" not in html and name != "parent"]
    missing += [name for name in SEEN if f"SEEN-{name}" not in html]
    assert missing == []


@pytest.mark.usefixtures("lesson")
def test_nothing_for_practitioners_reaches_learners(browser: Browser) -> None:
    """One marker stands in every block that is not for learners: none of them may be in what learners get."""
    run_all()
    html = browser.page("/lessons/a-lesson/learner").html
    pdf = browser.get("/lessons/a-lesson/packs/1.0/a-lesson-learner.pdf").data
    pdf_text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for shown in (html, pdf_text):
        assert [name for name in HIDDEN if f"MARKER-{name}" in shown] == []
        assert [name for name in SEEN if f"SEEN-{name}" not in shown] == []
    assert "MARKER" not in browser.page("/lessons?q=marker").html


def test_every_block_that_is_not_for_learners_bears_a_marker() -> None:
    """A block that is added later is in the sample too, so that every test of what gets out tries it."""
    assert set(HIDDEN) == BLOCKS - LEARNER_BLOCKS | {"plain"}
    text = lesson_text()
    assert [name for name in BLOCKS if f"\n::: {name}" not in text] == []
    assert [name for name in HIDDEN if f"MARKER-{name}\n" not in text] == []


@pytest.mark.usefixtures("lesson")
def test_families_see_only_their_part(browser: Browser) -> None:
    html = browser.page("/lessons/a-lesson/family").html
    assert "MARKER-parent" in html
    assert "MARKER-teacher" not in html


@pytest.mark.usefixtures("lesson")
def test_the_pack(browser: Browser) -> None:
    assert "The pack is being prepared" in browser.page("/lessons/a-lesson").main_text
    run_all()
    page = browser.page("/lessons/a-lesson")
    url = page.link("Download everything")
    response = browser.get(url)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"] == "public, no-cache"
    archive = zipfile.ZipFile(io.BytesIO(response.data))
    manifest = json.loads(archive.read("MANIFEST.json"))
    assert manifest["version"] == "1.0"
    assert manifest["licence"] == "CC-BY-4.0"
    assert {entry["name"] for entry in manifest["files"]} | {
        "MANIFEST.json",
        "LICENCE.txt",
        "HELP.txt",
    } == set(archive.namelist())
    browser.get(url, status=304, headers={"If-None-Match": response.headers["ETag"]})
    part = browser.get(url, status=206, headers={"Range": "bytes=0-9"})
    assert part.data == response.data[:10]
    assert browser.get("/lessons/a-lesson/packs/latest", status=302).headers["Location"] == url
    browser.get("/lessons/a-lesson/packs/1.0/other.pdf", status=404)


@pytest.mark.usefixtures("lesson")
def test_the_newest_pack_of_each_audience(browser: Browser) -> None:
    run_all()
    for audience in ("teacher", "learner", "officer", "family"):
        answer = browser.get(f"/lessons/a-lesson/packs/latest/{audience}", status=302)
        assert answer.headers["Location"] == f"/lessons/a-lesson/packs/1.0/a-lesson-1.0-{audience}.zip"
        browser.get(answer.headers["Location"])
    everything = browser.get("/lessons/a-lesson/packs/latest/everything", status=302)
    assert everything.headers["Location"] == "/lessons/a-lesson/packs/1.0/a-lesson-1.0.zip"
    browser.page("/lessons/a-lesson/packs/latest/nobody", status=404)


@pytest.mark.usefixtures("lesson")
@pytest.mark.parametrize("kind", ["pdf", "docx", "pptx", "html"])
def test_a_download_that_broke_off_goes_on_where_it_was(browser: Browser, kind: str) -> None:
    run_all()
    url = f"/lessons/a-lesson/packs/1.0/a-lesson-learner.{kind}"
    whole = browser.get(url)
    tag, size = whole.headers["ETag"], len(whole.data)
    assert whole.headers["Accept-Ranges"] == "bytes"
    rest = browser.get(url, status=206, headers={"Range": "bytes=100-", "If-Range": tag})
    assert rest.data == whole.data[100:]
    assert rest.headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    assert browser.get(url, status=206, headers={"Range": "bytes=-7"}).data == whole.data[-7:]
    changed = browser.get(url, headers={"Range": "bytes=100-", "If-Range": '"of another time"'})
    assert changed.data == whole.data
    browser.get(url, status=416, headers={"Range": f"bytes={size}-"})
    kept = browser.get(url, status=304, headers={"If-None-Match": tag})
    assert kept.data == b""


@pytest.mark.usefixtures("lesson")
def test_what_a_file_is_and_weighs_is_said_before_the_click_and_true(browser: Browser) -> None:
    run_all()
    page = browser.page("/lessons/a-lesson")
    links = [
        link
        for link in page.all("li")
        if link.find(f"{HTML}a") is not None and "/packs/" in link[0].get("href")
    ]
    assert len(links) == 16
    for link in links:
        size = len(browser.get(link[0].get("href")).data)
        assert text_of(link).endswith(f"{max(1, round(size / 1000))} kB"), text_of(link)
    shown = page.link("Learner sheets (PDF, A4, 4 pages, ")
    assert len(PdfReader(io.BytesIO(browser.get(shown).data)).pages) == 4


@pytest.mark.usefixtures("lesson")
def test_the_teachers_pdf_is_tagged(browser: Browser) -> None:
    run_all()
    data = browser.get("/lessons/a-lesson/packs/1.0/a-lesson-teacher.pdf").data
    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


def test_an_old_version_stays_readable(browser: Browser, lesson: Path) -> None:
    build(write_content(lesson, a_lesson=lesson_text(version="2.0", title="Second edition")))
    assert browser.page("/lessons/a-lesson").h1 == "Second edition"
    old = browser.page("/lessons/a-lesson/versions/1.0")
    assert old.h1 == "Lungs and vapes"
    assert "This is version 1.0" in old.main_text


def test_a_withdrawn_lesson_says_so(browser: Browser, lesson: Path) -> None:
    (lesson / "lessons" / "a-lesson" / "lesson.md").unlink()
    (lesson / "lessons" / "a-lesson").rmdir()
    write_content(lesson, other=lesson_text("other"))
    build(lesson, force=True)
    assert "Do not teach this lesson" in browser.page("/lessons/a-lesson").main_text
    assert "Lungs" not in browser.page("/lessons").main_text


def test_drafts_are_not_shown(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text().replace("status: published", "status: draft")))
    browser.page("/lessons/a-lesson", status=404)
    assert "0 lessons" in browser.page("/lessons").main_text


@pytest.mark.parametrize("rest", ["", "/learner", "/progression", "/versions/1.0", "/packs/latest"])
def test_an_address_no_database_could_look_up(browser: Browser, rest: str) -> None:
    assert browser.page(f"/lessons/%00{rest}", status=404).h1 == "We cannot find that page"
    assert browser.page(f"/lessons/a{rest}%00", status=404)


def test_planning_a_lesson_no_database_could_look_up(
    people: People, sign_in: Callable[[Person], Browser]
) -> None:
    for url in ("/visits/new?lesson=%00", "/deliveries/new?lesson=%00"):
        sign_in(people.teacher).page(url)
