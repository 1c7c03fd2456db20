"""Old addresses: led on where they should be, refused with their line where they cannot be."""

import dataclasses
from pathlib import Path

import pytest
from flask import Flask

from eduhub.core.db import db
from eduhub.lessons.actions import LessonsFaulty, build
from eduhub.lessons.cli import commands
from eduhub.lessons.models import LessonAddress
from eduhub.lessons.redirects import read_redirects
from tests.lessons.samples import lesson_text, remove, rename, write_content
from tests.pages import Browser

LIVING = {"a-lesson", "better-name"}


def write(content: Path, text: str | bytes) -> Path:
    content.mkdir(exist_ok=True)
    (content / "redirects.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    return content


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# old\nx: nowhere\n", 2, "there is no lesson nowhere"),
        ("x: a-lessen\n", 1, "Did you mean a-lesson?"),
        ("a-lesson: better-name\n", 1, "a-lesson is a lesson"),
        ("x: y\ny: x\n", 1, "leads round in a circle"),
        ("x: x\n", 1, "leads round in a circle"),
        ("v: a-lesson\nx: y\ny: z\nz: y\n", 2, "leads round in a circle"),
        ("x: a-lesson\nX Y: a-lesson\n", 2, "is not a key"),
        ("x: [a-lesson]\n", 1, "is not a key"),
        ("x: null\n", 1, "is not a key"),
        ("x: y\ny: {a: b}\n", 2, "is not a key"),
        ("x: a-lesson\nx: better-name\n", 2, "stands twice"),
        ("- x\n", 1, "not a list of old and new addresses"),
        ("x: a-lesson\ny: [\n", 3, "not YAML"),
        ("x: a-lesson\n---\ny: a-lesson\n", 2, "not YAML"),
        ("x: &a a-lesson\ny: *a\n", 1, "anchors, aliases and tags"),
        ("x: !!python/object:os.system a\n", 1, "anchors, aliases and tags"),
        ("x: {" * 5000, 1, "nested too deeply"),
        ("x: a-lesson\ny: a\x00\n", 2, "NUL"),
        ("x: a-lesson\ny: a\u202eb\n", 2, "RIGHT-TO-LEFT"),
        ("".join(f"n{n}: n{n + 1}\n" for n in range(5000)), 1, "leads over more than 20 names"),
        (b"x: caf\xe9\n", 1, "not UTF-8"),
        (b"x: a\n" * 100_000, 1, "larger than 200 kB"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str | bytes, line: int, words: str) -> None:
    found = read_redirects(write(tmp_path, text), LIVING)
    assert [f.line for f in found.findings if words in str(f)][:1] == [line], list(map(str, found.findings))
    assert str(found.findings[0]).startswith("redirects.yaml:")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "redirects.yaml").symlink_to("/etc/passwd")
    assert [f.code for f in read_redirects(tmp_path, LIVING).findings] == ["link"]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "x: y\ny: a-lesson\n"])
def test_an_old_name_may_lead_over_another(tmp_path: Path, text: str) -> None:
    found = read_redirects(write(tmp_path, text), LIVING)
    assert found.findings == []
    assert found.moves == ({"x": "a-lesson", "y": "a-lesson"} if "x" in text else {})
    assert read_redirects(tmp_path / "empty", LIVING).moves == {}


def test_old_addresses_lead_on_where_the_lesson_never_had_them(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    content = write(write_content(tmp_path, a_lesson=lesson_text()), "older: old\nold: a-lesson\n")
    build(content)
    for rest in ("", "/learner", "/versions", "/versions/1.0", "/since/1.0", "/packs/latest"):
        answer = browser.get(f"/lessons/older{rest}", status=302)
        assert answer.headers["Location"] == f"/lessons/a-lesson{rest}"
    answer = browser.get("/lessons/old/versions/compare?from=1.0&to=2.0", status=302)
    assert answer.headers["Location"].startswith("/lessons/a-lesson/versions/compare?from=1.0&to=2.0")
    assert build(content).unchanged == 1
    assert db.session.query(LessonAddress).count() == 2


def test_a_faulty_list_stops_the_build(app: Flask, tmp_path: Path) -> None:
    content = write(write_content(tmp_path, a_lesson=lesson_text()), "a-lesson: a-lesson\n")
    with pytest.raises(LessonsFaulty, match=r"redirects\.yaml:1"):
        build(content)


def test_a_lesson_that_went_gives_its_address_to_another(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(title="Stays"), b=lesson_text("b", title="Went"))
    build(content)
    remove(content, "b")
    build(write(content, "b: a-lesson\n"))
    assert browser.page("/lessons/b").h1 == "Stays"
    [gone] = [row.slug for row in db.session.query(LessonAddress).all()]
    assert gone == "b"
    build(content)
    assert browser.page("/lessons/b").h1 == "Stays"


def test_a_draft_is_led_to_once_it_is_published(browser: Browser, app: Flask, tmp_path: Path) -> None:
    draft = lesson_text().replace("status: published", "status: draft")
    content = write(write_content(tmp_path, a_lesson=draft), "old: a-lesson\n")
    build(content)
    browser.page("/lessons/old", status=404)
    build(write_content(tmp_path, a_lesson=lesson_text()))
    assert browser.page("/lessons/old").h1 == "A lesson"


def test_a_rename_without_a_line_is_led_on_and_told(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(), b=lesson_text("b"))
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=content)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    build(content)
    rename(content, "a-lesson", "better-name")
    said = app.test_cli_runner().invoke(commands, ["build"]).output
    assert "Add 'a-lesson: better-name' to redirects.yaml" in said
    assert browser.page("/lessons/a-lesson/versions/1.0").h1 == "A lesson"
    rename(content, "better-name", "best-name")
    write(content, "a-lesson: best-name\nbetter-name: best-name\n")
    assert "redirects.yaml" not in app.test_cli_runner().invoke(commands, ["build"]).output
    assert browser.get("/lessons/a-lesson", status=302).headers["Location"] == "/lessons/best-name"


def test_the_check_of_all_reads_the_list(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write(write_content(tmp_path, a_lesson=lesson_text()), "x: nowhere\n")
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=content)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    assert "redirects.yaml:1: error: redirect" in app.test_cli_runner().invoke(commands, ["check"]).output
