"""A lesson's versions as people read them: what each changed, who signed it off, and what is new since one of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Load

from eduhub.core.db import db
from eduhub.lessons.models import Lesson, LessonVersion
from eduhub.lessons.queries import VISIBLE
from eduhub.lessons.rules import Review, approvals, is_major, last_words, version_key

# What was said of earlier versions and answered, by the version in which it was mended: rooms above append what knows.
MENDED: list[Callable[[UUID], dict[str, list[tuple[str, str]]]]] = []

FIRST, MAJOR, MINOR = "first version", "major", "minor"


@dataclass(frozen=True)
class Edition:
    """A version in its history. ``kind`` says how much changed since ``before``, the version before it."""

    version: str
    built_at: datetime
    note: str
    reviews: list[Review]
    is_signed_off: bool
    kind: str = FIRST
    before: str = ""


def lesson_at(slug: str) -> Lesson | None:
    """The lesson at an address; drafts are not here."""
    found = db.session.scalar(select(Lesson).where(Lesson.slug == slug))
    return found if found is not None and found.status in VISIBLE else None


def editions(lesson: Lesson) -> list[Edition]:
    """Every version of a lesson, newest first."""
    statement = select(
        LessonVersion.version,
        LessonVersion.built_at,
        LessonVersion.front["change_note"].as_string(),
        LessonVersion.reviews,
    ).where(LessonVersion.lesson_id == lesson.id)
    rows = sorted(db.session.execute(statement), key=lambda row: version_key(row[0]))
    found: list[Edition] = []
    for version, built_at, note, reviews in rows:
        before = found[-1].version if found else ""
        kind = MINOR if before else FIRST
        if before and is_major(version, before):
            kind = MAJOR
        said, signed = last_words(reviews, version), bool(approvals(reviews, version))
        found.append(Edition(version, built_at, note or "", said, signed, kind, before))
    return found[::-1]


def mended(lesson: Lesson) -> dict[str, list[tuple[str, str]]]:
    """What practitioners said and what was answered, by the version in which it was mended."""
    found: dict[str, list[tuple[str, str]]] = {}
    for told in MENDED:
        for version, pairs in told(lesson.id).items():
            found.setdefault(version, []).extend(pairs)
    return found


def current_version(lesson: Lesson) -> str:
    """The number of the version in use."""
    return str(lesson.card["version"])


@dataclass(frozen=True)
class Since:
    """What is new in a lesson since a version somebody has: the later editions, newest first."""

    have: str
    newest: str
    later: list[Edition]

    @property
    def is_major(self) -> bool:
        """Whether facts, safety, method or outcomes changed."""
        return any(edition.kind == MAJOR for edition in self.later)


def since(lesson: Lesson, version: str) -> Since | None:
    """What changed since a version; None when the lesson never had it."""
    found = editions(lesson)
    if version not in {edition.version for edition in found}:
        return None
    later = [one for one in found if version_key(one.version) > version_key(version)]
    return Since(version, current_version(lesson), later)


@dataclass(frozen=True)
class Pair:
    """Two versions to compare, the older first; ``unknown`` are those asked for that never were."""

    old: str
    new: str
    unknown: list[str]


def pair_of(lesson: Lesson, found: list[Edition], old: str, new: str) -> Pair:
    """What to compare: the version in use, and the one before it, where nothing is asked for."""
    known = {edition.version: edition for edition in found}
    new = new or current_version(lesson)
    old = old or (known[new].before if new in known else "")
    unknown = [version for version in (old, new) if version and version not in known]
    if not unknown and old and version_key(old) > version_key(new):
        old, new = new, old
    return Pair(old, new, unknown)


def is_between(version: str, old: str, new: str) -> bool:
    """Whether a version came after an older one, up to a newer one."""
    return bool(old) and version_key(old) < version_key(version) <= version_key(new)


def whole_version(lesson: Lesson, version: str) -> LessonVersion | None:
    """A version with everything it was made of."""
    return db.session.scalar(
        select(LessonVersion)
        .where(LessonVersion.lesson_id == lesson.id, LessonVersion.version == version)
        .options(Load(LessonVersion).undefer_group("page"))
    )
