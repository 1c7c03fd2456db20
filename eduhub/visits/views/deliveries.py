"""A delivery: planned with a visit or without, recorded afterwards."""

from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, requires
from eduhub.core.web import Problem, StaleVersion, see
from eduhub.lessons import queries as lessons
from eduhub.lists.queries import lesson_choices
from eduhub.programmes.queries import class_by_id, classes_of
from eduhub.visits import queries
from eduhub.visits.forms import OwnForm, ReportForm
from eduhub.visits.models import Delivery, Outcome
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.planning import Report, plan_own_delivery, record_delivery

bp = Blueprint("deliveries", __name__)
Answer = str | tuple[str, int] | Response


def _own_form() -> OwnForm:
    form = OwnForm()
    form.class_id.choices = {str(one.id): one.label for one in classes_of(current_person())}
    form.lesson_version_id.choices = lesson_choices(current_person())
    return form


@bp.get("/deliveries/new")
@requires(VisitAbility.ASK)
def own_form() -> str:
    """Plan a delivery without a visit."""
    form = _own_form()
    shown = lessons.current(request.args.get("lesson", ""))
    if shown is not None:
        form.lesson_version_id.data = str(shown.version.id)
    return render_template("visits/own.html", form=form)


@bp.post("/deliveries/new")
@requires(VisitAbility.ASK)
def own() -> Answer:
    """Keep the plan."""
    form = _own_form()
    if not form.validate():
        return render_template("visits/own.html", form=form), 422
    known = class_by_id(UUID(form.class_id.data))
    lesson = lessons.version_by_id(UUID(form.lesson_version_id.data))
    ensure(VisitAbility.ASK, known)
    if known is None or lesson is None:
        abort(404)
    delivery = plan_own_delivery(current_person(), known, lesson, form.day.data)
    flash("Planned. Open the questions before and after the lesson.")
    return see(f"/deliveries/{delivery.id}")


def _delivery(delivery_id: UUID, ability: VisitAbility) -> Delivery:
    delivery = queries.delivery_by_id(delivery_id)
    ensure(ability, delivery)
    return delivery or abort(404)


@bp.get("/deliveries/<uuid:delivery_id>")
@requires(VisitAbility.SEE_DELIVERY)
def delivery(delivery_id: UUID) -> str:
    """A delivery: what was planned, what happened, and the questions for the class."""
    shown = _delivery(delivery_id, VisitAbility.SEE_DELIVERY)
    form = ReportForm(obj=shown)
    if not form.delivered_on.data:
        form.delivered_on.data = shown.planned_on
    return render_template("visits/delivery.html", delivery=shown, form=form)


@bp.post("/deliveries/<uuid:delivery_id>")
@requires(VisitAbility.RECORD_DELIVERY)
def record(delivery_id: UUID) -> Answer:
    """Say what was delivered."""
    shown, form = _delivery(delivery_id, VisitAbility.RECORD_DELIVERY), ReportForm()
    if not form.validate():
        return render_template("visits/delivery.html", delivery=shown, form=form), 422
    outcome = Outcome(form.outcome.data)
    done = outcome in {Outcome.DELIVERED, Outcome.PART}
    report = Report(
        outcome=outcome,
        delivered_on=(form.delivered_on.data or shown.planned_on) if done else None,
        learners_present=form.learners_present.data if done else None,
        reason=form.reason.data or "",
        notes=form.notes.data or "",
    )
    try:
        record_delivery(shown, current_person(), report, form.version)
    except Problem as problem:
        form.form_errors.append(problem.message)
        form.seen.data = str(shown.version)
        status = problem.status if isinstance(problem, StaleVersion) else 422
        return render_template("visits/delivery.html", delivery=shown, form=form), status
    flash("Recorded. Thank you.")
    return see(f"/deliveries/{delivery_id}")
