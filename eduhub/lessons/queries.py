"""Reading lessons: one lesson, its versions and packs."""

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from sqlalchemy import Select, bindparam, select
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


class Part(Enum):
    """What is read of a version: everything it was made of, or the practitioners' page alone."""

    EVERYTHING = Load(LessonVersion).undefer_group("page")
    PLAN = Load(LessonVersion).undefer(LessonVersion.plan_html)


# Written once, for putting a statement together costs more than running it.
_SHOWN = select(Lesson, LessonVersion, LessonVersion.family_html != "").where(
    Lesson.slug == bindparam("slug")
)
_CURRENT = {
    part: _SHOWN.join(LessonVersion, LessonVersion.id == Lesson.current_version_id).options(part.value)
    for part in Part
}
_OF_VERSION = {
    part: _SHOWN.join(LessonVersion, LessonVersion.lesson_id == Lesson.id)
    .where(LessonVersion.version == bindparam("version"))
    .options(part.value)
    for part in Part
}


def current(slug: str, part: Part = Part.EVERYTHING) -> Shown | None:
    """The lesson at an address, in its current version; drafts are not here."""
    return _shown(_CURRENT[part], {"slug": slug})


def version_of(slug: str, version: str, part: Part = Part.EVERYTHING) -> Shown | None:
    """A lesson in any version it ever had."""
    return _shown(_OF_VERSION[part], {"slug": slug, "version": version})


def _shown(statement: Select[Lesson, LessonVersion, bool], values: dict[str, str]) -> Shown | None:
    if "\0" in values["slug"]:  # PostgreSQL would call it a fault
        return None
    row = db.session.execute(statement, values).first()
    if row is None or row[0].status not in VISIBLE:
        return None
    return Shown(row[0], row[1], bool(row[2]))


def moved_to(slug: str) -> str | None:
    """The present address of the lesson that once had this one."""
    statement = select(Lesson.slug).join(LessonAddress, LessonAddress.lesson_id == Lesson.id)
    return db.session.scalar(statement.where(LessonAddress.slug == slug))


def versions(lesson_id: UUID) -> list[LessonVersion]:
    """Every version of a lesson, newest first."""
    return list(
        db.session.scalars(
            select(LessonVersion)
            .where(LessonVersion.lesson_id == lesson_id)
            .order_by(LessonVersion.built_at.desc(), LessonVersion.version.desc())
            .options(Load(LessonVersion).undefer_group("page"))
        )
    )


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


_NEIGHBOURS = (
    select(Lesson)
    .where(Lesson.slug.in_(bindparam("slugs", expanding=True)), Lesson.status == Status.PUBLISHED)
    .order_by(Lesson.title)
)


def neighbours(slugs: list[str]) -> list[Lesson]:
    """Published lessons of these addresses: what comes before or after."""
    if not slugs:
        return []
    return list(db.session.scalars(_NEIGHBOURS, {"slugs": slugs}))


def unreviewed() -> list[Lesson]:
    """Published lessons that no reviewer has signed off, by title."""
    rows = db.session.scalars(
        select(Lesson).where(Lesson.status == Status.PUBLISHED).order_by(Lesson.title).limit(500)
    )
    return [row for row in rows if not row.card["reviewed"]]
