"""Reading lessons: one lesson, its versions and packs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Load

from eduhub.core.db import db
from eduhub.lessons.models import Lesson, LessonAddress, LessonVersion, PackFile, Status

VISIBLE = (Status.PUBLISHED, Status.WITHDRAWN, Status.SUPERSEDED)


@dataclass(frozen=True)
class Shown:
    """A lesson with the version to show, and whether it has a page for families."""

    lesson: Lesson
    version: LessonVersion
    has_family: bool


_EVERYTHING = Load(LessonVersion).undefer_group("page")
# Written once, for putting a statement together costs more than running it.
_SHOWN = (
    select(Lesson, LessonVersion, LessonVersion.family_html != "")
    .where(Lesson.slug == bindparam("slug"))
    .options(_EVERYTHING)
)
_CURRENT = LessonVersion.id == Lesson.current_version_id
_BELONGS = LessonVersion.lesson_id == Lesson.id
_IN_VERSION = LessonVersion.version == bindparam("version")
_SHOWN_NOW = _SHOWN.join(LessonVersion, _CURRENT)
_SHOWN_THEN = _SHOWN.join(LessonVersion, _BELONGS).where(_IN_VERSION)

# The page most often asked for takes the columns it shows and no objects: that is half the work.
OF_LESSON = ("slug", "status", "card", "current_version_id", "withdrawn_reason", "feedback_count")
OF_VERSION = ("id", "version", "title", "summary", "stages", "plan_html", "pack_html")
_lesson, _version = Lesson.__table__, LessonVersion.__table__
_PLAN = select(
    *(_lesson.c[name] for name in OF_LESSON),
    *(_version.c[name] for name in OF_VERSION),
    (_version.c.family_html != "").label("has_family"),
).where(_lesson.c.slug == bindparam("slug"))
_PLAN_NOW = _PLAN.join_from(_lesson, _version, _CURRENT)
_PLAN_THEN = _PLAN.join_from(_lesson, _version, _BELONGS).where(_IN_VERSION)


def plan_page(slug: str, version: str | None = None) -> Row[*tuple[Any, ...]] | None:
    """What the practitioners' page shows of the lesson at an address, in its current version unless another is named.

    ``OF_LESSON`` and ``OF_VERSION`` by name (``id`` is the version's), and ``has_family``.
    """
    row = _first(_PLAN_NOW if version is None else _PLAN_THEN, slug, version)
    return row if row is not None and row.status in VISIBLE else None


def current(slug: str) -> Shown | None:
    """The lesson at an address, in its current version; drafts are not here."""
    return _shown(_first(_SHOWN_NOW, slug))


def version_of(slug: str, version: str) -> Shown | None:
    """A lesson in any version it ever had."""
    return _shown(_first(_SHOWN_THEN, slug, version))


def _first(
    statement: Select[*tuple[Any, ...]], slug: str, version: str | None = None
) -> Row[*tuple[Any, ...]] | None:
    if "\0" in slug:  # PostgreSQL would call it a fault
        return None
    return db.session.execute(statement, {"slug": slug, "version": version}).first()


def _shown(row: Row[*tuple[Any, ...]] | None) -> Shown | None:
    if row is None or row[0].status not in VISIBLE:
        return None
    return Shown(row[0], row[1], bool(row[2]))


def moved_to(slug: str) -> str | None:
    """The present address of the lesson that once had this one."""
    statement = select(Lesson.slug).join(LessonAddress, LessonAddress.lesson_id == Lesson.id)
    return db.session.scalar(statement.where(LessonAddress.slug == slug))


def versions(lesson_id: UUID, *, locked: bool = False) -> list[LessonVersion]:
    """Every version of a lesson, newest first; ``locked`` until the action ends, so that no pack is kept meanwhile."""
    statement = (
        select(LessonVersion)
        .where(LessonVersion.lesson_id == lesson_id)
        .order_by(LessonVersion.built_at.desc(), LessonVersion.version.desc())
        .options(_EVERYTHING)
    )
    if locked:
        statement = statement.with_for_update(of=LessonVersion)
    return list(db.session.scalars(statement))


def version_by_id(version_id: UUID) -> LessonVersion | None:
    """A version by its id."""
    return db.session.get(LessonVersion, version_id)


def asset_hash(version_id: UUID, name: str) -> str | None:
    """The hash of a file a version shows."""
    assets = db.session.scalar(select(LessonVersion.assets).where(LessonVersion.id == version_id)) or {}
    return assets.get(f"assets/{name}")


_PACK = select(PackFile).where(PackFile.version_id == bindparam("version_id")).order_by(PackFile.position)


def pack_files(version_id: UUID) -> list[PackFile]:
    """The files of a version's pack; empty until the job has built them."""
    return list(db.session.scalars(_PACK, {"version_id": version_id}))


def choices_for_planning() -> dict[str, str]:
    """Published lessons to choose from when planning: version id -> label."""
    rows = db.session.scalars(
        select(Lesson).where(Lesson.status == Status.PUBLISHED).order_by(Lesson.title).limit(500)
    )
    return {str(row.current_version_id): label_for_planning(row) for row in rows}


def label_for_planning(lesson: Lesson) -> str:
    """A lesson in a list to choose from."""
    return f"{lesson.title} ({', '.join(lesson.card['levels'])}, {lesson.card['minutes']} min)"


def unreviewed() -> list[Lesson]:
    """Published lessons that no reviewer has signed off, by title."""
    rows = db.session.scalars(
        select(Lesson).where(Lesson.status == Status.PUBLISHED).order_by(Lesson.title).limit(500)
    )
    return [row for row in rows if not row.card["reviewed"]]
