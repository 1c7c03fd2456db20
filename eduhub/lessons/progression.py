"""What comes before and after a lesson: other lessons step by step, its series, and its lines at other levels."""

from sqlalchemy import or_, select

from eduhub.core.db import db
from eduhub.curriculum.models import Level, Outcome
from eduhub.curriculum.rules import DIGIT_LEVELS, split_codes
from eduhub.lessons.coverage import Row, coverage, levels_of, rows_of
from eduhub.lessons.models import Lesson, LessonFacet, Status
from eduhub.lessons.queries import VISIBLE

STEPS = 4
IN_A_STEP = 12
IN_A_SERIES = 50
OPPOSITE = {"before": "next", "next": "before"}


def lesson_at(slug: str) -> Lesson | None:
    """The lesson at an address, without its text."""
    if "\0" in slug:  # PostgreSQL would call it a fault
        return None
    lesson = db.session.scalar(select(Lesson).where(Lesson.slug == slug))
    return lesson if lesson is not None and lesson.status in VISIBLE else None


def steps(lesson: Lesson, way: str) -> list[list[Lesson]]:
    """The lessons one step before or next (the ``way``), then those two steps on, up to four.

    A lesson follows when either of the two says so. Each stands once, at its nearest, so that circles end.
    """
    found: list[list[Lesson]] = []
    last, seen = [lesson], {lesson.id}
    while last and len(found) < STEPS:
        slugs = [slug for one in last for slug in one.card[way]]
        saying_so = select(LessonFacet.lesson_id).where(
            LessonFacet.kind == OPPOSITE[way], LessonFacet.value.in_([one.slug for one in last])
        )
        wanted = or_(Lesson.slug.in_(slugs), Lesson.id.in_(saying_so))
        statement = select(Lesson).where(Lesson.status == Status.PUBLISHED, wanted, Lesson.id.not_in(seen))
        last = list(db.session.scalars(statement.order_by(Lesson.title, Lesson.id).limit(IN_A_STEP)))
        seen.update(one.id for one in last)
        found += [last] if last else []
    return found


def series_of(lesson: Lesson) -> list[Lesson]:
    """The published lessons of its series, in order; empty when it stands in none."""
    series = lesson.card.get("series")
    if not series:
        return []
    of_series = select(LessonFacet.lesson_id).where(
        LessonFacet.kind == "series", LessonFacet.value == series["name"]
    )
    rows = db.session.scalars(select(Lesson).where(Lesson.id.in_(of_series)).limit(IN_A_SERIES))
    return sorted(rows, key=lambda one: (one.card["series"]["position"], one.title))


def lines_of(lesson: Lesson) -> tuple[list[Level], list[Row]]:
    """The lines a lesson works on at every level there is, with the lessons for each; those it teaches first."""
    codes = [code for text in lesson.card["codes"] for code in split_codes(text)]
    wanted = {str(code._replace(digit=digit)) for code in codes for digit in range(len(DIGIT_LEVELS))}
    found = coverage(Outcome.code.in_(wanted))
    taught = {one.line for one in found if one.code in lesson.card["teaches"]}
    return levels_of(found), sorted(rows_of(found), key=lambda row: row.line not in taught)
