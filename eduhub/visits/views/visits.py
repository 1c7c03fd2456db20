"""Asking for a visit, and everything that happens to it until it is recorded."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.accounts.models import Role
from eduhub.core.access import current_person, ensure, may, requires
from eduhub.core.forms import Form, SeenForm
from eduhub.core.web import Problem, StaleVersion, format_date, format_datetime, give_templates, see
from eduhub.lessons import queries as lessons
from eduhub.lists.queries import lesson_choices
from eduhub.organisations.models import School
from eduhub.programmes.queries import class_by_id, classes_of
from eduhub.visits import actions, queries
from eduhub.visits.commitments import DateTaken
from eduhub.visits.forms import (
    AskAgainForm,
    AskForm,
    MoveForm,
    OfferForm,
    ReasonForm,
    TimesForm,
)
from eduhub.visits.models import Visit
from eduhub.visits.permissions import VisitAbility
from eduhub.visits.rules import REASON_WORDS

bp = Blueprint("visits", __name__)
Answer = str | tuple[str, int] | Response


give_templates(bp, ability=VisitAbility, reasons=REASON_WORDS)


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
    form.lesson_version_id.choices = lesson_choices(current_person())
    return form


@bp.get("/visits/new")
@requires(VisitAbility.ASK)
def ask_form() -> Answer:
    """The form of a request; ``?lesson=`` chooses the lesson."""
    form = _ask_form()
    shown = lessons.current(request.args.get("lesson", ""))
    if shown is not None:
        form.lesson_version_id.data = str(shown.version.id)
    form.staying.data = current_person().name
    return _ask_page(form)


def _ask_page(form: AskForm, status: int = 200) -> Answer:
    schools = {one.school_id: one.school for one in classes_of(current_person())}
    known = [queries.terms_known_until(school) for school in schools.values()]
    last = max((day for day in known if day), default=None)
    note = (
        f"Your council’s term dates are known until {format_date(last)}."
        if last
        else "Your council’s term dates are not known here: check that the school is open."
    )
    return render_template("visits/ask.html", form=form, calendar_note=note), status


@bp.post("/visits/new")
@requires(VisitAbility.ASK)
def ask() -> Answer:
    """Ask for a visit."""
    form = _ask_form()
    if not form.validate():
        return _ask_page(form, 422)
    known = class_by_id(UUID(form.class_id.data))
    lesson = lessons.version_by_id(UUID(form.lesson_version_id.data))
    ensure(VisitAbility.ASK, known)
    if known is None or lesson is None:
        abort(404)
    form.form_errors += _closed_times(form, known.school, lesson.minutes)
    if form.form_errors:
        return _ask_page(form, 422)
    try:
        visit_id = actions.ask_for_visit(
            current_person(), known, lesson, _request_of(form, known.learners)
        ).id
    except actions.AlreadyAsked as asked:
        flash(f"{asked.message} This is that request.")
        return see(f"/visits/{asked.visit_id}")
    flash("Your request is with the officers of your division.")
    return see(f"/visits/{visit_id}")


def _closed_times(form: TimesForm, school: School, minutes: int) -> list[str]:
    """What is wrong with the times given, each with its day."""
    found = ((begin, queries.why_not_at(school, begin, minutes)) for begin in form.times())
    return [f"{format_datetime(begin)}: {problem}" for begin, problem in found if problem]


def _request_of(form: AskForm, whole_class: int) -> actions.Request:
    return actions.Request(
        times=form.times(),
        learners=form.learners.data or whole_class,
        room=form.room.data,
        needs=form.needs.data,
        staying=form.staying.data,
        sensitive_note=form.sensitive_note.data,
    )


def _visit(visit_id: UUID, ability: VisitAbility) -> Visit:
    return _allowed(queries.visit_by_id(visit_id), ability)


def _allowed(visit: Visit | None, ability: VisitAbility) -> Visit:
    if visit is not None and _was_in_queue(visit, ability):
        raise Problem("A colleague has taken this request. The others waiting are under Requests.")
    ensure(ability, visit)
    return visit or abort(404)


def _was_in_queue(visit: Visit, ability: VisitAbility) -> bool:
    """Whether an officer of the division comes a minute late: the request they saw is a colleague's now."""
    taken = visit.officer_id not in {None, current_person().id}
    mine = current_person().holds_at(visit.division_id, Role.LIAISON_OFFICER)
    return ability is VisitAbility.OFFER and mine and taken


