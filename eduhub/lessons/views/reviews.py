"""Lessons that are to be gone through again, for those who keep them: on a page, and the same as CSV."""

import csv
import io

from flask import Blueprint, Response, render_template, request

from eduhub.core.access import requires
from eduhub.core.web import Page, page_number, plain_cell
from eduhub.lessons.due import BANDS, KINDS, PAGE_SIZE, Asked, Band, Due, due_lessons, owners
from eduhub.lessons.permissions import LessonAbility

bp = Blueprint("reviews", __name__)
SHOWN = {
    "": "All of them",
    Band.OVERDUE: "Overdue",
    Band.DAYS_30: "Due within 30 days",
    Band.DAYS_60: "Due in 31 to 60 days",
    Band.DAYS_90: "Due in 61 to 90 days",
    Band.NEVER: "Never signed off by anybody",
}


def _asked(lessons: list[Due]) -> Asked:
    """What the address asks for; what is not known there is not asked for."""
    known = {"show": set(SHOWN), "owner": set(owners(lessons)), "unsigned": set(KINDS)}
    given = request.args.to_dict()
    return Asked(**{name: given[name] for name in known if given.get(name) in known[name]})


@bp.get("/lessons/reviews")
@requires(LessonAbility.SEE_REVIEWS)
def index() -> str:
    """What is overdue, what falls due within ninety days, and what nobody has signed off."""
    lessons = due_lessons()
    asked = _asked(lessons)
    found = [one for one in lessons if asked.holds(one)]
    number = min(page_number(), max(1, -(-len(found) // PAGE_SIZE)))
    first = (number - 1) * PAGE_SIZE
    return render_template(
        "lessons/reviews.html",
        page=Page(found[first : first + PAGE_SIZE], number, PAGE_SIZE, len(found)),
        asked=asked,
        counts={band: sum(one.band is band for one in lessons) for band in Band},
        bands=BANDS,
        kinds=KINDS,
        owners={"": "Anybody", **{name: name for name in owners(lessons)}},
        unsigned={"": "Does not matter", **{kind: kind.capitalize() for kind in KINDS}},
        shown=SHOWN,
    )


@bp.get("/lessons/reviews.csv")
@requires(LessonAbility.SEE_REVIEWS)
def as_csv() -> Response:
    """Exactly the lessons the page shows, on all its pages."""
    lessons = due_lessons()
    asked = _asked(lessons)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["when", "lesson", "address", "version", "review by", "kept by", *KINDS])
    for one in filter(asked.holds, lessons):
        told = [BANDS[one.band], one.title, f"/lessons/{one.slug}", one.version, one.due or "", one.owner]
        rows.writerow(plain_cell(cell) for cell in (*told, *(one.signed.get(kind, "none") for kind in KINDS)))
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=reviews.csv"
    return response
