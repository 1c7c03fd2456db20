"""Questions for a class: opening them, answering them, and what the class said."""

from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, abort, flash, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, public, requires
from eduhub.core.settings import settings
from eduhub.core.web import see
from eduhub.evaluation import actions, queries
from eduhub.evaluation.charts import MIDDLE, SHADES, bars
from eduhub.evaluation.forms import AnswerForm, CodeForm, OfficerForm, TeacherForm
from eduhub.evaluation.models import ClassSession, FormKind, Wave
from eduhub.evaluation.permissions import EvaluationAbility
from eduhub.evaluation.questions import QuestionSet, question_sets
from eduhub.evaluation.rules import findings, tidy_code
from eduhub.visits.models import Delivery
from eduhub.visits.queries import delivery_by_id

bp = Blueprint("evaluation", __name__)
Answer = str | tuple[str, int] | Response


@bp.app_context_processor
def _words() -> dict[str, Any]:
    """Names templates of this room use."""
    return {"evaluation_ability": EvaluationAbility, "bars": bars, "shades": SHADES, "middle": MIDDLE}


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
    tallies = {wave: queries.class_tallies(session) for wave, session in sessions.items()}
    chosen = next((question_sets()[s.question_set] for s in sessions.values()), None)
    said = None
    if chosen and any(tallies.values()):
        said = findings(chosen, tallies.get(Wave.BEFORE), tallies.get(Wave.AFTER))
    return render_template(
        "evaluation/hub.html",
        delivery=delivery,
        sessions=sessions,
        waves=list(Wave),
        takes_answers=queries.takes_answers,
        said=said,
        chosen=chosen,
        teacher_form=queries.form_of(delivery, FormKind.TEACHER),
        officer_form=queries.form_of(delivery, FormKind.OFFICER),
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
    flash("Closed.")
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
        is_open=queries.takes_answers(session),
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
        plain = tidy_code(form.code.data)
        session = _found(plain) if plain else None
        if session is None:
            form.code.errors = [
                "We know no class of that code. Look at the board and type the six signs again."
            ]
    if session is None:
        return render_template("evaluation/code.html", form=form), 422
    return see(f"/answer/{session.code}")


def _found(plain: str) -> ClassSession | None:
    """The session of a code. Wrong codes are counted by source, so that guessing finds nothing; right ones never."""
    actions.check_guesses(request.remote_addr or "")
    session = queries.session_by_code(plain)
    if session is None:
        actions.count_guess(request.remote_addr or "")
    return session


def _session(typed: str) -> ClassSession:
    plain = tidy_code(typed)
    return (_found(plain) if plain else None) or abort(404)


@bp.get("/answer/thanks")
@public
def thanks() -> str:
    """Done."""
    return render_template("evaluation/thanks.html")


@bp.get("/answer/<string:typed>")
@public
def begin_form(typed: str) -> Answer:
    """What this is, before the first question."""
    session = _session(typed)
    if not queries.takes_answers(session):
        return render_template("evaluation/closed.html"), 410
    return render_template(
        "evaluation/begin.html", session=session, state=actions.seal(actions.first_state(session))
    )


@bp.post("/answer/<string:typed>")
@public
def answer(typed: str) -> Answer:
    """Take one answer and show the next question; keep them all after the last."""
    session = _session(typed)
    chosen = question_sets()[session.question_set]
    state = actions.unseal(request.form.get("state", ""), session)
    answers: dict[str, str] = state["answers"]
    if "back" in request.form and answers:
        answers.pop(list(answers)[-1])
        return _question(session, chosen, state)
    if "begin" not in request.form:
        question = chosen.questions[len(answers)]
        form = AnswerForm.for_question(chosen, question)
        if not form.validate():
            return _question(session, chosen, state, form)
        answers[question.key] = form.answer.data
    if len(answers) < len(chosen.questions):
        return _question(session, chosen, state)
    try:
        actions.keep_response(session.id, UUID(state["id"]), answers)
    except actions.SessionClosed:
        return render_template("evaluation/closed.html"), 410
    return see("/answer/thanks")


def _question(
    session: ClassSession, chosen: QuestionSet, state: dict[str, Any], form: AnswerForm | None = None
) -> Answer:
    number = len(state["answers"])
    shown = form or AnswerForm.for_question(chosen, chosen.questions[number])
    if form is None:
        shown.answer.data = None
    page = render_template(
        "evaluation/question.html",
        session=session,
        form=shown,
        state=actions.seal(state),
        number=number + 1,
        total=len(chosen.questions),
    )
    return page, 422 if form else 200


# Practitioners.


@bp.get("/deliveries/<uuid:delivery_id>/teacher-form")
@requires(EvaluationAbility.FILL_TEACHER_FORM)
def teacher_form(delivery_id: UUID) -> str:
    """The teacher's view."""
    delivery = _delivery(delivery_id, EvaluationAbility.FILL_TEACHER_FORM)
    known = queries.form_of(delivery, FormKind.TEACHER)
    form = TeacherForm(data=known.answers if known else None)
    return render_template(
        "evaluation/staff_form.html", delivery=delivery, form=form, title="The teacher's view"
    )


@bp.post("/deliveries/<uuid:delivery_id>/teacher-form")
@requires(EvaluationAbility.FILL_TEACHER_FORM)
def keep_teacher_form(delivery_id: UUID) -> Answer:
    """Keep the teacher's view."""
    delivery = _delivery(delivery_id, EvaluationAbility.FILL_TEACHER_FORM)
    return _keep_form(delivery, TeacherForm(), FormKind.TEACHER, "The teacher's view")


@bp.get("/deliveries/<uuid:delivery_id>/officer-form")
@requires(EvaluationAbility.FILL_OFFICER_FORM)
def officer_form(delivery_id: UUID) -> str:
    """The officer's view."""
    delivery = _delivery(delivery_id, EvaluationAbility.FILL_OFFICER_FORM)
    known = queries.form_of(delivery, FormKind.OFFICER)
    form = OfficerForm(data=known.answers if known else None)
    return render_template(
        "evaluation/staff_form.html", delivery=delivery, form=form, title="The officer's view"
    )


@bp.post("/deliveries/<uuid:delivery_id>/officer-form")
@requires(EvaluationAbility.FILL_OFFICER_FORM)
def keep_officer_form(delivery_id: UUID) -> Answer:
    """Keep the officer's view."""
    delivery = _delivery(delivery_id, EvaluationAbility.FILL_OFFICER_FORM)
    return _keep_form(delivery, OfficerForm(), FormKind.OFFICER, "The officer's view")


def _keep_form(delivery: Delivery, form: TeacherForm | OfficerForm, kind: FormKind, title: str) -> Answer:
    if not form.validate():
        return render_template("evaluation/staff_form.html", delivery=delivery, form=form, title=title), 422
    answers = {name: value for name, value in form.data.items() if name != "csrf_token"}
    actions.keep_staff_form(delivery, kind, current_person(), answers)
    flash("Thank you. You can change it on the same page.")
    return see(f"/deliveries/{delivery.id}/questions")
