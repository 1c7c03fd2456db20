"""What a new state of a lesson may be, given the versions already published: they only go forward, and say what changed."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from eduhub.core.db import db
from eduhub.lessons.check import Checked
from eduhub.lessons.models import LessonVersion, Status
from eduhub.lessons.queries import VISIBLE
from eduhub.lessons.reviews import NAME
from eduhub.lessons.rules import is_major, version_key
from eduhub.lessons.source import Finding

# Lesson -> version -> the hash of its content.
Published = dict[UUID, dict[str, str]]


def published() -> Published:
    """Every version this site has."""
    found: Published = {}
    rows = db.session.execute(
        select(LessonVersion.lesson_id, LessonVersion.version, LessonVersion.content_hash)
    )
    for lesson_id, version, content_hash in rows:
        found.setdefault(lesson_id, {})[version] = content_hash
    return found


def check_versions(checked: Iterable[Checked], known: Published) -> list[Finding]:
    """What is wrong with the version of each lesson without another fault that is to be shown."""
    found = []
    for lesson in checked:
        if lesson.findings or not lesson.front or Status(lesson.front["status"]) not in VISIBLE:
            continue
        versions = known.get(UUID(lesson.front["id"]), {})
        if versions:
            found += [*_version(lesson, versions), *_reviews(lesson, versions)]
    return found


def _version(lesson: Checked, versions: dict[str, str]) -> list[Finding]:
    version = lesson.front["version"]
    newest = max(versions, key=version_key)
    content_hash = versions.get(version)
    message = mend = ""
    if version_key(version) < version_key(newest) or (content_hash is None and _same(version, newest)):
        message = f"version {version} does not come after {newest}, which is published."
        mend = "Versions only go forward: raise it above that."
    elif content_hash not in (None, lesson.content_hash):
        message = f"the lesson changed but version {version} is published."
        mend = "Raise the version: the first number when facts, safety, method or outcomes changed."
    elif is_major(version, newest) and not lesson.front["change_note"]:
        message = f"version {version} follows {newest} and says nowhere what changed."
        mend = "Add change_note: those who taught it before must know."
    return (
        [Finding(f"{lesson.slug}/lesson.md", lesson.version_line, "version", message, mend)]
        if message
        else []
    )


def _same(one: str, other: str) -> bool:
    return version_key(one) == version_key(other)


def _reviews(lesson: Checked, versions: dict[str, str]) -> list[Finding]:
    """Sign-offs of versions that never were; what came before the first version of this site may have been."""
    first = min(versions, key=version_key)
    there = {*versions, lesson.front["version"]}
    return [
        Finding(
            f"{lesson.slug}/{NAME}",
            line,
            "reviews",
            f"there is no version {review['version']} of this lesson.",
            f"Name one of {', '.join(sorted(there, key=version_key))}.",
        )
        for review, line in zip(lesson.signed.reviews, lesson.signed.lines, strict=True)
        if review["version"] not in there and version_key(review["version"]) >= version_key(first)
    ]
