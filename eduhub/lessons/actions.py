"""Building the index pages read from the lessons' files: all or nothing. Keeping packs beside it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from eduhub.core import files
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import enqueue
from eduhub.core.settings import settings
from eduhub.curriculum.queries import known_codes
from eduhub.curriculum.reference import OUTCOMES
from eduhub.curriculum.rules import parse_codes
from eduhub.lessons import describe, render
from eduhub.lessons.check import (
    Checked,
    Vocabularies,
    check_all,
    lesson_folders,
    other_folders,
    read_vocabularies,
)
from eduhub.lessons.findings import keep_findings, recall_advice
from eduhub.lessons.models import Lesson, LessonAddress, LessonFacet, LessonVersion, PackFile, Status
from eduhub.lessons.packs import Made, make_pack
from eduhub.lessons.queries import VISIBLE, version_by_id, versions
from eduhub.lessons.search import forget_lesson, index_lesson
from eduhub.lessons.source import Finding, in_order, own_file
from eduhub.lessons.storage import stored

BUILD_PACK = "lessons.build_pack"
GONE = "It is no longer among the lessons of this library."


class LessonsFaulty(Exception):  # noqa: N818 -- a fact about the files
    """The files have faults; the last good index stays in use."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


class LibraryWouldEmpty(ValueError):  # noqa: N818 -- a fact about the files
    """Most lessons in use are missing from the files: more likely a wrong folder than a wish."""


@dataclass
class Built:
    """What a build did, in lessons. Drafts are left alone; refreshed ones are shown anew from the same source."""

    added: int = 0
    changed: int = 0
    refreshed: int = 0
    unchanged: int = 0
    drafts: int = 0
    withdrawn: int = 0
    slugs: list[str] = field(default_factory=list)


def content_folder() -> Path:
    """Where lessons and vocabularies are."""
    return settings().content or files.CONTENT


def check(path: Path | None = None) -> list[Finding]:
    """Every fault in the lessons at a path, in the order of files and lines. Needs no tables.

    Raises ValueError when there is no lesson, or a vocabulary cannot be read.
    """
    return in_order(finding for lesson in checked_at(path) for finding in lesson.findings)


def checked_at(path: Path | None = None) -> list[Checked]:
    """The lessons at a path with their faults and the advice on them. Needs no tables. Raises as ``check`` does."""
    folder = path or content_folder() / "lessons"
    folders = lesson_folders(folder)
    if not folders:
        raise ValueError(f"there is no lesson in {folder}: none of its folders holds a lesson.md.")
    return check_all(folders, read_vocabularies(content_folder()), _codes())


def passed_over(path: Path | None = None) -> list[str]:
    """Names of folders at a path that hold no lesson."""
    return other_folders(path or content_folder() / "lessons")


def _codes() -> set[str]:
    """The codes this site knows; those shipped where there is no database yet."""
    try:
        known = known_codes()
    except DBAPIError:
        db.session.rollback()
        known = set()
    return known or {code for codes, *_ in OUTCOMES for code in parse_codes(codes)}


def build(content: Path | None = None, force: bool = False) -> Built:
    """Bring the index up to the files; changes nothing when any is wrong.

    Raises LessonsFaulty, and LibraryWouldEmpty when most lessons in use are missing, unless forced.
    """
    folder = content or content_folder()
    vocabularies = read_vocabularies(folder)
    checked = look_over(lesson_folders(folder / "lessons"), vocabularies)
    findings = [finding for lesson in checked for finding in lesson.findings] or _store_assets(checked)
    keep_findings(checked)
    if findings:
        raise LessonsFaulty(findings)
    return _keep(checked, vocabularies, force)


def look_over(folders: Iterable[Path], vocabularies: Vocabularies) -> list[Checked]:
    """Lessons with everything a build would find; those in use already are not rendered again."""
    rendered = frozenset(db.session.scalars(select(Lesson.source_hash)))
    checked = check_all(folders, vocabularies, known_codes(), rendered)
    recall_advice(lesson for lesson in checked if lesson.source_hash in rendered)
    if not any(lesson.findings for lesson in checked):
        _find_unversioned(checked)
    return checked


def _is_shown(source: Checked) -> bool:
    return Status(source.front["status"]) in VISIBLE


def _find_unversioned(checked: list[Checked]) -> None:
    """Content that changed under a version already published."""
    for lesson in filter(_is_shown, checked):
        known = _version(UUID(lesson.front["id"]), lesson.front["version"])
        if known is not None and known.content_hash != lesson.content_hash:
            message = f"the lesson changed but version {known.version} is published."
            mend = "Raise the version: the first number when facts, safety, method or outcomes changed."
            lesson.find(1, "version", message, mend)


