"""Asking for a visit, and everything that happens to it until it is recorded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, may, requires
from eduhub.core.forms import Form
from eduhub.core.web import see
from eduhub.lessons import queries as lessons
from eduhub.programmes.queries import class_by_id, classes_of
from eduhub.visits import actions, queries
from eduhub.visits.forms import AskForm, MoveForm, OfferForm, ReasonForm, SeenForm
from eduhub.visits.models import Visit
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.rules import REASONS

bp = Blueprint("visits", __name__)
Answer = str | tuple[str, int] | Response


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """Names templates of visits use."""
    return {"ability": VisitAbility, "reasons": REASONS}


@bp.get("/visits")
@requires(VisitAbility.SEE)
def index() -> str:
    """My visits: what waits for me, what comes, what was."""
    person = current_person()
    return render_template(
        "visits/index.html",
        live=queries.live_visits(person),
        past=queries.past_visits(person),
        deliveries=queries.deliveries_of(person)[:10],
    )


@bp.get("/visits/queue")
@requires(VisitAbility.SEE_QUEUE)
def queue() -> str:
    """Requests of the division, the longest waiting first."""
    return render_template("visits/queue.html", visits=queries.queue(current_person()))


def _ask_form() -> AskForm:
    form = AskForm()
    form.class_id.choices = {str(one.id): one.label for one in classes_of(current_person())}
    form.lesson_version_id.choices = lessons.choices_for_planning()
    return form


@bp.get("/visits/new")
@requires(VisitAbility.ASK)
def ask_form() -> str:
    """The form of a request; ``?lesson=`` chooses the lesson."""
    form = _ask_form()
    shown = lessons.current(request.args.get("lesson", ""))
    if shown is not None:
        form.lesson_version_id.data = str(shown.version.id)
    form.staying.data = current_person().name
    return render_template("visits/ask.html", form=form)


@bp.post("/visits/new")
@requires(VisitAbility.ASK)
def ask() -> Answer:
    """Ask for a visit."""
    form = _ask_form()
    if not form.validate():
        return render_template("visits/ask.html", form=form), 422
    known = class_by_id(UUID(form.class_id.data))
    lesson = lessons.version_by_id(UUID(form.lesson_version_id.data))
    ensure(VisitAbility.ASK, known)
    if known is None or lesson is None:
        abort(404)
    for begin in form.times():
        problem = queries.why_not_at(known.school, begin, lesson.minutes)
        if problem:
            form.form_errors.append(f"{begin:%d %B}: {problem}")
    if form.form_errors:
        return render_template("visits/ask.html", form=form), 422
    visit = actions.ask_for_visit(current_person(), known, lesson, _request_of(form))
    flash("Your request is with the officers of your division.")
    return see(f"/visits/{visit.id}")


def _request_of(form: AskForm) -> actions.Request:
    return actions.Request(
        times=form.times(),
        learners=form.learners.data,
        room=form.room.data,
        needs=form.needs.data,
        staying=form.staying.data,
        sensitive_note=form.sensitive_note.data,
    )


def _visit(visit_id: UUID, ability: VisitAbility) -> Visit:
    visit = queries.visit_by_id(visit_id)
    ensure(ability, visit)
    return visit or abort(404)


def _page(visit: Visit, form: Form | None = None, status: int = 200, *, taken: bool = False) -> Answer:
    person = current_person()
    offers = may(VisitAbility.OFFER, visit)
    html = render_template(
        "visits/visit.html",
        visit=visit,
        form=form,
        taken=taken,
        free=queries.next_free(person.id, visit) if offers else [],
        delivery=queries.delivery_of(visit),
    )
    return html, status


@bp.get("/visits/<uuid:visit_id>")
@requires(VisitAbility.SEE)
def visit(visit_id: UUID) -> Answer:
    """A visit: its facts, the one next step, and its history."""
    return _page(_visit(visit_id, VisitAbility.SEE))


def _book(visit: Visit, form: SeenForm, begin: datetime | None, *, accept: bool) -> Answer:
    if begin is None:
        return _page(visit, form, 422)
    problem = queries.why_not_at(visit.school, begin, visit.lesson_version.minutes)
    if problem:
        form.form_errors.append(problem)
        return _page(visit, form, 422)
    book = actions.accept_time if accept else actions.offer_time
    try:
        book(visit, current_person(), begin, form.version)
    except actions.DateTaken:
        return _page(visit, None, 409, taken=True)
    flash("Confirmed. Both of you get an e-mail." if accept else "Offered. The school is told.")
    return see(f"/visits/{visit.id}")


@bp.post("/visits/<uuid:visit_id>/offer")
@requires(VisitAbility.OFFER)
def offer(visit_id: UUID) -> Answer:
    """Offer a time of one's own."""
    visit, form = _visit(visit_id, VisitAbility.OFFER), OfferForm()
    return _book(visit, form, form.begin() if form.validate() else None, accept=False)


