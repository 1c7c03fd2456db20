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
from eduhub.lessons.packs import make_pack
from eduhub.lessons.source import LEARNER_BLOCKS
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


def words_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_every_pack_builds_twice_the_same_tagged_and_without_a_leak(
    planted: list[LessonVersion], caplog: pytest.LogCaptureFixture
) -> None:
    for version in planted:
        slug = version.lesson.slug
        with caplog.at_level(logging.WARNING, logger="weasyprint"):
            made = {file.name: file.data for file in make_pack(version)}
        assert caplog.messages == [], slug
        assert {file.name: file.data for file in make_pack(version)} == made, slug
        for kind in ("teacher", "learner"):
            root: Any = PdfReader(io.BytesIO(made[f"{slug}-{kind}.pdf"])).trailer["/Root"]
            assert root["/MarkInfo"]["/Marked"], (slug, kind)
            assert root["/Lang"] == "en", (slug, kind)
        assert MARKER in words_of(made[f"{slug}-teacher.pdf"])
        assert MARKER.encode() in zipfile.ZipFile(io.BytesIO(made[f"{slug}.docx"])).read("word/document.xml")
        shown = words_of(made[f"{slug}-learner.pdf"])
        assert MARKER not in shown, slug
        assert version.summary[:40] not in shown, slug
        assert "999" in shown, slug


def test_pages_for_learners_and_lists_hold_no_marker(planted: list[LessonVersion], browser: Browser) -> None:
    for version in planted:
        slug = version.lesson.slug
        assert MARKER in browser.page(f"/lessons/{slug}").html
        assert MARKER not in browser.page(f"/lessons/{slug}/learner").html
        assert MARKER not in str(version.lesson.card)
    # The words of practitioners are found; what is shown of a find is only what lists show.
    assert find_lessons(understand(MARKER, {})).page.total == len(planted)
    found = browser.page(f"/lessons?q={MARKER.lower()}").html
    assert MARKER not in found
