"""A lesson's history as people read it, what is new since a download, and versions that only go forward."""

import io
import re
from pathlib import Path

import pytest
import time_machine
from docx import Document
from flask import Flask
from pypdf import PdfReader

from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons.actions import LessonsFaulty, build
from eduhub.lessons.inspecting import check
from eduhub.lessons.models import LessonVersion
from tests.lessons.samples import lesson_text, picture_lesson, remove, write_content
from tests.pages import Browser, text_of

LESSON = "/lessons/a-lesson"


def noted(version: str, note: str = "", **changes: str) -> str:
    """A lesson in a version, with its change note and other words in its text."""
    text = lesson_text(version=version).replace("change_note: The middle part is new.\n", "")
    for old, new in changes.items():
        text = text.replace(f"MARKER-{old}", new)
    return text.replace("owner:", f"change_note: {note}\nowner:") if note else text


@pytest.fixture
def three(app: Flask, tmp_path: Path) -> Path:
    """A lesson in versions 1.0, 1.1 and 2.0."""
    for day, text in (
        ("2026-01-10", noted("1.0")),
        ("2026-02-10", noted("1.1", "Shorter words.", teacher="Fewer words.")),
        ("2026-03-10", noted("2.0", "The law changed.", safety="Call 999.", teacher="Fewer words.")),
    ):
        with time_machine.travel(day, tick=False):
            build(write_content(tmp_path, a_lesson=text))
    return tmp_path


@pytest.mark.usefixtures("three")
def test_the_history_names_every_version(browser: Browser) -> None:
    page = browser.page(browser.page(LESSON).link("all versions"))
    assert page.h1 == "Versions of this lesson"
    rows = [text_of(row) for row in page.all("tr")][1:]
    assert [re.split(r" (?=\d+ \w{3} 2026)", row)[0] for row in rows] == [
        "Read version 2.0 In use",
        "Read version 1.1",
        "Read version 1.0",
    ]
    assert "10 Mar 2026 Major Facts, safety, method or outcomes changed.The law changed." in rows[0]
    assert "10 Feb 2026 Minor Wording or layout changed.Shorter words." in rows[1]
    assert "10 Jan 2026 The first version here." in rows[2]
    assert page.link("Compare 2.0") == f"{LESSON}/versions/compare?from=1.1&to=2.0"
    assert page.link("Read version 1.1") == f"{LESSON}/versions/1.1"
    assert "nothing before it" in rows[2]


def test_versions_are_in_the_order_of_their_numbers(browser: Browser, app: Flask, tmp_path: Path) -> None:
    for version in ("1.8", "1.9", "1.10"):
        build(write_content(tmp_path, a_lesson=lesson_text(version=version)))
    page = browser.page(f"{LESSON}/versions")
    found = [text_of(cell) for cell in page.all("th", scope="row")]
    assert found == ["Read version 1.10 In use", "Read version 1.9", "Read version 1.8"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("version", "said", "unsaid"),
    [
        ("1.0", ["You have 1.0; the newest is 2.0.", "Use the new version", "The law", "Shorter words"], []),
        ("1.1", ["You have 1.1; the newest is 2.0.", "Use the new version", "The law"], ["Shorter words"]),
        ("2.0", ["You have 2.0, and that is the newest version.", "Nothing to do"], ["The law", "Use the"]),
    ],
)
def test_what_changed_since_a_download(
    browser: Browser, version: str, said: list[str], unsaid: list[str]
) -> None:
    page = browser.page(f"{LESSON}/since/{version}")
    assert page.h1 == f"What changed since version {version}"
    assert [words for words in said if words not in page.main_text] == []
    assert [words for words in unsaid if words in page.main_text] == []
    if version != "2.0":
        assert page.link("See every change") == f"{LESSON}/versions/compare?from={version}&to=2.0"
        assert "Download version" not in page.main_text
        run_all()
        assert (
            browser.page(f"{LESSON}/since/{version}").link("Download version 2.0") == f"{LESSON}/packs/latest"
        )


def test_a_minor_change_is_told_as_one(browser: Browser, app: Flask, tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        build(write_content(tmp_path, a_lesson=lesson_text(version=version)))
    words = browser.page(f"{LESSON}/since/1.0").main_text
    assert "Only wording or layout changed" in words
    assert "No note was written" in words
    assert "Use the new version" not in words


def test_a_withdrawn_lesson_says_why_everywhere(browser: Browser, three: Path) -> None:
    text = noted("2.1").replace("status: published", "status: withdrawn\nreason: The doses were wrong.")
    build(write_content(three, a_lesson=text, other=lesson_text("other")))
    run_all()
    for part in ("since/1.0", "since/2.1", "versions", "versions/compare", "since/9.9"):
        page = browser.page(f"{LESSON}/{part}", status=404 if part.endswith("9.9") else 200)
        assert "The doses were wrong." in page.main_text, part
        assert "Download version" not in page.main_text
        assert "Nothing to do" not in page.main_text


def test_a_vanished_lesson_keeps_its_history(browser: Browser, three: Path) -> None:
    remove(three, "a-lesson")
    build(write_content(three, other=lesson_text("other")), force=True)
    for part in ("since/1.0", "versions"):
        assert "no longer among the lessons" in browser.page(f"{LESSON}/{part}").main_text


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "part",
    [
        "since/7.7",
        "since/x",
        "versions/compare?from=7.7",
        "versions/compare?to=%3Cb%3E&from=1.0",
    ],
)
def test_an_unknown_version_has_a_clear_page(browser: Browser, part: str) -> None:
    page = browser.page(f"{LESSON}/{part}", status=404)
    assert page.h1 == "We do not know that version"
    assert page.link("Read version 2.0") == f"{LESSON}/versions/2.0"


