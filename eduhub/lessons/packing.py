"""Keeping packs: each made once from what it is made of, put away when room is short, made again when asked for."""

import hashlib
import inspect
import json
import logging
import tempfile
from datetime import timedelta
from functools import cache
from importlib.metadata import version as release
from pathlib import Path
from types import ModuleType
from uuid import UUID

from flask import current_app
from sqlalchemy import delete, func, select

from eduhub.core import files, throttle
from eduhub.core.db import action, db
from eduhub.core.jobs import Job, enqueue
from eduhub.core.settings import settings
from eduhub.core.web import Problem
from eduhub.lessons import describe, document, packs, paper, rules, slides, steps
from eduhub.lessons.models import Lesson, LessonVersion, PackFile
from eduhub.lessons.packs import Made, make_pack
from eduhub.lessons.queries import pack_files, version_by_id
from eduhub.lessons.storage import stored

log = logging.getLogger("eduhub.lessons")
BUILD_PACK = "lessons.build_pack"
MAKERS: tuple[ModuleType, ...] = (document, packs, paper, rules, slides, steps)
STYLES = ("pack.css", "pack-large.css", "file.css")
# How many packs that were put away one source may ask for, each the work of some seconds.
MOST_ASKED = 20
ASKED_WINDOW = timedelta(hours=1)


class AskedTooOften(Problem):
    """One place asked for many packs."""

    status = 429


def packs_wanted() -> list[UUID]:
    """Versions that are to have a pack, newest first: current ones, and older ones whose pack was not put away."""
    current = select(Lesson.current_version_id)
    kept = select(PackFile.version_id)
    wanted = LessonVersion.id.in_(current) | LessonVersion.id.in_(kept)
    return list(
        db.session.scalars(select(LessonVersion.id).where(wanted).order_by(LessonVersion.built_at.desc()))
    )


def has_pack(version_id: UUID) -> bool:
    """Whether a version has files of a pack."""
    return (
        db.session.scalar(select(PackFile.id).where(PackFile.version_id == version_id).limit(1)) is not None
    )


def build_pack(version_id: UUID, *, anew: bool = False) -> bool:
    """Make the files of a version and keep each under its hash; whether there was anything to make.

    Nothing is made where all files are there and were made from the same, unless ``anew``.
    """
    version = version_by_id(version_id)
    if version is None:
        return False
    made_from = _made_from(version)
    if not anew and _is_whole(pack_files(version_id), made_from):
        return False
    with tempfile.TemporaryDirectory(prefix="packing-", dir=current_app.instance_path) as folder:
        made = make_pack(version, Path(folder))
        db.session.rollback()
        _store(made)
        forgotten = _keep_pack(version_id, made, made_from)
        _remove(forgotten)
        _store(made)  # another worker may have removed a file while no row named it
    make_room(besides=version_id)
    return True


def _is_whole(pack: list[PackFile], made_from: str) -> bool:
    return bool(pack) and all(one.made_from == made_from and stored(one.sha256).is_file() for one in pack)


def _made_from(version: LessonVersion) -> str:
    """A hash of all a pack is made from: the version, today's words, the address of the site, and the makers."""
    names = ("version", "title", "summary", "front", "words", "reviews", "assets", "content_hash")
    pages = ("practitioner_html", "learner_html", "family_html", "plan_html")
    values = [
        str(version.id),
        version.lesson.slug,
        version.built_at.isoformat(),
        settings().base_url,
        _makers(),
    ]
    values += [json.dumps(getattr(version, name), sort_keys=True) for name in names]
    values += [getattr(version, name) for name in pages]
    return hashlib.sha256("\0".join(values).encode()).hexdigest()


