"""Finding lessons from the curriculum, and from one lesson to those before, after and beside it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from eduhub.core.access import public
from eduhub.curriculum.models import Level
from eduhub.curriculum.queries import organisers
from eduhub.curriculum.rules import AREAS
from eduhub.lessons import coverage, progression
from eduhub.lessons.models import Lesson
from eduhub.lessons.permissions import LessonAbility
from eduhub.lessons.queries import moved_to

bp = Blueprint("browsing", __name__)

ORGANISER = ("HWB", "Substance misuse")
LEVELS = list(Level)[:5]


@bp.get("/lessons/curriculum")
@public
def by_curriculum() -> str:
    """The codes of an organiser by line and level, each with the lessons that teach it; gaps are shown as such."""
    known = organisers()
    chosen = next((one for one in known if " ".join(one) == request.args.get("organiser")), ORGANISER)
    level = next((one for one in LEVELS if one == request.args.get("level")), None)
    codes = coverage.codes_of(*chosen, level)
    return render_template(
        "lessons/by_curriculum.html",
        organisers=known,
        area_names=AREAS,
        chosen=chosen,
        level=level,
        all_levels=LEVELS,
        levels=coverage.levels_of(codes),
        rows=coverage.rows_of(codes),
        totals=coverage.totals_of(codes),
        ability=LessonAbility,
    )


@bp.get("/lessons/<string:slug>/progression")
@public
def before_and_after(slug: str) -> str:
    """What comes before and after a lesson: step by step, in its series, and line by line."""
    lesson = progression.lesson_at(slug) or _moved(slug)
    levels, rows = progression.lines_of(lesson)
    return render_template(
        "lessons/progression.html",
        lesson=lesson,
        earlier=progression.steps(lesson, "before")[::-1],
        later=progression.steps(lesson, "next"),
        series=progression.series_of(lesson),
        levels=levels,
        rows=rows,
    )


def _moved(slug: str) -> Lesson:
    """Lead on to the lesson that once had this address; not found when there is none."""
    present = moved_to(slug)
    if present is None:
        abort(404)
    abort(redirect(url_for("browsing.before_and_after", slug=present)))
