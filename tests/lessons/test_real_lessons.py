"""The shipped lessons as they go out: every pack builds, is tagged, and holds nothing for teachers where learners look."""

import io
import logging
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from eduhub.core.db import db
from eduhub.core.files import CONTENT
from eduhub.lessons.actions import build
from eduhub.lessons.asking import understand
from eduhub.lessons.finding import find_lessons
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.packs import Made
from eduhub.lessons.source import LEARNER_BLOCKS
from tests.lessons.takeaways import all_words, files_of
from tests.pages import Browser

MARKER = "Zebrafish"


def plant(text: str) -> str:
    """A lesson with a marker at the head of every stretch that is not for learners, and in the notes on safety."""
    head, front, body = text.split("---\n", 2)
    for key in ("content_guidance", "safeguarding", "alternatives", "supervision", "visitor_role"):
        front = re.sub(rf'^{key}: "?', lambda found: f"{found[0]}{MARKER} ", front, flags=re.MULTILINE)
    front = re.sub(r"response: ?\"?", lambda found: f"{found[0]}{MARKER} ", front)

    def mark(found: re.Match[str]) -> str:
        return found[0] if found[1] in LEARNER_BLOCKS else f"{found[0]}\n{MARKER} {found[1]}\n"

    body = re.sub(r"^::: ([a-z-]+).*$", mark, body, flags=re.MULTILINE)
    body = re.sub(r"^:::$", f":::\n\n{MARKER} between\n", body, flags=re.MULTILINE)
    return "---\n".join([head, front, f"{MARKER} before\n{body}"])


@pytest.fixture
def planted(app: Flask, tmp_path: Path) -> list[LessonVersion]:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    for path in content.glob("lessons/*/lesson.md"):
        path.write_text(plant(path.read_text()))
    build(content)
    versions = list(db.session.query(LessonVersion))
    assert len(versions) >= 6
    return versions


def test_every_pack_builds_tagged_and_without_a_leak_and_those_with_pictures_twice_the_same(
    planted: list[LessonVersion], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for version in planted:
        slug = version.lesson.slug
        with caplog.at_level(logging.WARNING, logger="weasyprint"):
            made = files_of(version, tmp_path / f"{slug}-1")
        assert caplog.messages == [], slug
        if version.assets:
            again = files_of(version, tmp_path / f"{slug}-2")
            assert {n: one.sha256 for n, one in again.items()} == {n: one.sha256 for n, one in made.items()}
        for name, one in made.items():
            if name.endswith(".pdf"):
                root: Any = PdfReader(one.path).trailer["/Root"]
                assert root["/MarkInfo"]["/Marked"], name
                assert root["/Lang"] == "en", name
        for audience in ("learner", "family"):
            check_audience(made, slug, audience, version.summary)
        html = made[f"{slug}-teacher.html"].path.read_text()
        assert MARKER in html, slug


def check_audience(made: dict[str, Made], slug: str, audience: str, summary: str) -> None:
    """Everything of an audience, its ZIP too, has help in it and nothing of the teacher's."""
    own = {name: one for name, one in made.items() if one.audience == audience and not one.rights}
    assert len(own) == {"learner": 6, "family": 3}[audience], slug
    for name, one in own.items():
        data = one.path.read_bytes()
        shown = texts_of(data, made) if name.endswith(".zip") else all_words(name, data)
        secret = {"learner": MARKER, "family": rf"{MARKER} (?!parent)"}[audience]
        assert re.search(secret, shown) is None, name
        assert summary[:40] not in shown, name
        assert "999" in shown, name


def texts_of(data: bytes, made: dict[str, Made]) -> str:
    """The words of a ZIP beside its files, which are those that are read by themselves."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    other = [name for name in archive.namelist() if name not in made]
    for name in set(archive.namelist()) - set(other):
        assert archive.read(name) == made[name].path.read_bytes(), name
    return " ".join(archive.read(name).decode() for name in other)


def test_pages_for_learners_and_lists_hold_no_marker(planted: list[LessonVersion], browser: Browser) -> None:
    for version in planted:
        slug = version.lesson.slug
        assert MARKER in browser.page(f"/lessons/{slug}").html
        assert MARKER not in browser.page(f"/lessons/{slug}/learner").html
        wall = [browser.page(f"/lessons/{slug}/project?step={step}") for step in range(1, 25)]
        assert wall[-1].h1 == "Where to find help"
        assert [page.h1 for page in wall if MARKER in page.html] == []
        assert MARKER not in str(version.lesson.card)
    # The words of practitioners are found; what is shown of a find is only what lists show.
    assert find_lessons(understand(MARKER, {})).page.total == len(planted)
    found = browser.page(f"/lessons?q={MARKER.lower()}").html
    assert MARKER not in found
