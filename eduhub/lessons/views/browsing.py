"""Finding lessons from the curriculum, and from one lesson to those before, after and beside it."""

from flask import Blueprint, render_template, request

from eduhub.core.access import public
from eduhub.curriculum.models import Level
from eduhub.curriculum.queries import organisers
from eduhub.curriculum.rules import AREAS
from eduhub.lessons import coverage
from eduhub.lessons.permissions import LibraryAbility

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
        ability=LibraryAbility,
    )
