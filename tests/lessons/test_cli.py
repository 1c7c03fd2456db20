"""The commands as an author and an operator type them."""

import dataclasses
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from eduhub.lessons.cli import commands
from tests.lessons.samples import lesson_text, remove, write_content


@pytest.fixture
def content(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b"))
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=folder)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    return folder


def run(app: Flask, *words: str | Path, code: int = 0) -> str:
    result: Result = app.test_cli_runner().invoke(commands, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


def test_a_broken_vocabulary_is_a_sentence(app: Flask, content: Path) -> None:
    (content / "vocab" / "topics.yaml").write_text("a: [\n")
    for command, code in (("check", 2), ("build", 1)):
        assert "topics.yaml:2: this is not YAML" in run(app, command, code=code)


def test_where_there_is_no_lesson_it_is_said(app: Flask, content: Path) -> None:
    assert "there is no lesson in" in run(app, "check", content / "vocab", code=2)
    for slug in ("a", "b"):
        remove(content, slug)
    (content / "lessons").rmdir()
    assert "there is no folder" in run(app, "build", code=1)


def test_notes_and_drafts_are_told(app: Flask, content: Path) -> None:
    (content / "lessons" / "ideas").mkdir()
    write_content(content, b=lesson_text("b").replace("status: published", "status: draft"))
    said = run(app, "build")
    assert "1 added, 0 changed, 0 unchanged, 0 withdrawn." in said
    assert "1 not yet published" in said
    assert "the folder ideas holds no lesson.md" in said
    assert "the folder ideas holds no lesson.md" in run(app, "check")


def test_most_of_the_library_goes_only_by_force(app: Flask, content: Path) -> None:
    run(app, "build")
    for slug in ("a", "b"):
        remove(content, slug)
    assert "build with --force" in run(app, "build", code=1)
    assert "2 withdrawn" in run(app, "build", "--force")


def test_packs_are_built_at_once(app: Flask, content: Path) -> None:
    run(app, "build")
    assert run(app, "packs") == "2 built.\n"
    assert run(app, "packs") == "0 built.\n"
    assert run(app, "packs", "--rebuild") == "2 built.\n"