def _page(visit: Visit, form: Form | None = None, status: int = 200, *, problem: str = "") -> Answer:
    person = current_person()
    offers = may(VisitAbility.OFFER, visit)
    html = render_template(
        "visits/visit.html",
        visit=visit,
        form=form,
        problem=problem,
        free=queries.next_free(person.id, visit) if offers else [],
        delivery=queries.delivery_of(visit),
    )
    return html, status


def _tried(visit: Visit, step: Callable[[], None], done: str, to: str = "") -> Answer:
    """Take a step and go on; where it can no longer be taken, show why and how the visit stands now."""
    address = to or f"/visits/{visit.id}"
    try:
        step()
    except Problem as problem:
        if not may(VisitAbility.SEE, visit):
            raise
        return _page(visit, status=problem.status, problem=problem.message)
    flash(done)
    return see(address)


@bp.get("/visits/<uuid:visit_id>")
@requires(VisitAbility.SEE)
def visit(visit_id: UUID) -> Answer:
    """A visit: its facts, the one next step, and its history."""
    return _page(_visit(visit_id, VisitAbility.SEE))


def _closed(visit: Visit, begin: datetime) -> str | None:
    return queries.why_not_at(visit.school, begin, visit.lesson_version.minutes)


@bp.post("/visits/<uuid:visit_id>/offer")
@requires(VisitAbility.OFFER)
def offer(visit_id: UUID) -> Answer:
    """Offer a time: one of those shown as free, or another."""
    visit, form = _visit(visit_id, VisitAbility.OFFER), OfferForm()
    if not form.validate():
        return _page(visit, form, 422)
    problem = _closed(visit, form.begin())
    if problem:
        form.form_errors.append(problem)
        return _page(visit, form, 422)
    return _tried(
        visit,
        lambda: actions.offer_time(visit, current_person(), form.begin(), form.version),
        "Offered. The school is told.",
    )


@bp.post("/visits/<uuid:visit_id>/accept")
@requires(VisitAbility.OFFER)
def accept(visit_id: UUID) -> Answer:
    """Accept one of the school's times."""
    visit, form = _allowed(queries.visit_alone(visit_id), VisitAbility.OFFER), SeenForm()
    begin = queries.time_asked(visit_id, request.form.get("time", ""))
    if begin is None:
        form.form_errors.append("Choose one of the times.")
        return _page(visit, form, 422)
    return _tried(
        visit,
        lambda: actions.accept_time(visit, current_person(), begin, form.version),
        "Confirmed. Both of you get an e-mail.",
    )


@bp.post("/visits/<uuid:visit_id>/confirm")
@requires(VisitAbility.CONFIRM)
def confirm(visit_id: UUID) -> Answer:
    """Take the time offered."""
    visit = _visit(visit_id, VisitAbility.CONFIRM)
    return _tried(
        visit,
        lambda: actions.confirm_visit(visit, current_person(), SeenForm().version),
        "Confirmed. Both of you get an e-mail with a calendar entry.",
    )


@bp.get("/visits/<uuid:visit_id>/decline")
@requires(VisitAbility.CONFIRM)
def decline_form(visit_id: UUID) -> Answer:
    """Why does the time not suit?"""
    return _reason_page(_visit(visit_id, VisitAbility.CONFIRM), ReasonForm(), "decline")


@bp.post("/visits/<uuid:visit_id>/decline")
@requires(VisitAbility.CONFIRM)
def decline(visit_id: UUID) -> Answer:
    """The time offered does not suit."""
    visit, form = _visit(visit_id, VisitAbility.CONFIRM), ReasonForm()
    if not form.validate():
        return _reason_page(visit, form, "decline", 422)
    return _tried(
        visit,
        lambda: actions.decline_offer(
            visit, current_person(), form.reason.data, form.words.data, form.version
        ),
        "The officer is told. Your request is back in the queue.",
    )


@bp.get("/visits/<uuid:visit_id>/times")
@requires(VisitAbility.CONFIRM)
def ask_again_form(visit_id: UUID) -> Answer:
    """Other times, from the school."""
    visit = _visit(visit_id, VisitAbility.CONFIRM)
    return _ask_again_page(visit, AskAgainForm())


def _ask_again_page(visit: Visit, form: AskAgainForm, status: int = 200) -> Answer:
    return render_template("visits/ask_again.html", visit=visit, form=form), status