@cache
def _makers() -> str:
    """Changes with the program, the templates, the styles and the libraries that make packs."""
    parts = [inspect.getsource(module) for module in MAKERS]
    parts += [files.folder_digest(files.TEMPLATES / folder) for folder in ("lessons", "components")]
    parts += [files.sha256_of(files.STATIC / "css" / name) for name in STYLES]
    parts += [release(name) for name in ("weasyprint", "python-docx", "python-pptx")]
    parts.append(str(paper.can_make_pdfs()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _store(made: list[Made]) -> None:
    for one in made:
        place = stored(one.sha256)
        if not place.exists():
            with one.path.open("rb") as source:
                files.copy_whole(source, place)


@action
def _keep_pack(version_id: UUID, made: list[Made], made_from: str) -> list[str]:
    """Put rows in place of those there were; gives the hashes that no row names any more."""
    version = _locked(version_id)
    forgotten = _forget_pack(version)
    files = [
        PackFile(
            version_id=version_id,
            name=one.name,
            label=one.label,
            audience=one.audience,
            media_type=one.media_type,
            format=one.format,
            size=one.size,
            sha256=one.sha256,
            made_from=made_from,
            position=position,
        )
        for position, one in enumerate(made)
    ]
    db.session.add_all(files)
    version.pack_html = describe.pack(version, files)
    return _unnamed(forgotten)


def _locked(version_id: UUID) -> LessonVersion:
    """A version, after waiting for a build that makes its pages: each says which files there are."""
    statement = select(LessonVersion).where(LessonVersion.id == version_id).with_for_update(of=LessonVersion)
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _forget_pack(version: LessonVersion) -> set[str]:
    """Delete the rows of a pack; gives the hashes of what was made for it. Files of the lesson itself stay."""
    named = db.session.scalars(select(PackFile.sha256).where(PackFile.version_id == version.id))
    forgotten = set(named) - set(version.assets.values())
    db.session.execute(delete(PackFile).where(PackFile.version_id == version.id))
    version.pack_html = ""
    return forgotten


def _unnamed(hashes: set[str]) -> list[str]:
    db.session.flush()
    named = db.session.scalars(select(PackFile.sha256).where(PackFile.sha256.in_(hashes)))
    return sorted(hashes - set(named))


def _remove(hashes: list[str]) -> None:
    for sha256 in hashes:
        stored(sha256).unlink(missing_ok=True)


# Room.


def packs_size() -> int:
    """Bytes that packs take; a file in several packs counts once."""
    each = select(PackFile.sha256, PackFile.size).distinct().subquery()
    return db.session.scalar(select(func.coalesce(func.sum(each.c.size), 0))) or 0


def make_room(besides: UUID | None = None) -> int:
    """Put away packs of old versions, oldest first, until all packs fit; gives how many were put away."""
    limit = settings().packs_mb * 1_000_000
    count = 0
    while (size := packs_size()) > limit:
        oldest = _oldest_pack(besides)
        if oldest is None:
            log.warning("packs take %s MB and EDUHUB_PACKS_MB is %s", size // 1_000_000, settings().packs_mb)
            break
        _remove(_put_away(oldest))
        count += 1
    return count


def _oldest_pack(besides: UUID | None) -> UUID | None:
    statement = (
        select(LessonVersion.id)
        .join(Lesson, Lesson.id == LessonVersion.lesson_id)
        .where(
            LessonVersion.id != Lesson.current_version_id,
            LessonVersion.id.in_(select(PackFile.version_id)),
        )
        .order_by(LessonVersion.built_at, LessonVersion.id)
        .limit(1)
    )
    if besides is not None:
        statement = statement.where(LessonVersion.id != besides)
    return db.session.scalar(statement)


@action
def _put_away(version_id: UUID) -> list[str]:
    return _unnamed(_forget_pack(_locked(version_id)))


@action
def ask_for_pack(version_id: UUID, source: str) -> None:
    """Have a pack made that was put away; asked for twice, it is made once. Raises AskedTooOften."""
    waiting = select(Job.id).where(
        Job.kind == BUILD_PACK,
        Job.done_at.is_(None),
        Job.failed_at.is_(None),
        Job.payload["version"].as_string() == str(version_id),
    )
    if has_pack(version_id) or db.session.scalar(waiting.limit(1)):
        return
    place = throttle.source_of(source)
    if throttle.count("pack", place, ASKED_WINDOW) > MOST_ASKED:
        raise AskedTooOften("Many packs were asked for from your place. Try again in an hour.")
    enqueue(BUILD_PACK, {"version": str(version_id)})
