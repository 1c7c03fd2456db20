"""Results for leads, as a page and as the same in CSV."""

import csv
import io
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from eduhub.accounts.models import Person
from eduhub.core.access import current_person, ensure, requires
from eduhub.core.clock import today
from eduhub.core.web import plain_cell
from eduhub.evaluation.questions import SKIP_LABEL
from eduhub.evaluation.rules import school_year
from eduhub.insights import queries
from eduhub.insights.permissions import InsightAbility, scopes
from eduhub.lessons.models import Lesson
from eduhub.organisations.models import Organisation

bp = Blueprint("insights", __name__)


@dataclass(frozen=True)
class Shown:
    """What a results page shows: one area, year and lesson, and the choices beside them."""

    area: Organisation
    year: str
    years: list[str]
    rows: list[queries.AreaRow]
    lessons: list[Lesson]
    lesson: Lesson | None
    results: queries.Results | None


def _shown(person: Person) -> Shown:
    area = _area(person)
    now = school_year(today())
    years = sorted({now, *queries.years_asked()}, reverse=True)
    year = request.args.get("year") if request.args.get("year") in years else now
    assert year is not None
    lessons = queries.lessons_asked(area, year)
    wanted = request.args.get("lesson")
    lesson = next((one for one in lessons if one.slug == wanted), lessons[0] if lessons else None)
    results = queries.results(area, lesson.id, year) if lesson else None
    return Shown(area, year, years, queries.deliveries(area, year), lessons, lesson, results)


def _area(person: Person) -> Organisation:
    wanted = request.args.get("area")
    if not wanted:
        return scopes(person)[0]
    try:
        area = queries.area_by_id(UUID(wanted))
    except ValueError:
        abort(404)
    ensure(InsightAbility.SEE_RESULTS, area)
    return area or abort(404)


@bp.get("/results")
@requires(InsightAbility.SEE_RESULTS)
def index() -> str:
    """Who delivered what, and what classes said before and after."""
    person = current_person()
    shown = _shown(person)
    top = scopes(person)
    councils = {area.id: area for one in top for area in queries.councils_of(one)}
    areas = [*top, *(a for key, a in councils.items() if key not in {one.id for one in top})]
    return render_template("insights/results.html", shown=shown, areas=areas)


@bp.get("/results.csv")
@requires(InsightAbility.SEE_RESULTS)
def as_csv() -> Response:
    """Exactly what the page shows."""
    shown = _shown(current_person())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["area", "school year", "council", "lesson", "planned", "delivered", "part", "not delivered"]
    )
    for row in shown.rows:
        cells = [row.council, row.lesson, row.planned, row.delivered, row.part, row.not_delivered]
        writer.writerow([plain_cell(cell) for cell in [shown.area.name, shown.year, *cells]])
    if shown.results and shown.lesson:
        _write_findings(writer, shown.lesson.title, shown.results)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=results.csv"
    return response


def _write_findings(writer: "object", title: str, results: queries.Results) -> None:
    scale = [*results.chosen.scale.items(), ("0", SKIP_LABEL)]
    write = writer.writerow  # type: ignore[attr-defined]
    write([])
    write(["lesson", "question", "when", *(label for _, label in scale), "share agreeing", "from", "to"])
    for finding in results.findings:
        for when, side in (("before", finding.before), ("after", finding.after)):
            if side is None:
                continue
            counts = [side.counts.get(key, 0) for key, _ in scale]
            share = [f"{100 * value:.0f}%" for value in side.agreeing] if side.agreeing else ["", "", ""]
            write([plain_cell(cell) for cell in [title, finding.question.text, when, *counts, *share]])
