"""Building the index pages read from the lessons' files: all or nothing."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, inspect, select

from eduhub.core import files
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import enqueue
from eduhub.lessons import describe, render
from eduhub.lessons.check import (
    Checked,
    Vocabularies,
    lesson_folders,
    read_vocabularies,
    seldom_collected,
)
from eduhub.lessons.findings import keep_findings
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.listing import keep_terms, list_anew, unlist
from eduhub.lessons.models import (
    Lesson,
    LessonAddress,
    LessonVersion,
    Status,
)
from eduhub.lessons.packing import BUILD_PACK, has_pack
from eduhub.lessons.queries import VISIBLE, pack_files, versions
from eduhub.lessons.redirects import read_redirects
from eduhub.lessons.related import Related, related
from eduhub.lessons.rules import up_to
from eduhub.lessons.search import count_profiles
from eduhub.lessons.source import Finding, own_file
from eduhub.lessons.storage import content_folder, stored

# Lessons kept at once.
TOGETHER = 500
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
    """What a build did, in lessons. Drafts are left alone; refreshed ones are shown anew from the same source.

    ``moved`` are old and new addresses of lessons whose folder was renamed without a line in redirects.yaml.
    """

    added: int = 0
    changed: int = 0
    refreshed: int = 0
    unchanged: int = 0
    drafts: int = 0
    withdrawn: int = 0
    slugs: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)


@seldom_collected()
def build(
    content: Path | None = None, force: bool = False, told: Callable[[str], None] = lambda _phase: None
) -> Built:
    """Bring the index up to the files; changes nothing when any is wrong. Each phase is ``told`` as it begins.

    Raises LessonsFaulty, and LibraryWouldEmpty when most lessons in use are missing, unless forced.
    """
    folder = content or content_folder()
    told("check")
    vocabularies = read_vocabularies(folder)
    checked = look_over(lesson_folders(folder / "lessons"), vocabularies)
    redirects = read_redirects(folder, {lesson.slug for lesson in checked})
    findings = [finding for lesson in checked for finding in lesson.findings] + redirects.findings
    findings = findings or _store_assets(checked)
    keep_findings(checked)
    if findings:
        raise LessonsFaulty(findings)
    told("relate")
    ways = _ways_of(checked, vocabularies)
    told("keep")
    return _keep(checked, redirects.moves, vocabularies, ways, force)


@dataclass(frozen=True)
class Ways:
    """Where lessons lead, by address: to related ones, and to listed ones as they are called now."""

    related: Related
    listed: dict[str, dict[str, str]]


def _ways_of(checked: list[Checked], vocabularies: Vocabularies) -> Ways:
    listed = [one for one in checked if one.front["status"] == Status.PUBLISHED]
    near = related(describe.kin(one.slug, one.front, vocabularies) for one in listed)
    names = {
        one.slug: {"slug": one.slug, "title": one.front["title"], "lang": one.front["lang"]} for one in listed
    }
    return Ways(near, names)


def _is_shown(source: Checked) -> bool:
    return Status(source.front["status"]) in VISIBLE


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


@action
def _keep(
    checked: list[Checked], moves: dict[str, str], vocabularies: Vocabularies, ways: Ways, force: bool
) -> Built:
    known = {row.id: row for row in db.session.scalars(select(Lesson))}
    shown = {UUID(source.front["id"]): source for source in checked if _is_shown(source)}
    in_files = {UUID(source.front["id"]) for source in checked}
    built = Built(drafts=len(checked) - len(shown))
    _withdraw_vanished(known, in_files, built, force)
    living = {source.slug: key for key, source in shown.items()}
    # A draft whose lesson was published before keeps that lesson's address.
    there = {*known, *shown}
    leading = {source.slug: key for source in checked if (key := UUID(source.front["id"])) in there}
    led = {old: leading[new] for old, new in moves.items() if new in leading}
    built.moved = [
        (known[key].slug, slug)
        for slug, key in living.items()
        if key in known and known[key].slug not in {slug, *led, *living}
    ]
    _free_addresses(known, living | led)
    _keep_all(shown, known, vocabularies, ways, built)
    keep_terms([one.front for one in shown.values() if one.front["status"] == "published"], vocabularies)
    count_profiles()
    for old, key in led.items():
        db.session.merge(LessonAddress(slug=old, lesson_id=key))
    for lesson in known.values():
        _name_anew(lesson)
    _relate(known.values(), ways)
    if built.slugs or built.withdrawn or built.changed:
        record("build", "lessons", "content", detail={"slugs": built.slugs, "withdrawn": built.withdrawn})
    return built


def _relate(lessons: Iterable[Lesson], ways: Ways) -> None:
    """Keep with each lesson which others it leads to; that may change for one that did not change itself."""
    for lesson in lessons:
        is_listed = lesson.status is Status.PUBLISHED
        wanted = {
            "related": ways.related.get(lesson.slug, []) if is_listed else [],
            "earlier": _named(ways, lesson.card["before"]),
            "later": _named(ways, lesson.card["next"]),
        }
        if not wanted.items() <= lesson.card.items():
            lesson.card = {**lesson.card, **wanted}


def _named(ways: Ways, slugs: list[str]) -> list[dict[str, str]]:
    """Lessons to lead to, by title."""
    return sorted((ways.listed[slug] for slug in slugs if slug in ways.listed), key=lambda one: one["title"])


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
        built.withdrawn += 1
    unlist([lesson.id for lesson in vanished])


def _name_anew(lesson: Lesson) -> None:
    """Make the pages of a lesson again that another address, or being withdrawn, has made wrong."""
    if lesson.card.get("shown_as") != describe.shown_as(lesson):
        _stand(lesson, lesson.card)
        for version in versions(lesson.id, locked=True):
            _make_pages(version)


def _make_pages(version: LessonVersion) -> None:
    """What the pages of a version show as HTML. A new one has no pack yet."""
    pack = pack_files(version.id) if inspect(version).persistent else []
    version.plan_html = describe.plan(version)
    version.pack_html = describe.pack(version, pack)


def _stand(lesson: Lesson, before: dict[str, Any]) -> None:
    """Note how a lesson stands, and since when it is withdrawn; ``before`` is the card it had."""
    since = before.get("withdrawn_at") or now().isoformat() if lesson.status is Status.WITHDRAWN else None
    lesson.card = {**lesson.card, "shown_as": describe.shown_as(lesson), "withdrawn_at": since}


def _free_addresses(known: dict[UUID, Lesson], wanted: dict[str, UUID]) -> None:
    """Take an address from the lesson that has it, or once had it, when another lesson is to have it now."""
    for lesson in known.values():
        if wanted.get(lesson.slug, lesson.id) != lesson.id:
            lesson.slug = f"{lesson.slug}-{lesson.id.hex[:8]}"
    db.session.execute(delete(LessonAddress).where(LessonAddress.slug.in_(list(wanted))))
    db.session.flush()


def _keep_all(
    shown: dict[UUID, Checked],
    known: dict[UUID, Lesson],
    vocabularies: Vocabularies,
    ways: Ways,
    built: Built,
) -> None:
    """Keep what changed, some at a time: what is written and read in one go costs least."""
    changed = []
    for key, source in shown.items():
        lesson = known.get(key)
        if lesson is None or lesson.source_hash != source.source_hash:
            changed.append((source, lesson))
            continue
        built.unchanged += lesson.slug == source.slug
        built.changed += lesson.slug != source.slug
        _move(lesson, source.slug)
    for first in range(0, len(changed), TOGETHER):
        some = changed[first : first + TOGETHER]
        kept = [(source, _keep_one(source, lesson, vocabularies, ways, built)) for source, lesson in some]
        db.session.flush()
        list_anew(kept, vocabularies)
        for source, _lesson in kept:
            source.pieces.clear()  # a large library has many


def _keep_one(
    source: Checked, lesson: Lesson | None, vocabularies: Vocabularies, ways: Ways, built: Built
) -> Lesson:
    built.slugs.append(source.slug)
    front = source.front
    older = versions(lesson.id, locked=True) if lesson is not None else []
    version = next((one for one in older if one.version == front["version"]), None)
    same = lesson is not None and version is not None and version.id == lesson.current_version_id
    built.added += lesson is None
    built.refreshed += same
    built.changed += lesson is not None and not same
    lesson = _keep_lesson(source, lesson, vocabularies)
    if version is None:
        version = LessonVersion(
            id=lesson.current_version_id, lesson_id=lesson.id, lesson=lesson, built_at=now()
        )
        fill(version, source)
        db.session.add(version)
    _refresh(version, source, vocabularies)
    for other in older:
        if other is not version:
            _refresh_words(other, source, vocabularies, again=has_pack(other.id))
    due = describe.standing_of(version).due
    lesson.card = {**lesson.card, "review_by": due and due.isoformat()}
    _relate([lesson], ways)
    return lesson


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
    before = lesson.card or {}
    alone = source.published.alone(front["version"])
    lesson.card = {
        **describe.card(front, source.signed.reviews, vocabularies),
        "alone": alone,
        "replaced_by": front["replaced_by"],
    }
    lesson.card = {**lesson.card, "card_html": describe.card_html(lesson)}
    _move(lesson, source.slug)
    _stand(lesson, before)
    lesson.current_version_id = uuid5(lesson.id, front["version"])
    lesson.source_hash = source.source_hash
    lesson.withdrawn_reason = front["reason"] or ""
    return lesson


def fill(version: LessonVersion, source: Checked) -> None:
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
    html = html_of(source, f"/lessons/files/{version.id}/assets/")
    version.evidence = source.evidence
    before = {name: getattr(version, name) for name in html}
    if before != html:
        if before["practitioner_html"] is not None:
            record("render", "lesson_version", version.id, detail={"version": version.version})
        for name, text in html.items():
            setattr(version, name, text)
        version.words = {}
    _refresh_words(version, source, vocabularies)


def html_of(source: Checked, base: str) -> dict[str, str]:
    """The text of a lesson for each kind of reader; pictures are found below ``base``."""
    return {
        "practitioner_html": render.practitioner_html(source.pieces, base),
        "learner_html": render.learner_html(source.pieces, base),
        "family_html": render.family_html(source.pieces, base),
    }


def _refresh_words(
    version: LessonVersion, source: Checked, vocabularies: Vocabularies, *, again: bool = True
) -> None:
    """Older versions, too, name today's telephone numbers and sign-offs, and are shown by today's page.

    A pack that was put away stays so.
    """
    words, reviews = (
        describe.words(version.front, vocabularies),
        up_to(source.signed.reviews, version.version),
    )
    signed = len(version.reviews or [])
    if (version.reviews or []) != reviews:
        detail = {"version": version.version, "before": signed, "after": len(reviews)}
        record("review", "lesson_version", version.id, detail=detail)
    changed = version.words != words or version.reviews != reviews
    version.words, version.reviews = words, reviews
    version.alone = source.published.alone(version.version)
    _make_pages(version)
    if changed and again:
        enqueue(BUILD_PACK, {"version": str(version.id)})
