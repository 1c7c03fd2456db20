"""Building the index pages read from the lessons' files: all or nothing."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, select

from eduhub.core import files
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import enqueue
from eduhub.core.settings import settings
from eduhub.curriculum.queries import known_codes
from eduhub.lessons import render
from eduhub.lessons.check import (
    Checked,
    Vocabularies,
    check_all,
    lesson_folders,
    read_vocabularies,
)
from eduhub.lessons.models import Lesson, LessonFacet, LessonVersion, Status
from eduhub.lessons.search import forget_lesson, index_lesson
from eduhub.lessons.source import Finding

BUILD_PACK = "lessons.build_pack"


class LessonsFaulty(Exception):  # noqa: N818 -- a fact about the files
    """The files have faults; the last good index stays in use."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass
class Built:
    """What a build did, in lessons."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    slugs: list[str] = field(default_factory=list)


def content_folder() -> Path:
    """Where lessons and vocabularies are."""
    return settings().content or files.CONTENT


def check(path: Path | None = None) -> list[Finding]:
    """Every finding in the lessons at a path, in the order of files and lines."""
    folder = path or content_folder() / "lessons"
    checked = check_all(lesson_folders(folder), read_vocabularies(content_folder()), known_codes())
    return sorted((f for lesson in checked for f in lesson.findings), key=lambda f: (f.file, f.line))


def build(content: Path | None = None) -> Built:
    """Bring the index up to the files; raises LessonsFaulty and changes nothing when any is wrong."""
    folder = content or content_folder()
    vocabularies = read_vocabularies(folder)
    checked = check_all(lesson_folders(folder / "lessons"), vocabularies, known_codes())
    findings = [finding for lesson in checked for finding in lesson.findings]
    findings += _unversioned(checked)
    if findings:
        raise LessonsFaulty(findings)
    return _keep(checked, vocabularies)


def _unversioned(checked: list[Checked]) -> list[Finding]:
    """Content that changed under a version already published."""
    found = []
    for lesson in checked:
        if not lesson.front.get("id") or not lesson.front.get("version"):
            continue
        known = _version(UUID(lesson.front["id"]), lesson.front["version"])
        if known is not None and known.content_hash != lesson.content_hash:
            message = f"the lesson changed but version {known.version} is published."
            mend = "Raise the version: the first number when facts, safety, method or outcomes changed."
            found.append(Finding(f"{lesson.slug}/lesson.md", 1, "version", message, mend))
    return found


def _version(lesson_id: UUID, version: str) -> LessonVersion | None:
    return db.session.scalar(
        select(LessonVersion).where(LessonVersion.lesson_id == lesson_id, LessonVersion.version == version)
    )


@action
def _keep(checked: list[Checked], vocabularies: Vocabularies) -> Built:
    built = Built()
    known = {row.id: row for row in db.session.scalars(select(Lesson))}
    for source in checked:
        lesson = known.pop(UUID(source.front["id"]), None)
        if lesson is not None and lesson.source_hash == source.content_hash and lesson.slug == source.slug:
            built.unchanged += 1
            continue
        built.added += lesson is None
        built.changed += lesson is not None
        _keep_one(source, lesson, vocabularies)
        built.slugs.append(source.slug)
    for vanished in known.values():
        if vanished.status is not Status.WITHDRAWN:
            _withdraw(vanished)
            built.withdrawn += 1
    if built.slugs or built.withdrawn:
        record("build", "lessons", "content", detail={"slugs": built.slugs, "withdrawn": built.withdrawn})
    return built


def _withdraw(lesson: Lesson) -> None:
    lesson.status = Status.WITHDRAWN
    lesson.source_hash = ""
    db.session.execute(delete(LessonFacet).where(LessonFacet.lesson_id == lesson.id))
    forget_lesson(lesson.id)


def _keep_one(source: Checked, lesson: Lesson | None, vocabularies: Vocabularies) -> None:
    front = source.front
    lesson_id = UUID(front["id"])
    version = _version(lesson_id, front["version"])
    version_id = version.id if version else uuid5(lesson_id, front["version"])
    if lesson is None:
        lesson = Lesson(id=lesson_id)
        db.session.add(lesson)
    lesson.slug = source.slug
    lesson.status = Status(front["status"])
    lesson.title = front["title"]
    lesson.card = card(front, vocabularies)
    lesson.current_version_id = version_id
    lesson.source_hash = source.content_hash
    db.session.flush()
    if version is None:
        db.session.add(_new_version(source, lesson_id, version_id))
        db.session.flush()
        enqueue(BUILD_PACK, {"version": str(version_id)})
    _index(source, lesson, vocabularies)


def _new_version(source: Checked, lesson_id: UUID, version_id: UUID) -> LessonVersion:
    front = source.front
    base = f"/lessons/{source.slug}/files/{front['version']}/"
    return LessonVersion(
        id=version_id,
        lesson_id=lesson_id,
        version=front["version"],
        content_hash=source.content_hash,
        built_at=now(),
        title=front["title"],
        summary=front["summary"],
        minutes=front["minutes"],
        levels=front["levels"],
        stages=front["stages"],
        front=front,
        practitioner_html=render.practitioner_html(source.blocks, base),
        learner_html=render.learner_html(source.blocks, base),
        family_html=render.family_html(source.blocks, base),
    )


def card(front: dict[str, Any], vocabularies: Vocabularies) -> dict[str, Any]:
    """What lists show of a lesson."""
    return {
        "summary": front["summary"],
        "levels": front["levels"],
        "stages": front["stages"],
        "minutes": front["minutes"],
        "codes": [outcome["code"] for outcome in front["outcomes"]],
        "topics": [vocabularies.label("topics", topic) for topic in front["topics"]],
        "reviewed": bool(front["review"]),
        "version": front["version"],
    }


def _index(source: Checked, lesson: Lesson, vocabularies: Vocabularies) -> None:
    db.session.execute(delete(LessonFacet).where(LessonFacet.lesson_id == lesson.id))
    forget_lesson(lesson.id)
    if lesson.status is not Status.PUBLISHED:
        return
    front = source.front
    values = {
        "level": front["levels"],
        "stage": front["stages"],
        "topic": front["topics"],
        "substance": front["substances"],
        "code": [outcome["code"] for outcome in front["outcomes"]],
    }
    db.session.add_all(
        LessonFacet(kind=kind, value=value, title=lesson.title, lesson_id=lesson.id)
        for kind, many in values.items()
        for value in dict.fromkeys(many)
    )
    words = render.plain_words(render.practitioner_html(source.blocks, ""))
    index_lesson(lesson.id, lesson.title, front["summary"], _terms(front, vocabularies), words)


def _terms(front: dict[str, Any], vocabularies: Vocabularies) -> str:
    """Names people search by: topics, substances with their other names, stages and key words."""
    terms = [vocabularies.label("topics", key) for key in front["topics"]]
    for key in front["substances"]:
        entry = vocabularies.words["substances"].get(key, {})
        terms += [str(entry.get("label", key)), *map(str, entry.get("also", []))]
    terms += [item["term"] for item in front["vocabulary"]] + front["stages"] + front["key_messages"]
    return " ".join(terms)
