"""An officer's own time: what is taken, and the sheet for a day."""

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, requires
from eduhub.core.clock import at_local, today
from eduhub.core.web import Problem, see
from eduhub.visits import actions, queries
from eduhub.visits.forms import BusyForm
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.rules import FURTHEST

bp = Blueprint("diary", __name__)
Answer = str | tuple[str, int] | Response


def _page(form: BusyForm, status: int = 200) -> Answer:
    first = _day(request.args.get("from"))
    rows = queries.diary(current_person(), first)
    return render_template("visits/diary.html", form=form, rows=rows, first=first), status


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return today()
    return day if abs(day - today()) < FURTHEST else today()


@bp.get("/visits/diary")
@requires(VisitAbility.KEEP_DIARY)
def index() -> Answer:
    """Two weeks of taken time."""
    return _page(BusyForm())


@bp.post("/visits/diary")
@requires(VisitAbility.KEEP_DIARY)
def add() -> Answer:
    """Mark own time as taken."""
    form = BusyForm()
    if not form.validate():
        return _page(form, 422)
    begin = at_local(form.first_day.data, form.first_time.data)
    end = at_local(form.last_day.data, form.last_time.data)
    try:
        actions.add_busy_time(current_person(), begin, end, form.what.data)
    except Problem as problem:
        form.form_errors.append(problem.message)
        return _page(form, 422)
    flash("Your diary is marked.")
    return see("/visits/diary")


@bp.post("/visits/diary/<uuid:commitment_id>/remove")
@requires(VisitAbility.KEEP_DIARY)
def remove(commitment_id: UUID) -> Answer:
    """Take busy time back."""
    found = queries.commitment_by_id(commitment_id)
    if found is None or found.holder_id != current_person().id:
        abort(404)
    actions.remove_busy_time(current_person(), found)
    flash("Removed.")
    return see("/visits/diary")
