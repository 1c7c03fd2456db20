"""Results for leads, as a page and as the same in CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request

from eduhub.accounts.models import Person
from eduhub.core.access import current_person, ensure, requires
from eduhub.core.clock import today
from eduhub.core.web import plain_cell
from eduhub.evaluation.areas import years_asked
from eduhub.insights import queries
from eduhub.insights.permissions import InsightAbility, scopes
from eduhub.lessons.models import Lesson
from eduhub.organisations.models import Organisation
from eduhub.organisations.rules import school_year

bp = Blueprint("insights", __name__)
Row = list[object]


@dataclass(frozen=True)
class Shown:
    """What a results page shows: one area, year and lesson, and the choices beside them."""

    area: Organisation
    year: str
    years: list[str]
    rows: list[queries.AreaRow]
    lessons: list[Lesson]
    lesson: Lesson | None
    said: queries.Said | None


def _shown(person: Person) -> Shown:
    area = _area(person)
    now = school_year(today())
    years = sorted({now, *years_asked()}, reverse=True)
    wanted_year, wanted_lesson = request.args.get("year"), request.args.get("lesson")
    year = wanted_year if wanted_year in years else now
    assert year is not None
    lessons = queries.lessons_asked(area, year)
    lesson = next((one for one in lessons if one.slug == wanted_lesson), lessons[0] if lessons else None)
    said = queries.said(area, lesson.id, year, request.args.get("set")) if lesson else None
    return Shown(area, year, years, queries.deliveries(area, year), lessons, lesson, said)


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
    """Exactly what the page shows: what was said, or (``table=deliveries``) the deliveries."""
    shown = _shown(current_person())
    wants_deliveries = request.args.get("table") == "deliveries"
    rows = _delivery_rows(shown) if wants_deliveries else _said_rows(shown)
    out = io.StringIO()
    csv.writer(out).writerows([plain_cell(cell) for cell in row] for row in rows)
    response = Response(out.getvalue(), mimetype="text/csv")
    name = "deliveries.csv" if wants_deliveries else "results.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _delivery_rows(shown: Shown) -> Iterator[Row]:
    yield ["area", "school year", "council", "lesson", "planned", "delivered", "part", "not delivered"]
    for row in shown.rows:
        numbers: Row = [row.planned, row.delivered, row.part, row.not_delivered]
        yield [shown.area.name, shown.year, row.council, row.lesson, *numbers]


def _said_rows(shown: Shown) -> Iterator[Row]:
    yield [
        "area", "school year", "lesson", "question set", "question", "when", "choice", "shown value", "from", "to",
        "answers",
    ]  # fmt: skip
    if shown.said and shown.lesson:
        place: Row = [shown.area.name, shown.year, shown.lesson.title]
        for row in (*_learner_rows(shown.said), *_staff_rows(shown.said)):
            yield [*place, *row]


def _learner_rows(said: queries.Said) -> Iterator[Row]:
    if said.results is None:
        return
    for finding in said.results.findings:
        about: Row = [said.results.chosen.title, finding.question.text]
        for line in finding.lines:
            for wave, figure in line.figures.items():
                number = said.groups[wave].number
                yield [*about, wave.value, line.label.lower(), figure.value, figure.low, figure.high, number]
        if finding.change:
            yield [
                *about,
                "change",
                "agreeing",
                finding.change.value,
                finding.change.low,
                finding.change.high,
                "",
            ]


def _staff_rows(said: queries.Said) -> Iterator[Row]:
    for table in said.staff:
        for line in table.lines:
            for choice, count in line.counts:
                about = [f"{table.kind}’s view", line.question, "after", choice.lower()]
                yield [*about, count, "", "", table.forms]
