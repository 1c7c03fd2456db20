"""Reading, checking and rendering a draft, by the very functions that build the library: work for the worker."""

import logging
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.curriculum.queries import known_codes
from eduhub.editing import queries
from eduhub.editing.folder import NAME, lesson_folder
from eduhub.editing.models import hash_of
from eduhub.editing.outcomes import keep_reading
from eduhub.editing.preview import kept, shown
from eduhub.editing.sheet import CannotCut, changed_to, cut, own_lines, plain
from eduhub.editing.yaml_text import stretch_of
from eduhub.lessons import describe
from eduhub.lessons.actions import fill, html_of
from eduhub.lessons.check import Vocabularies, check_among, check_one, lesson_folders, read_vocabularies
from eduhub.lessons.checks.checked import Checked, Library
from eduhub.lessons.models import Lesson, LessonVersion
from eduhub.lessons.schema import FRONT
from eduhub.lessons.source import Finding, Source, in_order
from eduhub.lessons.storage import content_folder

log = logging.getLogger("eduhub.editing")
# With one of these the front matter is not whole, and no page can be made of it.
NOT_WHOLE = frozenset(
    {
        "front-matter",
        "link",
        "unreadable",
        "size",
        "nul",
        "encoding",
        "control",
        "yaml",
        "missing",
        "type",
        "value",
    }
)
OTHERWISE = (
    "The form cannot change this file, for its keys are not written one below the other as in other lessons. "
    "Change it in the text of the file."
)


def read_draft(draft_id: UUID) -> None:
    """Read, check and render the text of a draft as it is now, and keep what comes of it."""
    draft = queries.draft_by_id(draft_id)
    if draft is None or draft.is_checked:
        return
    text, slug, base = draft.text, draft.slug, f"/drafts/{draft.id}/assets/"
    vocabularies = _vocabularies()
    with shadow(slug, as_published(text)) as folder:
        checked = check_one(folder, vocabularies, known_codes(), frozenset())
        values = values_of(checked.source, plain(text))
        check_among(checked, _among(checked, vocabularies))
        preview = _preview(draft_id, checked, vocabularies, base)
    db.session.rollback()
    keep_reading(
        draft_id, hash_of(text), values, described(checked.findings + checked.advice, values), preview
    )


def _vocabularies() -> Vocabularies:
    try:
        return read_vocabularies(content_folder())
    except ValueError:
        log.exception("a draft is checked without vocabularies")
        return Vocabularies()


def described(findings: list[Finding], values: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Findings as they are kept, the worst first."""
    rows = [
        {**asdict(one), "severity": one.severity.value, "why": one.about.why} for one in in_order(findings)
    ]
    if values is None and not any(row["code"] in NOT_WHOLE for row in rows):
        row = Finding("", 1, "type", OTHERWISE, "")
        rows.append({**asdict(row), "severity": "information", "why": ""})
    return sorted(rows, key=lambda row: ("error", "warning", "information").index(row["severity"]))


def as_published(text: str, **values: str | None) -> str:
    """A text as it will be published: with this status, and what else is set then; as it is where it has no keys.

    What has its value already stays as it is written, with the comment behind it.
    """
    try:
        sheet = cut(plain(text))
    except CannotCut:
        return text
    for key, value in {"status": "published", **values}.items():
        written = stretch_of(key, value, FRONT[key])
        if re.sub(r"\s+#.*", "", own_lines(sheet.stretches.get(key, ""))).strip() != written.strip():
            sheet.put(key, written)
    return changed_to(text, str(sheet))


@contextmanager
def shadow(slug: str, text: str) -> Iterator[Path]:
    """A lesson's folder as it would be with this text, in a place of its own."""
    with tempfile.TemporaryDirectory(prefix="draft-", dir=current_app.instance_path) as scratch:
        folder = Path(scratch) / slug
        real = lesson_folder(slug)
        if real.is_dir():
            shutil.copytree(real, folder, symlinks=True)
        folder.mkdir(exist_ok=True)
        (folder / NAME).unlink(missing_ok=True)
        (folder / NAME).write_bytes(text.encode())
        yield folder


def values_of(source: Source, text: str) -> dict[str, Any] | None:
    """The values of a text, once it is sure that its stretches are where YAML sees the keys; None otherwise."""
    try:
        sheet = cut(text)
    except CannotCut:
        return None
    seen = {key: source.lines.get(key) for key in source.front}
    return source.front if source.front and seen == sheet.lines() else None


class _Shelf(Mapping[str, Checked]):
    """The other lessons of the library by their folders, each read only when it is asked for."""

    def __init__(self, lesson: Checked, vocabularies: Vocabularies) -> None:
        self.read = {lesson.slug: lesson}
        self.vocabularies = vocabularies
        self.folders = {folder.name: folder for folder in lesson_folders(content_folder() / "lessons")}
        self.rendered = frozenset(db.session.scalars(select(Lesson.source_hash)))

    def __getitem__(self, slug: str) -> Checked:
        if slug not in self.read:
            self.read[slug] = check_one(self.folders[slug], self.vocabularies, set(), self.rendered)
        return self.read[slug]

    def __contains__(self, slug: object) -> bool:
        return slug in self.read or slug in self.folders

    def __iter__(self) -> Iterator[str]:
        return iter({**self.folders, **self.read})

    def __len__(self) -> int:
        return len({*self.folders, *self.read})


def _among(lesson: Checked, vocabularies: Vocabularies) -> Library:
    identity = lesson.front.get("id")
    ids: Counter[str] = Counter()
    if identity:
        other = db.session.scalar(select(Lesson.slug).where(Lesson.id == UUID(identity)))
        ids[identity] = 1 if other in (None, lesson.slug) else 2
    return Library(_Shelf(lesson, vocabularies), ids)


def _preview(draft_id: UUID, checked: Checked, vocabularies: Vocabularies, base: str) -> dict[str, Any]:
    """What the pages show; nothing while the front matter is not whole."""
    if not checked.front or any(one.code in NOT_WHOLE for one in checked.source.findings):
        return {}
    version = LessonVersion(
        alone={}, plan_html="", words=describe.words(checked.front, vocabularies), reviews=[]
    )
    fill(version, checked)
    version.evidence = checked.evidence
    for name, html in html_of(checked, base).items():
        setattr(version, name, html)
    made = shown(draft_id, checked.slug, now(), kept(version))
    try:
        return {**kept(made), "plan_html": describe.plan(made)}
    except Exception:  # whatever a page makes of a faulty text, the findings are to be kept
        log.exception("no preview can be made of draft %s", draft_id)
        return {}