def test_a_lesson_that_is_not_there_has_no_history(browser: Browser, app: Flask, tmp_path: Path) -> None:
    draft = lesson_text().replace("status: published", "status: draft")
    build(write_content(tmp_path, a_lesson=draft))
    for part in ("versions", "versions/compare", "since/1.0"):
        for slug in ("a-lesson", "nothing"):
            assert browser.page(f"/lessons/{slug}/{part}", status=404).h1 == "We cannot find that page"


def test_every_file_of_a_pack_says_where_to_ask(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text()))
    run_all()
    address = "/lessons/a-lesson/since/1.0"
    for kind in ("teacher", "learner"):
        data = browser.get(f"{LESSON}/packs/1.0/a-lesson-{kind}.pdf").data
        reader = PdfReader(io.BytesIO(data))
        assert address in "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    document = Document(io.BytesIO(browser.get(f"{LESSON}/packs/1.0/a-lesson-teacher.docx").data))
    assert any(
        "What changed since this version: http" in p.text and address in p.text for p in document.paragraphs
    )


# The compare page.


@pytest.mark.usefixtures("three")
def test_the_compare_page_shows_what_came_and_went(browser: Browser) -> None:
    page = browser.page(f"{LESSON}/versions/compare?from=1.0&to=2.0")
    assert page.h1 == "What changed from 1.0 to 2.0"
    assert "The law changed." in page.main_text
    assert "Shorter words." in page.main_text
    came = [text_of(element) for element in page.all("ins")]
    went = [text_of(element) for element in page.all("del")]
    assert "added: Call 999. (end of added)" in came
    assert "added: Fewer words. (end of added)" in came
    assert "removed: MARKER-safety (end of removed)" in went
    assert "MARKER-hint" not in page.main_text
    assert "For the teacher" in [text_of(heading) for heading in page.all("h3")]


@pytest.mark.usefixtures("three")
def test_what_is_compared_when_nothing_is_asked_for(browser: Browser) -> None:
    assert browser.page(f"{LESSON}/versions/compare").h1 == "What changed from 1.1 to 2.0"
    assert browser.page(f"{LESSON}/versions/compare?to=1.1").h1 == "What changed from 1.0 to 1.1"
    assert browser.page(f"{LESSON}/versions/compare?from=2.0&to=1.0").h1 == "What changed from 1.0 to 2.0"
    same = browser.page(f"{LESSON}/versions/compare?from=1.1&to=1.1")
    assert "These are the same version." in same.main_text
    first = browser.page(f"{LESSON}/versions/compare?to=1.0").main_text
    assert "there is nothing before it" in first
    assert same.form()["from"] == "1.1"


def test_one_version_alone_is_said(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text()))
    assert "only one version" in browser.page(f"{LESSON}/versions/compare").main_text


def test_a_file_that_was_replaced_is_named(browser: Browser, app: Flask, tmp_path: Path) -> None:
    for version, words in (("1.0", "first"), ("1.1", "second")):
        build(write_content(tmp_path, a_lesson=picture_lesson(tmp_path, words, version)))
    page = browser.page(f"{LESSON}/versions/compare")
    assert "Files that were replaced" in [text_of(heading) for heading in page.all("h2")]
    assert "a.svg" in [text_of(item) for item in page.all("li")]


def test_words_of_a_lesson_stay_words(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text()))
    text = noted("1.1", teacher="`<script>alert(1)</script>` & more")
    build(write_content(tmp_path, a_lesson=text))
    page = browser.page(f"{LESSON}/versions/compare")
    assert "<script>alert(1)</script> & more" in page.main_text
    assert "<script>alert" not in page.html


# Versions only go forward.


@pytest.mark.parametrize(
    ("version", "note", "words"),
    [
        ("2.0", "", "version 2.0 follows 1.1 and says nowhere what changed"),
        ("3.4", "", "version 3.4 follows 1.1 and says nowhere what changed"),
        ("1.0", "", "version 1.0 does not come after 1.1"),
        ("1.01", "", "version 1.01 does not come after 1.1"),
        ("1.1", "", "the lesson changed but version 1.1 is published"),
        ("1.2", "", ""),
        ("1.10", "", ""),
        ("2.0", "The law changed.", ""),
    ],
)
def test_a_version_only_goes_forward(app: Flask, tmp_path: Path, version: str, note: str, words: str) -> None:
    for before in ("1.0", "1.1"):
        build(write_content(tmp_path, a_lesson=noted(before)))
    write_content(tmp_path, a_lesson=noted(version, note, hint="Other words."))
    if not words:
        assert build(tmp_path).changed == 1
        return
    with pytest.raises(LessonsFaulty) as caught:
        build(tmp_path)
    [finding] = caught.value.findings
    assert (finding.code, finding.line) == ("version", 4)
    assert words in finding.message
    assert finding.mend
    assert db.session.query(LessonVersion).count() == 2


def test_the_check_says_it_before_the_build(app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=noted("1.1")))
    vocabularies = tmp_path / "vocab"
    assert vocabularies.is_dir()
    write_content(tmp_path, a_lesson=noted("1.0"))
    assert "does not come after 1.1" in "".join(map(str, check(tmp_path / "lessons")))


def test_a_draft_may_have_any_version(app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=noted("1.1")))
    draft = noted("1.0").replace("status: published", "status: draft")
    assert build(write_content(tmp_path, a_lesson=draft)).drafts == 1


def test_the_first_version_of_a_lesson_needs_no_note(app: Flask, tmp_path: Path) -> None:
    assert build(write_content(tmp_path, a_lesson=noted("3.0"))).added == 1
