"""The curriculum as this site knows it: codes by level, with our summaries."""

from flask import Blueprint, abort, render_template, request
from flask_login import current_user

from eduhub.accounts.models import Role
from eduhub.core.access import public
from eduhub.curriculum.models import Level
from eduhub.curriculum.queries import benchmarks_of, outcome_by_code, outcomes_at
from eduhub.curriculum.rules import AREAS, NotACodeError, parse_codes

bp = Blueprint("curriculum", __name__)


def _sees_official_text() -> bool:
    editors = (Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER)
    return bool(current_user.is_authenticated and current_user.holds(*editors))


@bp.get("/curriculum")
@public
def index() -> str:
    """Codes of one level and area."""
    level = Level(request.args["level"]) if request.args.get("level") in set(Level) else Level.SECOND
    area = request.args.get("area") if request.args.get("area") in AREAS else "HWB"
    return render_template(
        "curriculum/index.html",
        level=level,
        area=area,
        levels=list(Level)[:5],
        areas=AREAS,
        outcomes=outcomes_at(level, AREAS[area or "HWB"]),
    )


@bp.get("/curriculum/<string:slug>")
@public
def outcome(slug: str) -> str:
    """One code; the official text, with its source and proof status, for editors."""
    try:
        codes = parse_codes(slug)
    except NotACodeError:
        abort(404)
    found = outcome_by_code(codes[0]) if len(codes) == 1 else None
    if found is None:
        abort(404)
    official = _sees_official_text()
    return render_template(
        "curriculum/outcome.html",
        outcome=found,
        official=official,
        benchmarks=benchmarks_of(found.code) if official else [],
    )
