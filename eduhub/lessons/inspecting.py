"""Lessons read from their files and checked against this site: its codes, the versions it has, old addresses."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from eduhub.core.db import db
from eduhub.curriculum.queries import known_codes
from eduhub.curriculum.reference import OUTCOMES
from eduhub.curriculum.rules import parse_codes
from eduhub.lessons.check import (
    Checked,
    Progress,
    Vocabularies,
    check_all,
    lesson_folders,
    other_folders,
    read_vocabularies,
)
from eduhub.lessons.editions import Published, check_versions, published
from eduhub.lessons.findings import recall_advice
from eduhub.lessons.models import Lesson
from eduhub.lessons.outside_links import find_outside
from eduhub.lessons.redirects import read_redirects
from eduhub.lessons.source import Finding, in_order
from eduhub.lessons.storage import content_folder
from eduhub.lessons.translations import check_translations


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
    checked = check_all(folders, read_vocabularies(content_folder()), site_codes())
    _find_in_versions(checked, _published())
    return checked if path else [*checked, *_redirects_checked(checked)]


def _find_in_versions(checked: list[Checked], known: Published) -> None:
    """Note with each lesson what is wrong with its version, and what changed in what it translates."""
    by_slug = {lesson.slug: lesson for lesson in checked}
    for finding in [*check_versions(checked, known), *check_translations(checked, known)]:
        by_slug[finding.file.partition("/")[0]].keep(finding)


def _redirects_checked(checked: list[Checked]) -> list[Checked]:
    """The list of old addresses, as if it were one more lesson, where something is wrong with it."""
    found = read_redirects(content_folder(), {lesson.slug for lesson in checked}).findings
    return [replace(checked[0], slug="redirects", findings=found, advice=[], front={})] if found else []


def passed_over(path: Path | None = None) -> list[str]:
    """Names of folders at a path that hold no lesson."""
    return other_folders(path or content_folder() / "lessons")


def site_codes() -> set[str]:
    """The codes this site knows; those shipped where there is no database yet."""
    try:
        known = known_codes()
    except DBAPIError:
        db.session.rollback()
        known = set()
    return known or {code for codes, *_ in OUTCOMES for code in parse_codes(codes)}


def _published() -> Published:
    """The versions this site has; none where there is no database yet."""
    try:
        return published()
    except DBAPIError:
        db.session.rollback()
        return {}


def look_over(
    folders: Iterable[Path], vocabularies: Vocabularies, progress: Progress = lambda _done, _total: None
) -> list[Checked]:
    """Lessons with everything a build would find; those in use already are not rendered again. No other site is asked."""
    rendered = frozenset(db.session.scalars(select(Lesson.source_hash)))
    checked = check_all(folders, vocabularies, known_codes(), rendered, progress)
    recall_advice(lesson for lesson in checked if lesson.source_hash in rendered)
    _find_in_versions(checked, published())
    find_outside(checked)
    return checked
