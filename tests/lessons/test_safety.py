"""What must never get out of a lesson's folder, or into what learners get: each way in is a finding."""

import os
from pathlib import Path

import pytest

from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.source import Finding
from tests.lessons.samples import lesson_text, picture_lesson, write_content

CODES = {"HWB 3-38a"}


def findings(folder: Path, text: str) -> list[Finding]:
    write_content(folder, a_lesson=text)
    checked = check_all(lesson_folders(folder / "lessons"), read_vocabularies(folder), CODES)
    return [finding for lesson in checked for finding in lesson.findings]


@pytest.mark.parametrize(
    "line",
    [
        " ::: answer",
        "\t::: answer",
        "\u00a0::: answer",
        "\u200b::: answer",
        "> ::: answer",
        "- ::: answer",
        "\u2003:::",
        ":: answer",
        "：：： answer",
        "∶∶∶ answer",
        "ːːː answer",
        "꞉꞉꞉",
        ":::: answer",
        "Words. ::: answer",
        " ::: nonsense",
    ],
)
def test_a_mark_that_would_not_be_seen_is_a_finding(tmp_path: Path, line: str) -> None:
    """Otherwise what follows would go to learners as part of their own block."""
    text = lesson_text().replace("SEEN-learner", f"SEEN-learner\n{line}\nThe answer is 42.")
    found = findings(tmp_path, text)
    assert {(f.code, f.line) for f in found if f.code == "block"} >= {("block", 73)}, list(map(str, found))


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ('{titel="Do it" minutes=20}', "titel"),
        ('{title="Do it" minutes=abc}', "'abc' is not a whole number"),
        ('{title="Do it" minutes=999}', "999 is not between 1 and 200"),
        ('{title="Do it", minutes=20}', "cannot be read"),
        ('{title="Do it" minutes=20 minutes=20}', "stands twice"),
        ("{title=Do it}", "cannot be read"),
        ('{title="Go on" minutes=5}', "the part Go on has 20 minutes, this block says 5"),
        ('{title="Do it" minutes=31}', "add up to 31 minutes, the lesson has 30"),
    ],
)
def test_a_blocks_attributes_are_read_whole(tmp_path: Path, attributes: str, words: str) -> None:
    found = findings(tmp_path, lesson_text().replace('{title="Do it" minutes=20}', attributes))
    assert [f.line for f in found if words in str(f)] == [43], list(map(str, found))


@pytest.mark.parametrize(
    ("audience", "block", "refused"),
    [
        ("teacher", "SEEN-learner", True),
        ("officer", "SEEN-handout", True),
        ("parent", "SEEN-slide", True),
        ("learner", "SEEN-learner", False),
        ("all", "SEEN-key", False),
        ("teacher", "MARKER-answer", False),
        ("teacher", "MARKER-plain", False),
        ("teacher", "MARKER-parent", True),
        ("parent", "MARKER-parent", False),
        ("learner", "MARKER-parent", False),
    ],
)
def test_a_picture_is_only_for_its_audience(tmp_path: Path, audience: str, block: str, refused: bool) -> None:
    found = findings(tmp_path, picture_lesson(tmp_path, audience=audience, block=block))
    assert [f.code for f in found] == (["audience"] if refused else []), list(map(str, found))


def test_a_picture_that_is_not_listed_is_a_finding(tmp_path: Path) -> None:
    found = findings(tmp_path, lesson_text().replace("SEEN-learner", "Look:\n\n![A drawing](assets/b.svg)"))
    assert [(f.code, f.line) for f in found] == [("asset", 74)]
    assert "assets/b.svg is not listed" in str(found[0])


def test_a_folder_of_assets_that_is_a_link_is_refused(tmp_path: Path) -> None:
    text = picture_lesson(tmp_path)
    folder = tmp_path / "lessons" / "a-lesson"
    elsewhere = tmp_path / "elsewhere"
    (folder / "assets").rename(elsewhere)
    (folder / "assets").symlink_to(elsewhere)
    assert [f.code for f in findings(tmp_path, text)] == ["asset"]


@pytest.mark.parametrize("name", ["lesson.md", "assets/a.svg"])
def test_a_pipe_is_never_opened(tmp_path: Path, name: str) -> None:
    text = picture_lesson(tmp_path)
    write_content(tmp_path, a_lesson=text)
    path = tmp_path / "lessons" / "a-lesson" / name
    path.unlink()
    os.mkfifo(path)
    checked = check_all(lesson_folders(tmp_path / "lessons"), read_vocabularies(tmp_path), CODES)
    assert checked[0].findings != []