@bp.post("/visits/<uuid:visit_id>/accept")
@requires(VisitAbility.OFFER)
def accept(visit_id: UUID) -> Answer:
    """Accept one of the school's times."""
    visit, form = _visit(visit_id, VisitAbility.OFFER), SeenForm()
    wanted = request.form.get("time", "")
    begin = next((t.starts_at for t in visit.times if str(t.id) == wanted), None)
    if begin is None:
        form.form_errors.append("Choose one of the times.")
    return _book(visit, form, begin, accept=True)


@bp.post("/visits/<uuid:visit_id>/confirm")
@requires(VisitAbility.CONFIRM)
def confirm(visit_id: UUID) -> Answer:
    """Take the time offered."""
    visit = _visit(visit_id, VisitAbility.CONFIRM)
    actions.confirm_visit(visit, current_person(), SeenForm().version)
    flash("Confirmed. Both of you get an e-mail with a calendar entry.")
    return see(f"/visits/{visit.id}")


@bp.post("/visits/<uuid:visit_id>/decline")
@requires(VisitAbility.CONFIRM)
def decline(visit_id: UUID) -> Answer:
    """The time offered does not suit."""
    visit = _visit(visit_id, VisitAbility.CONFIRM)
    actions.decline_offer(visit, current_person(), "", SeenForm().version)
    flash("The officers are told. Your request is back in the queue.")
    return see(f"/visits/{visit.id}")


@bp.post("/visits/<uuid:visit_id>/restore")
@requires(VisitAbility.CHANGE)
def restore(visit_id: UUID) -> Answer:
    """Take a cancellation back."""
    visit = _visit(visit_id, VisitAbility.CHANGE)
    try:
        actions.restore_visit(visit, current_person(), SeenForm().version)
    except actions.DateTaken:
        return _page(visit, None, 409, taken=True)
    flash("The visit is on again.")
    return see(f"/visits/{visit.id}")


@bp.get("/visits/<uuid:visit_id>/cancel")
@requires(VisitAbility.CHANGE)
def cancel_form(visit_id: UUID) -> str:
    """Why is it off?"""
    visit = _visit(visit_id, VisitAbility.CHANGE)
    return render_template("visits/reason.html", visit=visit, form=ReasonForm(), what="cancel")


@bp.post("/visits/<uuid:visit_id>/cancel")
@requires(VisitAbility.CHANGE)
def cancel(visit_id: UUID) -> Answer:
    """Call the visit off."""
    visit, form = _visit(visit_id, VisitAbility.CHANGE), ReasonForm()
    if not form.validate():
        return render_template("visits/reason.html", visit=visit, form=form, what="cancel"), 422
    actions.cancel_visit(visit, current_person(), form.reason.data, form.words.data, form.version)
    flash("The visit is cancelled. Both sides are told.")
    return see(f"/visits/{visit.id}")


@bp.get("/visits/<uuid:visit_id>/hand-back")
@requires(VisitAbility.OFFER)
def hand_back_form(visit_id: UUID) -> str:
    """Why can the officer not come?"""
    visit = _visit(visit_id, VisitAbility.OFFER)
    return render_template("visits/reason.html", visit=visit, form=ReasonForm(), what="hand-back")


@bp.post("/visits/<uuid:visit_id>/hand-back")
@requires(VisitAbility.OFFER)
def hand_back(visit_id: UUID) -> Answer:
    """Put the visit back in the queue."""
    visit, form = _visit(visit_id, VisitAbility.OFFER), ReasonForm()
    if not form.validate():
        return render_template("visits/reason.html", visit=visit, form=form, what="hand-back"), 422
    actions.hand_back(visit, current_person(), form.reason.data, form.words.data, form.version)
    flash("The visit is back in the queue and the school is told.")
    return see("/visits/queue")


@bp.get("/visits/<uuid:visit_id>/move")
@requires(VisitAbility.OFFER)
def move_form(visit_id: UUID) -> str:
    """When instead, and why?"""
    visit = _visit(visit_id, VisitAbility.OFFER)
    free = queries.next_free(current_person().id, visit)
    return render_template("visits/move.html", visit=visit, form=MoveForm(), free=free, taken=False)


@bp.post("/visits/<uuid:visit_id>/move")
@requires(VisitAbility.OFFER)
def move(visit_id: UUID) -> Answer:
    """Hold another time and offer it."""
    visit, form = _visit(visit_id, VisitAbility.OFFER), MoveForm()
    free = queries.next_free(current_person().id, visit)
    problem = None
    if form.validate():
        problem = queries.why_not_at(visit.school, form.begin(), visit.lesson_version.minutes)
    if problem:
        form.form_errors.append(problem)
    if form.errors:
        return render_template("visits/move.html", visit=visit, form=form, free=free, taken=False), 422
    try:
        actions.move_visit(
            visit, current_person(), form.begin(), form.reason.data, form.words.data, form.version
        )
    except actions.DateTaken:
        return render_template("visits/move.html", visit=visit, form=form, free=free, taken=True), 409
    flash("The new time is held and offered to the school.")
    return see(f"/visits/{visit.id}")
