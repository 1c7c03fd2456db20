"""Building: all or nothing, unchanged files skipped, versions immutable, vanished lessons withdrawn."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.core.db import db
from eduhub.core.jobs import Job, enqueue, run_all
from eduhub.lessons.actions import LessonsFaulty, build
from eduhub.lessons.models import Lesson, LessonVersion, PackFile, Status
from eduhub.lessons.queries import current, version_of
from tests.lessons.samples import lesson_text, write_content


def test_added_unchanged_changed_withdrawn(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text(), b_lesson=lesson_text("b-lesson"))
    assert build(content).added == 2
    assert build(content).unchanged == 2
    write_content(tmp_path, a_lesson=lesson_text(version="1.1", title="New title"))
    built = build(content)
    assert (built.changed, built.unchanged) == (1, 1)
    shown = current("a-lesson")
    assert shown is not None
    assert shown.version.title == "New title"
    old = version_of("a-lesson", "1.0")
    assert old is not None
    assert old.version.title == "A lesson"
    (content / "lessons" / "b-lesson" / "lesson.md").unlink()
    (content / "lessons" / "b-lesson").rmdir()
    assert build(content).withdrawn == 1
    gone = current("b-lesson")
    assert gone is not None
    assert gone.lesson.status is Status.WITHDRAWN
    assert build(content).withdrawn == 0


def test_any_error_leaves_the_last_good_index(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    build(content)
    changed = lesson_text(version="2.0", title="Better")
    write_content(
        tmp_path, a_lesson=changed, b_lesson=lesson_text("b-lesson").replace("minutes: 30", "minutes: 31")
    )
    with pytest.raises(LessonsFaulty) as caught:
        build(content)
    assert caught.value.findings[0].code == "minutes"
    shown = current("a-lesson")
    assert shown is not None
    assert shown.version.version == "1.0"
    assert db.session.query(Lesson).count() == 1


def test_content_may_not_change_under_a_published_version(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    build(content)
    write_content(tmp_path, a_lesson=lesson_text().replace("MARKER-plain", "changed"))
    with pytest.raises(LessonsFaulty, match="Raise the version"):
        build(content)
    assert db.session.query(LessonVersion).count() == 1


def test_packs_are_built_by_a_job_and_the_same_again(app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text()))
    assert db.session.query(PackFile).count() == 0
    run_all()
    first = {file.name: file.sha256 for file in db.session.query(PackFile)}
    assert {"a-lesson-1.0.zip", "a-lesson-teacher.docx"} <= set(first)
    work = db.session.query(Job).filter(Job.kind == "lessons.build_pack").one()
    assert work.done_at is not None, work.error
    kind, payload = work.kind, dict(work.payload)

    enqueue(kind, payload)
    run_all()
    assert {file.name: file.sha256 for file in db.session.query(PackFile)} == first
