"""What people looked for and did not find."""

from flask import Blueprint, render_template

from eduhub.core.access import requires
from eduhub.lessons.misses import SOURCES, misses
from eduhub.lessons.permissions import LessonAbility

bp = Blueprint("searches", __name__)


@bp.get("/lessons/searches")
@requires(LessonAbility.SEE_MISSES)
def index() -> str:
    """Searches that found no lesson: what might be written next."""
    return render_template("lessons/searches.html", found=misses(), sources=SOURCES)
