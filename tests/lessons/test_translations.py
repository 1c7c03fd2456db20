"""A translation that fell behind is told which fields and blocks of the original changed, or that nobody can say."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.lessons import translations
from eduhub.lessons.actions import build
from eduhub.lessons.check import lesson_folders, read_vocabularies
from eduhub.lessons.inspecting import checked_at, look_over
from eduhub.lessons.source import Finding
from tests.lessons.samples import lesson_text, write_content

ORIGINAL = lesson_text("a")
NEWER = lesson_text("a", version="2.0")


def translated(version: str = "1.0") -> str:
    return lesson_text("b").replace("lang: en", f'lang: gd\ntranslation_of: a\nof_version: "{version}"')


def found(content: Path) -> list[Finding]:
    """What is said of the translation, by a build."""
    lessons = look_over(lesson_folders(content / "lessons"), read_vocabularies(content))
    (lesson,) = [one for one in lessons if one.slug == "b"]
    codes = {"translation-changed", "translation-unknown"}
    return [one for one in [*lesson.findings, *lesson.advice] if one.code in codes]


@pytest.fixture
def content(app: Flask, tmp_path: Path) -> Path:
    """A site with a lesson and its translation, which is up to date."""
    folder = write_content(tmp_path, a=ORIGINAL, b=translated())
    build(folder)
    return folder


def test_nothing_is_said_of_one_that_is_up_to_date(content: Path) -> None:
    assert found(content) == []


def test_changed_blocks_and_fields_are_named_with_the_line(content: Path) -> None:
    changed = NEWER.replace("SEEN-learner", "New words").replace("MARKER-answer", "New answers")
    write_content(content, a=changed.replace("A short summary of the lesson.", "Another summary."))
    (finding,) = found(content)
    assert (finding.file, finding.line) == (
        "b/lesson.md",
        translated().split("\n").index('of_version: "1.0"') + 1,
    )
    names = "“Summary”, “Answers, for the teacher”, “Your sheet: Learners see this”"
    assert finding.message == f"in a changed since version 1.0: {names}."
    assert finding.mend == "Translate that, then set of_version to 2.0."


def test_the_same_once_the_newer_version_is_built_and_not_rendered_again(content: Path) -> None:
    write_content(content, a=NEWER.replace("SEEN-learner", "New words"))
    before = found(content)
    build(content)
    assert found(content) == before != []


def test_a_block_that_came_or_went_is_named(content: Path) -> None:
    write_content(content, a=NEWER.replace("::: hint\nMARKER-hint\n:::\n", ""))
    (finding,) = found(content)
    assert "“Hint”" in finding.message


def test_nothing_but_the_number_may_have_changed(content: Path) -> None:
    write_content(content, a=NEWER)
    (finding,) = found(content)
    assert finding.message == "no words changed in a since version 1.0."


def test_many_changes_are_counted(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translations, "MOST_NAMED", 1)
    write_content(content, a=NEWER.replace("SEEN-", "New ").replace("MARKER-", "New "))
    (finding,) = found(content)
    assert "” and " in finding.message
    assert " more." in finding.message


def test_a_version_the_site_never_had_cannot_be_compared(content: Path) -> None:
    write_content(content, b=translated("0.9").replace('"0.9"', '"1.1"'), a=NEWER)
    (finding,) = found(content)
    assert finding.code == "translation-unknown"
    assert "this site does not have version 1.1 of a" in finding.message


def test_without_a_database_that_is_said_and_nothing_breaks(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_content(tmp_path, a=NEWER, b=translated())
    monkeypatch.setattr("eduhub.lessons.inspecting.content_folder", lambda: folder)
    monkeypatch.setattr("eduhub.lessons.inspecting._published", dict)
    (lesson,) = [one for one in checked_at() if one.slug == "b"]
    assert "translation-unknown" in [one.code for one in lesson.advice]


def test_an_original_with_faults_is_mended_first(content: Path) -> None:
    write_content(content, a=NEWER.replace("minutes: 30", "minutes: many"))
    assert found(content) == []
