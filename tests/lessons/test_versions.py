"""What is published stays: drafts leave it alone, old versions keep their pictures, addresses lead on."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from flask import Flask

from eduhub.core.audit import AuditEntry
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons import body, render
from eduhub.lessons.actions import LibraryWouldEmpty, build
from eduhub.lessons.asking import understand
from eduhub.lessons.finding import find_lessons
from eduhub.lessons.models import Lesson, LessonVersion, PackFile, Status
from eduhub.lessons.packing import build_pack, packs_wanted
from eduhub.lessons.queries import current, version_of
from eduhub.lessons.renderer import Rendered, render_texts
from eduhub.lessons.storage import stored
from tests.lessons.samples import lesson_text, picture_lesson, remove, rename, write_content
from tests.pages import Browser


def state(text: str, status: str) -> str:
    return text.replace("status: published", f"status: {status}")


@pytest.mark.parametrize("status", ["draft", "in_review"])
def test_a_draft_leaves_the_live_lesson_alone(
    browser: Browser, app: Flask, tmp_path: Path, status: str
) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(title="Live"))
    build(content)
    run_all()
    write_content(tmp_path, a_lesson=state(lesson_text(version="2.0", title="Draft"), status))
    assert build(content).drafts == 1
    assert browser.page("/lessons/a-lesson").h1 == "Live"
    assert browser.page("/lessons/a-lesson/versions/1.0").h1 == "Live"
    browser.get("/lessons/a-lesson/packs/1.0/a-lesson-teacher.docx")
    browser.page("/lessons/a-lesson/versions/2.0", status=404)
    assert "Live" in browser.page("/lessons").main_text


def test_drafts_never_become_public(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=state(lesson_text(title="Draft"), "draft"))
    build(content)
    run_all()
    write_content(tmp_path, a_lesson=lesson_text(version="2.0", title="Live"))
    build(content)
    assert browser.page("/lessons/a-lesson").h1 == "Live"
    browser.page("/lessons/a-lesson/versions/1.0", status=404)
    browser.page("/lessons/a-lesson/packs/1.0/a-lesson-1.0.zip", status=404)
    assert db.session.query(LessonVersion).count() == 1


def test_a_draft_may_be_edited_without_a_new_version(app: Flask, tmp_path: Path) -> None:
    for words in ("one", "two"):
        text = state(lesson_text().replace("MARKER-plain", words), "draft")
        assert build(write_content(tmp_path, a_lesson=text)).drafts == 1


def test_a_withdrawn_lesson_is_not_handed_out(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(title="Old"), other=lesson_text("other"))
    build(content)
    run_all()
    text = state(lesson_text(version="1.1", title="Old"), "withdrawn\nreason: The advice on doses was wrong.")
    write_content(tmp_path, a_lesson=text)
    build(content)
    run_all()
    for part in ("learner", "family"):
        page = browser.page(f"/lessons/a-lesson/{part}")
        assert "The advice on doses was wrong" in page.main_text
        assert "SEEN" not in page.html
        assert "MARKER" not in page.html
    assert "The advice on doses was wrong" in browser.page("/lessons/a-lesson/versions/1.0").main_text
    for name in ("packs/latest", "packs/1.0/a-lesson-1.0.zip", "packs/1.1/a-lesson-learner.pdf"):
        assert "The advice on doses was wrong" in browser.page(f"/lessons/a-lesson/{name}", status=410).text


def test_a_vanished_lesson_gives_a_reason(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(), other=lesson_text("other"))
    build(content)
    (content / "lessons" / "a-lesson" / "lesson.md").unlink()
    assert build(content).withdrawn == 1
    assert "no longer among the lessons" in browser.page("/lessons/a-lesson/learner").main_text


def test_a_version_keeps_its_pictures(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=picture_lesson(tmp_path, "first")))
    build(write_content(tmp_path, a_lesson=picture_lesson(tmp_path, "second", "2.0")))
    remove(tmp_path, "a-lesson")
    run_all()
    for version, words in (("1.0", b"first"), ("2.0", b"second")):
        page = browser.page(f"/lessons/a-lesson/versions/{version}")
        picture = next(image.get("src") for image in page.all("img"))
        answer = browser.get(picture)
        assert words in answer.data
        assert answer.mimetype == "image/svg+xml"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        archive = browser.get(f"/lessons/a-lesson/packs/{version}/a-lesson-{version}.zip").data
        assert words in zipfile.ZipFile(io.BytesIO(archive)).read("a.svg")
    browser.get(picture.replace("a.svg", "b.svg"), status=404)


def test_a_renamed_folder_is_led_on(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=picture_lesson(tmp_path))
    build(content)
    rename(content, "a-lesson", "better-name")
    build(content)
    for rest in ("", "/learner", "/family", "/versions/1.0"):
        answer = browser.get(f"/lessons/a-lesson{rest}", status=302)
        assert answer.headers["Location"] == f"/lessons/better-name{rest}"
    page = browser.page("/lessons/better-name")
    browser.get(page.all("img")[0].get("src"))
    browser.page("/lessons/nothing", status=404)


def test_an_address_is_used_again(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(), keeps=lesson_text("keeps"))
    build(content)
    write_content(tmp_path, a_lesson=lesson_text("another", title="Another"))
    built = build(content)
    assert (built.added, built.withdrawn) == (1, 1)
    shown = current("a-lesson")
    assert shown is not None
    assert shown.lesson.title == "Another"
    gone = db.session.query(Lesson).filter(Lesson.status == Status.WITHDRAWN).one()
    assert version_of(gone.slug, "1.0") is not None


def test_two_addresses_are_swapped(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a=lesson_text("a", title="Was A"), b=lesson_text("b", title="Was B"))
    build(content)
    for old, new in (("a", "c"), ("b", "a"), ("c", "b")):
        rename(content, old, new)
    assert build(content).withdrawn == 0
    titles = {row.slug: row.title for row in db.session.query(Lesson)}
    assert titles == {"a": "Was B", "b": "Was A"}
    for old, new in (("a", "c"), ("b", "a"), ("c", "b")):
        rename(content, old, new)
    build(content)
    assert {row.slug: row.title for row in db.session.query(Lesson)} == {"a": "Was A", "b": "Was B"}


def test_an_empty_folder_does_not_empty_the_library(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b"))
    build(content)
    for slug in ("a", "b"):
        remove(content, slug)
    with pytest.raises(LibraryWouldEmpty, match="2 of 2 lessons"):
        build(content)
    assert find_lessons(understand("", {})).page.total == 2
    assert build(content, force=True).withdrawn == 2
    (content / "lessons").rmdir()
    with pytest.raises(ValueError, match="there is no folder"):
        build(content)


def test_other_folders_are_passed_over(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a=lesson_text("a"))
    (content / "lessons" / "notes").mkdir()
    (content / "lessons" / "notes" / "todo.txt").write_text("x")
    assert build(content).added == 1


def test_new_words_reach_lessons_that_did_not_change(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    build(content)
    write_content(tmp_path, a_lesson=lesson_text(version="1.1"))
    build(content)
    run_all()
    vocab = content / "vocab"
    (vocab / "substances.yaml").write_text("nicotine-vapes: {label: Vapes, also: [puff bar, zingers]}\n")
    (vocab / "support-services.yaml").write_text('childline: {label: Childline, phone: "0800 2222"}\n')
    built = build(content)
    assert (built.refreshed, built.changed, built.unchanged) == (1, 0, 0)
    assert [row.slug for row in find_lessons(understand("zingers", {})).page.items] == ["a-lesson"]
    for part in ("learner", "family", "versions/1.0"):
        assert "0800 2222" in browser.page(f"/lessons/a-lesson/{part}").main_text
    run_all()
    assert [build_pack(key) for key in packs_wanted()] == [False, False]
    assert build(content).unchanged == 1


def test_a_new_renderer_reaches_stored_html(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    build(content)
    before = db.session.query(LessonVersion).one().content_hash
    monkeypatch.setattr(render, "renderer_version", lambda: "another")
    monkeypatch.setitem(render.LABELS, "answer", "Answers, kept back")
    assert build(content).refreshed == 1
    shown = current("a-lesson")
    assert shown is not None
    assert "Answers, kept back" in shown.version.practitioner_html
    assert shown.version.content_hash == before
    noted = db.session.query(AuditEntry).filter(AuditEntry.verb == "render").one()
    assert noted.thing_id == str(shown.version.id)


def test_unchanged_lessons_are_not_rendered_again(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b"))
    build(content)
    seen: list[list[str]] = []

    def noted(texts: list[str]) -> list[Rendered]:
        seen.append(texts)
        return render_texts(texts)

    monkeypatch.setattr(body, "render_texts", noted)
    rename(content, "a", "c")
    assert (build(content).unchanged, seen) == (1, [])
    write_content(tmp_path, b=lesson_text("b", version="1.1"))
    assert build(content).changed == 1
    assert len(seen) == 1
    shown = current("c")
    assert shown is not None
    assert "SEEN-learner" in shown.version.learner_html


def test_packs_that_lost_a_file_are_built_again(app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b")))
    run_all()
    assert [build_pack(key) for key in packs_wanted()] == [False, False]
    before = {(file.version_id, file.name): file.sha256 for file in db.session.query(PackFile)}
    lost = db.session.query(PackFile).filter(PackFile.name == "a-teacher.pdf").one()
    version_id, path = lost.version_id, stored(lost.sha256)
    path.unlink()
    assert [key for key in packs_wanted() if build_pack(key)] == [version_id]
    assert path.is_file()
    assert {(file.version_id, file.name): file.sha256 for file in db.session.query(PackFile)} == before


def test_licences_are_those_of_the_lesson_and_its_files(browser: Browser, app: Flask, tmp_path: Path) -> None:
    text = picture_lesson(tmp_path).replace("licence: CC-BY-4.0\nauthors", "licence: OGL-UK-3.0\nauthors")
    build(write_content(tmp_path, a_lesson=text))
    run_all()
    archive = zipfile.ZipFile(io.BytesIO(browser.get("/lessons/a-lesson/packs/1.0/a-lesson-1.0.zip").data))
    words = archive.read("LICENCE.txt").decode()
    assert "Open Government Licence" in words
    assert "Creative Commons" not in words
    assert "a.svg: A drawing. CC0; A holder; source: Own work." in words
    assert json.loads(archive.read("MANIFEST.json"))["licence"] == "OGL-UK-3.0"
    assert "Open Government Licence" in browser.page("/lessons/a-lesson").main_text
