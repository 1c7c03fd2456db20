"""What other programs are told of lessons: read in statements written once, however many lessons an answer holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Row

from eduhub.core.audit import AuditEntry
from eduhub.core.db import db, is_sqlite
from eduhub.lessons.asking import codes_of
from eduhub.lessons.finding import expression_of
from eduhub.lessons.models import Lesson, LessonAddress, LessonFacet, LessonVersion, PackFile, Status
from eduhub.lessons.queries import VISIBLE
from eduhub.lessons.search import matching

Columns = TypeVarTuple("Columns")


def _rows(statement: Select[*Columns], **values: Any) -> Sequence[Row[*Columns]]:
    """Rows of plain columns."""
    return db.session.connection().execute(statement, values).all()


# The state of the index.


class Index(NamedTuple):
    """Which build of the lessons is in use, and when it was made; ``version`` changes with every build that changed any."""

    version: str
    built_at: datetime | None


_BUILDS = (
    select(AuditEntry.id, AuditEntry.at)
    .where(AuditEntry.thing_kind == "lessons", AuditEntry.thing_id == "content")
    .order_by(AuditEntry.at.desc(), AuditEntry.id)
    .limit(1)
)


def index() -> Index:
    """The build in use."""
    rows = _rows(_BUILDS)
    return Index(rows[0][0].hex, rows[0][1]) if rows else Index(UUID(int=0).hex, None)


# Records.


class Record(NamedTuple):
    """A lesson in its current version."""

    id: UUID
    slug: str
    status: Status
    withdrawn_reason: str
    card: dict[str, Any]
    version_id: UUID
    version: str
    content_hash: str
    built_at: datetime
    front: dict[str, Any]
    reviews: list[dict[str, Any]]


_RECORD = select(
    Lesson.id,
    Lesson.slug,
    Lesson.status,
    Lesson.withdrawn_reason,
    Lesson.card,
    LessonVersion.id,
    LessonVersion.version,
    LessonVersion.content_hash,
    LessonVersion.built_at,
    LessonVersion.front,
    LessonVersion.reviews,
).join(LessonVersion, LessonVersion.id == Lesson.current_version_id)
_BY_SLUG = _RECORD.where(Lesson.slug == bindparam("slug"), Lesson.status.in_(VISIBLE))
_BY_ID = _RECORD.where(Lesson.id.in_(bindparam("ids", expanding=True)))


def record_of(slug: str) -> Record | None:
    """The lesson at an address; drafts are not here."""
    rows = _rows(_BY_SLUG, slug=slug)
    return Record(*rows[0]) if rows else None


# Lists.


@dataclass(frozen=True)
class Sought:
    """Which published lessons are asked for."""

    words: str
    filters: dict[str, str]
    since: datetime | None = None


def _having(name: str) -> Select[UUID]:
    """The lessons with a value of a kind; of several codes one is enough, since joined codes share a statement."""
    found = select(LessonFacet.lesson_id).where(LessonFacet.kind == name)
    if name == "code":
        return found.where(LessonFacet.value.in_(bindparam("code", expanding=True)))
    return found.where(LessonFacet.value == bindparam(name))


# Versions only go forward: where any came since, the current one did.
_SINCE = select(LessonVersion.lesson_id).where(LessonVersion.built_at >= bindparam("since"))


@lru_cache(maxsize=64)
def _finding(
    names: tuple[str, ...], words: bool, since: bool, sqlite: bool
) -> tuple[Select[UUID], Select[int]]:
    """The statements for a page of ids, best matches first or by title, and for how many there are."""
    listed = select(Lesson.id).where(Lesson.status == Status.PUBLISHED).order_by(Lesson.title, Lesson.id)
    found = matching() if words else listed
    key = found.selected_columns[0]
    for narrower in [_having(name) for name in names] + ([_SINCE] if since else []):
        found = found.where(key.in_(narrower))
    page = found.limit(bindparam("size")).offset(bindparam("skip"))
    return page, select(func.count()).select_from(found.order_by(None).subquery())


def find(sought: Sought, number: int, size: int) -> tuple[list[Record], int]:
    """A page of published lessons, and how many there are in all."""
    wanted = expression_of(sought.words)
    values: dict[str, Any] = dict(sought.filters) | ({"wanted": wanted} if wanted else {})
    if "code" in values:
        values["code"] = codes_of(values["code"])
    if sought.since:
        values["since"] = sought.since
    page, counting = _finding(tuple(sought.filters), bool(wanted), bool(sought.since), is_sqlite())
    total = _rows(counting, **values)[0][0]
    ids = [key for (key,) in _rows(page, **values, size=size, skip=(number - 1) * size)]
    found = {row[0]: Record(*row) for row in _rows(_BY_ID, ids=ids)} if ids else {}
    return [found[key] for key in ids if key in found], total


# Files, versions, addresses.


class File(NamedTuple):
    """A file of a version's pack."""

    name: str
    label: str
    audience: str
    media_type: str
    size: int
    sha256: str


_FILES = (
    select(
        PackFile.name,
        PackFile.label,
        PackFile.audience,
        PackFile.media_type,
        PackFile.size,
        PackFile.sha256,
    )
    .where(PackFile.version_id == bindparam("version_id"))
    .order_by(PackFile.position)
)


