"""What changed in an original since the version its translation follows: fields and blocks, told by name."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from eduhub.core.db import db
from eduhub.lessons.check import Checked
from eduhub.lessons.compare import Side, compare
from eduhub.lessons.editions import Published
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.render import practitioner_html
from eduhub.lessons.rules import version_key
from eduhub.lessons.source import Finding

MOST_NAMED = 12


def check_translations(checked: Iterable[Checked], known: Published) -> list[Finding]:
    """What each translation is behind with. Versions this site does not have cannot be compared: that is said too."""
    lessons = {lesson.slug: lesson for lesson in checked}
    found = []
    for lesson in lessons.values():
        original = lessons.get(lesson.front.get("translation_of") or "")
        if original is not None and original is not lesson and _is_behind(lesson, original):
            found.append(_finding(lesson, original, known))
    return found


def _is_behind(lesson: Checked, original: Checked) -> bool:
    mine, theirs = lesson.front.get("of_version"), original.front.get("version")
    if not mine or not theirs or not original.front.get("id") or original.findings:
        return False
    return version_key(mine) < version_key(theirs)


def _finding(lesson: Checked, original: Checked, known: Published) -> Finding:
    line, version = lesson.source.line_of("of_version"), lesson.front["of_version"]
    if version not in known.get(UUID(original.front["id"]), {}):
        why = f"this site does not have version {version} of {original.slug}"
        mend = f"Compare it with the version of {original.slug} that was translated, where that is kept."
        message = f"what changed since cannot be said: {why}."
        return Finding(lesson.file, line, "translation-unknown", message, mend)
    names = _changed(original, version)
    some = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    message = f"in {original.slug} changed since version {version}: {some}{more}."
    if not names:
        message = f"no words changed in {original.slug} since version {version}."
    mend = f"Translate that, then set of_version to {original.front['version']}."
    return Finding(lesson.file, line, "translation-changed", message, mend)


def _changed(original: Checked, version: str) -> list[str]:
    """The names of fields and blocks that differ, each once."""
    old = _kept(original, version)
    new = Side(original.front, practitioner_html(original.pieces, ""), original.assets)
    if not original.pieces:  # rendered before, and not again
        new = _kept(original, original.front["version"])
    found = compare(old, new)
    return list(dict.fromkeys([*(part.label for part in (*found.fields, *found.blocks)), *found.files]))


def _kept(original: Checked, version: str) -> Side:
    statement = select(LessonVersion.front, LessonVersion.practitioner_html, LessonVersion.assets).where(
        LessonVersion.lesson_id == UUID(original.front["id"]), LessonVersion.version == version
    )
    return Side(*db.session.execute(statement).one())