@bp.post("/visits/<uuid:visit_id>/times")
@requires(VisitAbility.CONFIRM)
def ask_again(visit_id: UUID) -> Answer:
    """Put the request back in the queue with other times."""
    visit, form = _visit(visit_id, VisitAbility.CONFIRM), AskAgainForm()
    if form.validate():
        form.form_errors += _closed_times(form, visit.school, visit.lesson_version.minutes)
    if form.errors:
        return _ask_again_page(visit, form, 422)
    return _tried(
        visit,
        lambda: actions.ask_again(
            visit, current_person(), form.times(), form.reason.data, form.words.data, form.version
        ),
        "Your new times are with the officers.",
    )


@bp.post("/visits/<uuid:visit_id>/restore")
@requires(VisitAbility.CHANGE)
def restore(visit_id: UUID) -> Answer:
    """Take a cancellation back."""
    visit = _visit(visit_id, VisitAbility.CHANGE)
    return _tried(
        visit,
        lambda: actions.restore_visit(visit, current_person(), SeenForm().version),
        "The visit is on again.",
    )


def _reason_page(visit: Visit, form: ReasonForm, what: str, status: int = 200, problem: str = "") -> Answer:
    page = render_template("visits/reason.html", visit=visit, form=form, what=what, problem=problem)
    return page, status


@bp.get("/visits/<uuid:visit_id>/cancel")
@requires(VisitAbility.CHANGE)
def cancel_form(visit_id: UUID) -> Answer:
    """Why is it off?"""
    return _reason_page(_visit(visit_id, VisitAbility.CHANGE), ReasonForm(), "cancel")


@bp.post("/visits/<uuid:visit_id>/cancel")
@requires(VisitAbility.CHANGE)
def cancel(visit_id: UUID) -> Answer:
    """Call the visit off."""
    visit, form = _visit(visit_id, VisitAbility.CHANGE), ReasonForm()
    if not form.validate():
        return _reason_page(visit, form, "cancel", 422)
    try:
        actions.cancel_visit(visit, current_person(), form.reason.data, form.words.data, form.version)
    except StaleVersion as stale:
        form.seen.data = str(visit.version)
        return _reason_page(visit, form, "cancel", 409, stale.message)
    flash("The visit is cancelled. Everybody concerned is told.")
    return see(f"/visits/{visit_id}")


@bp.get("/visits/<uuid:visit_id>/hand-back")
@requires(VisitAbility.HAND_BACK)
def hand_back_form(visit_id: UUID) -> Answer:
    """Why can the officer not come?"""
    return _reason_page(_visit(visit_id, VisitAbility.HAND_BACK), ReasonForm(), "hand-back")


@bp.post("/visits/<uuid:visit_id>/hand-back")
@requires(VisitAbility.HAND_BACK)
def hand_back(visit_id: UUID) -> Answer:
    """Put the visit back in the queue."""
    visit, form = _visit(visit_id, VisitAbility.HAND_BACK), ReasonForm()
    if not form.validate():
        return _reason_page(visit, form, "hand-back", 422)
    return _tried(
        visit,
        lambda: actions.hand_back(visit, current_person(), form.reason.data, form.words.data, form.version),
        "The visit is back in the queue and the school is told.",
        "/visits/queue",
    )


def _move_page(visit: Visit, form: MoveForm, status: int = 200, problem: str = "") -> Answer:
    free = queries.next_free(current_person().id, visit)
    page = render_template("visits/move.html", visit=visit, form=form, free=free, problem=problem)
    return page, status


@bp.get("/visits/<uuid:visit_id>/move")
@requires(VisitAbility.OFFER)
def move_form(visit_id: UUID) -> Answer:
    """When instead, and why?"""
    return _move_page(_visit(visit_id, VisitAbility.OFFER), MoveForm())


@bp.post("/visits/<uuid:visit_id>/move")
@requires(VisitAbility.OFFER)
def move(visit_id: UUID) -> Answer:
    """Hold another time and offer it."""
    visit, form = _visit(visit_id, VisitAbility.OFFER), MoveForm()
    problem = _closed(visit, form.begin()) if form.validate() else None
    if problem:
        form.form_errors.append(problem)
    if form.errors:
        return _move_page(visit, form, 422)
    try:
        actions.move_visit(
            visit, current_person(), form.begin(), form.reason.data, form.words.data, form.version
        )
    except (DateTaken, StaleVersion) as fact:
        form.seen.data = str(visit.version)
        return _move_page(visit, form, 409, fact.message)
    flash("The new time is held and offered to the school.")
    return see(f"/visits/{visit_id}")
