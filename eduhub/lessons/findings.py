"""What checks found, kept beside the index, so that a page shows it without reading a file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, func, select, update

from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.web import Page
from eduhub.lessons.codes import OF_OTHER_SITES, Group, Severity
from eduhub.lessons.models import LessonCheck
from eduhub.lessons.source import Finding, in_order

if TYPE_CHECKING:  # it loads all that renders, which no page needs
    from eduhub.lessons.checks.checked import Checked

# Advice that needs the rendered text: remembered for lessons that are not rendered again.
OF_RENDERED = frozenset({Group.LINKS, Group.ACCESSIBILITY, Group.OUTPUT})
# Of these groups, what is found anew each time without rendering.
FOUND_ANEW = OF_OTHER_SITES | {"link-lost", "pack-size"}
CONTENT = ""
PAGE_SIZE = 20


def recall_advice(unrendered: "Iterable[Checked]") -> None:
    """Give lessons that were not rendered again what was found when they were."""
    lessons = {lesson.source_hash: lesson for lesson in unrendered}
    if not lessons:
        return
    for row in db.session.scalars(select(LessonCheck)):
        lesson = lessons.get(row.source_hash)
        for finding in map(finding_of, row.findings) if lesson else ():
            rendered = finding.group in OF_RENDERED and finding.code not in FOUND_ANEW
            if lesson and rendered and finding.severity is not Severity.ERROR:
                lesson.keep(replace(finding, file=lesson.file))


@action
def keep_findings(checked: "Sequence[Checked]") -> None:
    """Keep what was found in these lessons, and forget all others. Rows that say the same get the new moment alone."""
    rows = {row.slug: row for row in db.session.scalars(select(LessonCheck))}
    moment = now()
    for lesson in checked:
        row = rows.pop(lesson.slug, None) or LessonCheck(slug=lesson.slug, checked_at=moment)
        row.title = str(lesson.front.get("title") or lesson.slug)
        row.source_hash = lesson.source_hash
        _fill(row, [*lesson.findings, *lesson.advice])
        db.session.add(row)
    db.session.execute(delete(LessonCheck).where(LessonCheck.slug.in_(list(rows))))
    db.session.execute(update(LessonCheck).values(checked_at=moment))


@action
def keep_failure(message: str) -> None:
    """Keep that the lessons could not be checked at all, and why."""
    row = db.session.get(LessonCheck, CONTENT) or LessonCheck(slug=CONTENT)
    row.checked_at = now()
    row.title, row.source_hash = "All lessons", ""
    _fill(row, [Finding("content", 1, "content", message, "Mend it, then check again.")])
    db.session.add(row)


def _fill(row: LessonCheck, findings: list[Finding]) -> None:
    counts = Counter(finding.severity for finding in findings)
    row.errors, row.warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    row.notes = counts[Severity.INFORMATION]
    row.findings = [asdict(finding) for finding in in_order(findings)]


def finding_of(kept: dict[str, Any]) -> Finding:
    """A finding as it was kept."""
    return Finding(**kept)


def kept_findings(severity: Severity, page: int) -> Page[LessonCheck]:
    """Lessons with findings of this severity or a worse one, the worst first."""
    wanted = _with(severity)
    total = db.session.scalar(select(func.count()).select_from(LessonCheck).where(wanted)) or 0
    number = min(page, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.scalars(
        select(LessonCheck)
        .where(wanted)
        .order_by(LessonCheck.errors.desc(), LessonCheck.warnings.desc(), LessonCheck.title, LessonCheck.slug)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total)


def _with(severity: Severity) -> ColumnElement[bool]:
    counted = {
        Severity.ERROR: LessonCheck.errors,
        Severity.WARNING: LessonCheck.errors + LessonCheck.warnings,
        Severity.INFORMATION: LessonCheck.errors + LessonCheck.warnings + LessonCheck.notes,
    }
    return counted[severity] > 0


def totals() -> dict[str, Any]:
    """How many lessons were checked, when, and how much was found."""
    lessons, errors, warnings, notes, first = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(LessonCheck.errors), 0),
            func.coalesce(func.sum(LessonCheck.warnings), 0),
            func.coalesce(func.sum(LessonCheck.notes), 0),
            func.min(LessonCheck.checked_at),
        )
    ).one()
    return {
        "lessons": lessons,
        "errors": int(errors),
        "warnings": int(warnings),
        "notes": int(notes),
        "checked_at": first,
    }