def _store_assets(checked: list[Checked]) -> list[Finding]:
    """Keep the files of lessons under their hashes, for as long as there are versions that show them."""
    found = []
    for lesson in filter(_is_shown, checked):
        for path, sha256 in lesson.assets.items():
            if stored(sha256).is_file():
                continue
            file = own_file(lesson.folder, path)
            data = file.read_bytes() if file else b""
            if hashlib.sha256(data).hexdigest() == sha256:
                files.write_whole(stored(sha256), data)
            else:
                message = f"{path} changed while the lessons were built."
                found.append(Finding(f"{lesson.slug}/lesson.md", 1, "asset", message, "Build again."))
    return found


def _version(lesson_id: UUID, version: str) -> LessonVersion | None:
    return db.session.scalar(
        select(LessonVersion).where(LessonVersion.lesson_id == lesson_id, LessonVersion.version == version)
    )


@action
def _keep(checked: list[Checked], vocabularies: Vocabularies, force: bool) -> Built:
    known = {row.id: row for row in db.session.scalars(select(Lesson))}
    shown = {UUID(source.front["id"]): source for source in checked if _is_shown(source)}
    in_files = {UUID(source.front["id"]) for source in checked}
    built = Built(drafts=len(checked) - len(shown))
    _withdraw_vanished(known, in_files, built, force)
    _free_addresses(known, {source.slug: key for key, source in shown.items()})
    for key, source in shown.items():
        _keep_one(source, known.get(key), vocabularies, built)
    if built.slugs or built.withdrawn:
        record("build", "lessons", "content", detail={"slugs": built.slugs, "withdrawn": built.withdrawn})
    return built


def _withdraw_vanished(known: dict[UUID, Lesson], in_files: set[UUID], built: Built, force: bool) -> None:
    used = [row for row in known.values() if row.status is not Status.WITHDRAWN]
    vanished = [row for row in used if row.id not in in_files]
    if len(vanished) * 2 > len(used) and not force:
        raise LibraryWouldEmpty(
            f"{len(vanished)} of {len(used)} lessons in use are not in the folder and would be withdrawn. "
            "Is it the right folder? If so, build with --force."
        )
    for lesson in vanished:
        lesson.status = Status.WITHDRAWN
        lesson.withdrawn_reason = GONE
        lesson.source_hash = ""
        _unlist(lesson)
        built.withdrawn += 1


def _unlist(lesson: Lesson) -> None:
    db.session.execute(delete(LessonFacet).where(LessonFacet.lesson_id == lesson.id))
    forget_lesson(lesson.id)


def _free_addresses(known: dict[UUID, Lesson], wanted: dict[str, UUID]) -> None:
    """Take an address from the lesson that has it, or once had it, when another lesson is to have it now."""
    for lesson in known.values():
        if wanted.get(lesson.slug, lesson.id) != lesson.id:
            lesson.slug = f"{lesson.slug}-{lesson.id.hex[:8]}"
    db.session.execute(delete(LessonAddress).where(LessonAddress.slug.in_(list(wanted))))
    db.session.flush()


def _keep_one(source: Checked, lesson: Lesson | None, vocabularies: Vocabularies, built: Built) -> None:
    if lesson is not None and lesson.source_hash == source.source_hash:
        built.unchanged += lesson.slug == source.slug
        built.changed += lesson.slug != source.slug
        _move(lesson, source.slug)
        return
    built.slugs.append(source.slug)
    version = _version(UUID(source.front["id"]), source.front["version"])
    same = lesson is not None and version is not None and version.id == lesson.current_version_id
    built.added += lesson is None
    built.refreshed += same
    built.changed += lesson is not None and not same
    lesson = _keep_lesson(source, lesson, vocabularies)
    if version is None:
        version = LessonVersion(id=lesson.current_version_id, lesson_id=lesson.id, built_at=now())
        _fill(version, source)
        db.session.add(version)
    _refresh(version, source, vocabularies)
    for older in versions(lesson.id):
        _refresh_words(older, vocabularies)
    _index(source, lesson, vocabularies)


def _move(lesson: Lesson, slug: str) -> None:
    """Give a lesson its address, and keep the one it had leading there."""
    if lesson.slug != slug:
        db.session.merge(LessonAddress(slug=lesson.slug, lesson_id=lesson.id))
        lesson.slug = slug
        lesson.card = {**lesson.card, "card_html": describe.card_html(lesson)}
        db.session.flush()


