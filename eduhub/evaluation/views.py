"""Questions for a class: opening them, answering them, and what the class said."""

from uuid import UUID

import segno
from flask import Blueprint, abort, flash, render_template, request
from flask import Response as FlaskResponse
from markupsafe import Markup
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, public, requires
from eduhub.core.settings import settings
from eduhub.core.web import give_templates, see
from eduhub.evaluation import actions, queries
from eduhub.evaluation.charts import MIDDLE, SHADES, bars
from eduhub.evaluation.forms import STAFF_FORMS, AnswerForm, CodeForm, OfficerForm, TeacherForm
from eduhub.evaluation.models import ClassSession, FormKind, Wave
from eduhub.evaluation.permissions import EvaluationAbility
from eduhub.evaluation.questions import QuestionSet, question_sets
from eduhub.evaluation.results import label
from eduhub.evaluation.rules import Openness, tidy_code
from eduhub.visits.models import Delivery
from eduhub.visits.queries import delivery_by_id

bp = Blueprint("evaluation", __name__)
Answer = str | tuple[str, int] | Response


give_templates(
    bp,
    evaluation_ability=EvaluationAbility,
    bars=bars,
    shades=SHADES,
    middle=MIDDLE,
    part_label=label,
    waves=list(Wave),
)


@bp.after_request
def _keep_nothing(response: FlaskResponse) -> FlaskResponse:
    """No page of a learner stays in the browser of a device others use after them."""
    if request.path.startswith("/answer"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _delivery(delivery_id: UUID, ability: EvaluationAbility) -> Delivery:
    delivery = delivery_by_id(delivery_id)
    ensure(ability, delivery)
    return delivery or abort(404)


@bp.get("/deliveries/<uuid:delivery_id>/questions")
@requires(EvaluationAbility.OPEN_SESSION)
def hub(delivery_id: UUID) -> str:
    """Codes before and after, how many answered, and what the class said."""
    delivery = _delivery(delivery_id, EvaluationAbility.OPEN_SESSION)
    sessions = queries.sessions_of(delivery)
    person = current_person()
    return render_template(
        "evaluation/hub.html",
        delivery=delivery,
        sessions=sessions,
        openness={wave: queries.openness_of(session) for wave, session in sessions.items()},
        said=queries.class_results(delivery),
        recorded=delivery.outcome in queries.RECORDED,
        teacher_form=queries.form_of(delivery, FormKind.TEACHER, person),
        officer_form=queries.form_of(delivery, FormKind.OFFICER, person),
    )


@bp.post("/deliveries/<uuid:delivery_id>/questions/<string:wave>/open")
@requires(EvaluationAbility.OPEN_SESSION)
def open_questions(delivery_id: UUID, wave: str) -> Answer:
    """Open the questions of a wave and show the code."""
    delivery = _delivery(delivery_id, EvaluationAbility.OPEN_SESSION)
    if wave not in set(Wave):
        abort(404)
    actions.open_session(delivery, Wave(wave), current_person())
    return see(f"/deliveries/{delivery.id}/questions/{wave}")


@bp.post("/deliveries/<uuid:delivery_id>/questions/<string:wave>/close")
@requires(EvaluationAbility.OPEN_SESSION)
def close_questions(delivery_id: UUID, wave: str) -> Answer:
    """Close the questions of a wave now."""
    delivery = _delivery(delivery_id, EvaluationAbility.OPEN_SESSION)
    actions.close_session(_wave(delivery, wave), current_person())
    flash("Closed. Whoever has begun can still finish for 15 minutes.")
    return see(f"/deliveries/{delivery.id}/questions")


@bp.get("/deliveries/<uuid:delivery_id>/questions/<string:wave>/discard")
@requires(EvaluationAbility.OPEN_SESSION)
def discard_form(delivery_id: UUID, wave: str) -> str:
    """Ask before a class's answers are thrown away."""
    delivery = _delivery(delivery_id, EvaluationAbility.OPEN_SESSION)
    return render_template("evaluation/discard.html", delivery=delivery, session=_wave(delivery, wave))


@bp.post("/deliveries/<uuid:delivery_id>/questions/<string:wave>/discard")
@requires(EvaluationAbility.OPEN_SESSION)
def discard(delivery_id: UUID, wave: str) -> Answer:
    """Throw a class's answers away, so that it can begin anew."""
    delivery = _delivery(delivery_id, EvaluationAbility.OPEN_SESSION)
    actions.discard_answers(_wave(delivery, wave), current_person())
    flash("The answers are gone. Open the questions again when the class is ready.")
    return see(f"/deliveries/{delivery.id}/questions")


def _wave(delivery: Delivery, wave: str) -> ClassSession:
    found = queries.sessions_of(delivery).get(Wave(wave)) if wave in set(Wave) else None
    return found or abort(404)


@bp.get("/deliveries/<uuid:delivery_id>/questions/<string:wave>")
@requires(EvaluationAbility.OPEN_SESSION)
def projector(delivery_id: UUID, wave: str) -> str:
    """The code, large, for the board."""
    delivery = _delivery(delivery_id, EvaluationAbility.OPEN_SESSION)
    session = _wave(delivery, wave)
    address = f"{settings().base_url.rstrip('/')}/answer/{session.code}"
    drawn = segno.make(address, error="m").svg_inline(scale=6, border=4, svgclass="qr", lineclass=None)
    return render_template(
        "evaluation/projector.html",
        delivery=delivery,
        session=session,
        openness=queries.openness_of(session),
        address=address,
        short_address=f"{settings().base_url.split('//')[-1].rstrip('/')}/answer",
        qr=Markup(drawn),  # noqa: S704 -- drawn by segno from our own address
    )


# Learners.


@bp.get("/answer")
@public
def code_form() -> str:
    """Type the code."""
    return render_template("evaluation/code.html", form=CodeForm())


@bp.post("/answer")
@public
def code() -> Answer:
    """Find the class session of a code."""
    form = CodeForm()
    session = None
    if form.validate():
        session = _found(form.code.data)
        if session is None:
            form.code.errors = [
                "We know no class of that code. Look at the board and type the six signs again."
            ]
    if session is None:
        return render_template("evaluation/code.html", form=form), 422
    return see(f"/answer/{session.code}")


def _found(typed: str) -> ClassSession | None:
    plain = tidy_code(typed)
    return actions.find_session(plain, request.remote_addr or "") if plain else None


@bp.get("/answer/thanks")
@public
def thanks() -> str:
    """Done; on a shared device, the next learner."""
    return render_template("evaluation/thanks.html", code=tidy_code(request.args.get("code", "")))


@bp.get("/answer/<string:typed>")
@public
def begin_form(typed: str) -> Answer:
    """What this is, before the first question."""
    session = _found(typed) or abort(404)
    if not queries.takes_answers(session):
        return _not_taken(queries.openness_of(session))
    return render_template("evaluation/begin.html", session=session)


def _not_taken(openness: Openness, state: actions.State | None = None) -> Answer:
    sealed = actions.seal(state) if state else None
    page = render_template("evaluation/closed.html", is_full=openness is Openness.FULL, state=sealed)
    return page, 410


@bp.post("/answer/<string:typed>")
@public
def answer(typed: str) -> Answer:
    """Begin; or take one answer and show the next question, and keep them all after the last.

    A page that holds a learner's state belongs to its session, whatever code the address has by now.
    """
    sealed = request.form.get("state")
    if not sealed:
        session = _found(typed) or abort(404)
        return _go_on(session, actions.first_state(session), begins=True)
    state = actions.unseal(sealed)
    known = queries.session_by_id(state.session_id)
    if known is None or known.start != state.start:
        raise actions.BadState("Your class has begun anew. Ask for the code and begin again.")
    return _step(known, state)


def _step(session: ClassSession, state: actions.State) -> Answer:
    """The page after a press of a button: back, again, or an answer chosen."""
    chosen = question_sets()[session.question_set]
    if "back" in request.form:
        return _go_on(session, state.back())
    if state.number >= len(chosen.questions) or {"begin", "again"} & set(request.form):
        return _go_on(session, state)
    form = AnswerForm.for_question(chosen, chosen.questions[state.number])
    if not form.validate():
        return _question(session, chosen, state, form)
    return _go_on(session, state.choose(form.answer.data))


def _go_on(session: ClassSession, state: actions.State, *, begins: bool = False) -> Answer:
    """The next question, or the end; the page that says so when no answers are taken."""
    openness = queries.openness_of(session, None if begins else state.begun)
    if openness is not Openness.OPEN:
        return _not_taken(openness, None if begins else state)
    chosen = question_sets()[session.question_set]
    if state.number < len(chosen.questions):
        return _question(session, chosen, state)
    answers = {question.key: choice for question, choice in zip(chosen.questions, state.choices, strict=True)}
    code = session.code
    try:
        actions.keep_response(state.session_id, state.id, answers, state.begun)
    except actions.SessionFull:
        return _not_taken(Openness.FULL, state)
    except actions.SessionClosed:
        return _not_taken(Openness.CLOSED, state)
    return see(f"/answer/thanks?code={code}")


def _question(
    session: ClassSession, chosen: QuestionSet, state: actions.State, form: AnswerForm | None = None
) -> Answer:
    shown = form or AnswerForm.for_question(chosen, chosen.questions[state.number])
    if form is None:
        shown.answer.data = state.chosen
    page = render_template(
        "evaluation/question.html",
        session=session,
        form=shown,
        state=actions.seal(state),
        number=state.number + 1,
        total=len(chosen.questions),
    )
    return page, 422 if form else 200


# Practitioners.


@bp.get("/deliveries/<uuid:delivery_id>/teacher-form")
@requires(EvaluationAbility.FILL_TEACHER_FORM)
def teacher_form(delivery_id: UUID) -> str:
    """The teacher's view."""
    return _form_page(_delivery(delivery_id, EvaluationAbility.FILL_TEACHER_FORM), FormKind.TEACHER)


@bp.post("/deliveries/<uuid:delivery_id>/teacher-form")
@requires(EvaluationAbility.FILL_TEACHER_FORM)
def keep_teacher_form(delivery_id: UUID) -> Answer:
    """Keep the teacher's view."""
    return _keep_form(_delivery(delivery_id, EvaluationAbility.FILL_TEACHER_FORM), FormKind.TEACHER)


@bp.get("/deliveries/<uuid:delivery_id>/officer-form")
@requires(EvaluationAbility.FILL_OFFICER_FORM)
def officer_form(delivery_id: UUID) -> str:
    """The officer's view."""
    return _form_page(_delivery(delivery_id, EvaluationAbility.FILL_OFFICER_FORM), FormKind.OFFICER)


@bp.post("/deliveries/<uuid:delivery_id>/officer-form")
@requires(EvaluationAbility.FILL_OFFICER_FORM)
def keep_officer_form(delivery_id: UUID) -> Answer:
    """Keep the officer's view."""
    return _keep_form(_delivery(delivery_id, EvaluationAbility.FILL_OFFICER_FORM), FormKind.OFFICER)


def _form_page(delivery: Delivery, kind: FormKind) -> str:
    actions.ensure_recorded(delivery)
    known = queries.form_of(delivery, kind, current_person())
    form = STAFF_FORMS[kind](data=known.answers if known else None)
    return _form_html(delivery, kind, form, is_counted=known is not None and known.released)


def _form_html(
    delivery: Delivery, kind: FormKind, form: TeacherForm | OfficerForm, *, is_counted: bool = False
) -> str:
    title = f"The {kind}’s view"
    return render_template(
        "evaluation/staff_form.html", delivery=delivery, form=form, title=title, is_counted=is_counted
    )


def _keep_form(delivery: Delivery, kind: FormKind) -> Answer:
    form = STAFF_FORMS[kind]()
    if not form.validate():
        actions.ensure_recorded(delivery)
        return _form_html(delivery, kind, form), 422
    actions.keep_staff_form(delivery, kind, current_person(), form.data)
    flash("Thank you. You can change it on the same page until tomorrow.")
    return see(f"/deliveries/{delivery.id}/questions")