def files_of(version_id: UUID) -> list[File]:
    """The files of a version's pack; none until they are built."""
    return [File(*row) for row in _rows(_FILES, version_id=version_id)]


class Version(NamedTuple):
    """One published state of a lesson."""

    id: UUID
    version: str
    content_hash: str
    built_at: datetime
    title: str
    summary: str
    levels: list[str]
    minutes: int
    change_note: str | None


_VERSION = (
    LessonVersion.id,
    LessonVersion.version,
    LessonVersion.content_hash,
    LessonVersion.built_at,
    LessonVersion.title,
    LessonVersion.summary,
    LessonVersion.levels,
    LessonVersion.minutes,
    LessonVersion.front["change_note"].as_string(),
)
_VERSIONS = (
    select(*_VERSION)
    .where(LessonVersion.lesson_id == bindparam("lesson_id"))
    .order_by(LessonVersion.built_at.desc(), LessonVersion.version.desc())
)


def versions_of(lesson_id: UUID) -> list[Version]:
    """Every version of a lesson, newest first."""
    return [Version(*row) for row in _rows(_VERSIONS, lesson_id=lesson_id)]


_KNOWN = select(Lesson.slug, Lesson.id, Lesson.status, LessonVersion.version).join(
    LessonVersion, LessonVersion.id == Lesson.current_version_id
)
_THERE = _KNOWN.where(Lesson.slug.in_(bindparam("slugs", expanding=True)), Lesson.status.in_(VISIBLE))
_MOVED = (
    select(LessonAddress.slug, Lesson.slug)
    .join(Lesson, Lesson.id == LessonAddress.lesson_id)
    .where(LessonAddress.slug.in_(bindparam("slugs", expanding=True)), Lesson.status.in_(VISIBLE))
)


class Known(NamedTuple):
    """What is at an address."""

    slug: str
    id: UUID
    status: Status
    version: str


def known(slugs: list[str]) -> tuple[dict[str, Known], dict[str, str]]:
    """Which of these addresses have a lesson, and where those lead that once had one."""
    there = {row[0]: Known(*row) for row in _rows(_THERE, slugs=slugs)}
    return there, {old: new for old, new in _rows(_MOVED, slugs=slugs) if old not in there}


# Feed and sitemap.


class Change(NamedTuple):
    """A version as the feed tells of it."""

    slug: str
    lang: str
    status: Status
    withdrawn_reason: str
    withdrawn_at: str | None
    is_current: bool
    version: Version


_CHANGE = select(
    Lesson.slug,
    Lesson.card["lang"].as_string(),
    Lesson.status,
    Lesson.withdrawn_reason,
    Lesson.card["withdrawn_at"].as_string(),
    LessonVersion.id == Lesson.current_version_id,
    *_VERSION,
)
# The index gives versions newest first, and few lessons are left out: what is told is read of the page's versions only.
_TOLD = (Status.PUBLISHED, Status.SUPERSEDED)
_LEFT_OUT = select(Lesson.id).where(Lesson.status.in_([one for one in Status if one not in _TOLD]))
_NEWEST_KEYS = (
    select(LessonVersion.id)
    .where(LessonVersion.lesson_id.not_in(_LEFT_OUT))
    .order_by(LessonVersion.built_at.desc(), LessonVersion.id)
    .limit(bindparam("most"))
    .subquery()
)
_NEWEST = _CHANGE.join(LessonVersion, LessonVersion.lesson_id == Lesson.id).join(
    _NEWEST_KEYS, _NEWEST_KEYS.c.id == LessonVersion.id
)
_WITHDRAWN = (
    _CHANGE.join(LessonVersion, LessonVersion.id == Lesson.current_version_id)
    .where(Lesson.status == Status.WITHDRAWN)
    .order_by(Lesson.card["withdrawn_at"].as_string().desc().nulls_last(), LessonVersion.id)
    .limit(bindparam("most"))
)


def changed_at(change: Change) -> datetime:
    """When what the feed tells of happened."""
    return moment_of(change.withdrawn_at) or change.version.built_at


def moment_of(text: str | None) -> datetime | None:
    """A moment kept in a card."""
    return datetime.fromisoformat(text) if text else None


def _change(row: Sequence[Any]) -> Change:
    slug, lang, status, reason, at, is_current, *version = row
    return Change(slug, lang, status, reason, at, is_current, Version(*version))


def changes(most: int) -> list[Change]:
    """The newest versions of lessons, and lessons withdrawn, newest first."""
    rows = [*_rows(_NEWEST, most=most), *_rows(_WITHDRAWN, most=most)]
    found = [_change(row) for row in rows]
    return sorted(found, key=lambda one: (changed_at(one), one.version.id), reverse=True)[:most]


_ADDRESSES = (
    select(Lesson.slug, LessonVersion.built_at)
    .join(LessonVersion, LessonVersion.id == Lesson.current_version_id)
    .where(Lesson.status == Status.PUBLISHED)
    .order_by(Lesson.slug)
)


def addresses() -> list[tuple[str, datetime]]:
    """The address of every published lesson, and when its version came."""
    return [(slug, built_at) for slug, built_at in _rows(_ADDRESSES)]
