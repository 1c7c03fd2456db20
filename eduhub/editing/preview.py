"""A draft as a version of its lesson that is in no table: what the pages of a lesson need to be shown as they will be."""

from datetime import datetime
from typing import Any
from uuid import UUID

from eduhub.lessons.models import Lesson, LessonVersion, Status
from eduhub.lessons.queries import OF_LESSON, OF_VERSION

HTML = ("practitioner_html", "learner_html", "family_html", "plan_html")
# A draft has no number until it is published.
NO_NUMBER = "draft"
KEPT = (
    *HTML,
    "version",
    "title",
    "summary",
    "minutes",
    "levels",
    "stages",
    "front",
    "words",
    "assets",
    "reviews",
    "evidence",
)


def kept(version: LessonVersion) -> dict[str, Any]:
    """What has to be kept to show it again."""
    return {name: getattr(version, name) for name in KEPT}


def shown(draft_id: UUID, slug: str, moment: datetime, values: dict[str, Any]) -> LessonVersion:
    """The version again, belonging to a lesson that is not published: a page offers nothing to do with it."""
    lesson = Lesson(
        id=draft_id, slug=slug, status=Status.IN_REVIEW, title=values["title"], current_version_id=draft_id
    )
    lesson.feedback_count = 0
    lesson.card = {
        "lang": values["front"]["lang"],
        "before": [],
        "next": [],
        "related": [],
        "version": values["version"],
    }
    lesson.withdrawn_reason = ""
    version = LessonVersion(
        id=draft_id, lesson_id=draft_id, lesson=lesson, built_at=moment, content_hash="", alone={}
    )
    for name in KEPT:
        setattr(version, name, values[name])
    version.version, version.pack_html = NO_NUMBER, ""
    return version


def plan_page(version: LessonVersion) -> dict[str, Any]:
    """What the practitioners' page shows, by the names it is read under for a published lesson."""
    return {
        **{name: getattr(version.lesson, name) for name in OF_LESSON},
        **{name: getattr(version, name) for name in OF_VERSION},
        "has_family": bool(version.family_html),
    }