def _keep_lesson(source: Checked, lesson: Lesson | None, vocabularies: Vocabularies) -> Lesson:
    front = source.front
    if lesson is None:
        lesson = Lesson(id=UUID(front["id"]), slug=source.slug)
        db.session.add(lesson)
    lesson.status = Status(front["status"])
    lesson.title = front["title"]
    lesson.card = describe.card(front, vocabularies)
    lesson.card = {**lesson.card, "card_html": describe.card_html(lesson)}
    _move(lesson, source.slug)
    lesson.current_version_id = uuid5(lesson.id, front["version"])
    lesson.source_hash = source.source_hash
    lesson.withdrawn_reason = front["reason"] or ""
    db.session.flush()
    return lesson


def _fill(version: LessonVersion, source: Checked) -> None:
    """What of a version never changes."""
    front = source.front
    version.content_hash = source.content_hash
    version.version = front["version"]
    version.title = front["title"]
    version.summary = front["summary"]
    version.minutes = front["minutes"]
    version.levels = front["levels"]
    version.stages = front["stages"]
    version.front = front
    version.assets = source.assets


def _refresh(version: LessonVersion, source: Checked, vocabularies: Vocabularies) -> None:
    """The HTML of a version as this renderer makes it; noted where it stood there otherwise."""
    base = f"/lessons/files/{version.id}/assets/"
    html = {
        "practitioner_html": render.practitioner_html(source.pieces, base),
        "learner_html": render.learner_html(source.pieces, base),
        "family_html": render.family_html(source.pieces, base),
    }
    version.evidence = source.evidence
    before = {name: getattr(version, name) for name in html}
    if before != html:
        if before["practitioner_html"] is not None:
            record("render", "lesson_version", version.id, detail={"version": version.version})
        for name, text in html.items():
            setattr(version, name, text)
        version.words = {}
    _refresh_words(version, vocabularies)


def _refresh_words(version: LessonVersion, vocabularies: Vocabularies) -> None:
    """Older versions, too, name today's telephone numbers, and are shown by today's page."""
    words = describe.words(version.front, vocabularies)
    changed = version.words != words
    version.words = words
    version.plan_html = describe.plan(version)
    db.session.flush()
    if changed:
        enqueue(BUILD_PACK, {"version": str(version.id)})


def _index(source: Checked, lesson: Lesson, vocabularies: Vocabularies) -> None:
    _unlist(lesson)
    if lesson.status is not Status.PUBLISHED:
        return
    front = source.front
    db.session.add_all(
        LessonFacet(kind=kind, value=value, title=lesson.title, lesson_id=lesson.id)
        for kind, many in describe.facets(front).items()
        for value in dict.fromkeys(many)
    )
    body = render.plain_words(render.practitioner_html(source.pieces, ""))
    index_lesson(lesson.id, lesson.title, front["summary"], describe.terms(front, vocabularies, body), body)


# Packs.


def packs_to_build(everything: bool = False) -> list[UUID]:
    """Versions whose pack lacks a file or has lost one, or all; newest first."""
    rows = db.session.execute(select(LessonVersion.id).order_by(LessonVersion.built_at.desc())).scalars()
    kept: dict[UUID, list[PackFile]] = {}
    for file in db.session.scalars(select(PackFile)):
        kept.setdefault(file.version_id, []).append(file)
    return [key for key in rows if everything or not _is_whole(kept.get(key, []))]


def _is_whole(pack: list[PackFile]) -> bool:
    printed = any(file.name.endswith("-teacher.pdf") for file in pack)
    return printed and all(stored(file.sha256).is_file() for file in pack)


def build_pack(version_id: UUID) -> None:
    """Make the files of a version and keep each under its hash; done again, it makes the same."""
    version = version_by_id(version_id)
    if version is None:
        return
    made = make_pack(version)
    db.session.rollback()
    for file in made:
        path = stored(hashlib.sha256(file.data).hexdigest())
        if not path.exists():
            files.write_whole(path, file.data)
    _keep_pack(version_id, made)


@action
def _keep_pack(version_id: UUID, made: list[Made]) -> None:
    db.session.get_one(LessonVersion, version_id)
    db.session.execute(delete(PackFile).where(PackFile.version_id == version_id))
    db.session.add_all(
        PackFile(
            version_id=version_id,
            name=file.name,
            label=file.label,
            media_type=file.media_type,
            size=len(file.data),
            sha256=hashlib.sha256(file.data).hexdigest(),
            position=position,
        )
        for position, file in enumerate(made)
    )
