"""How a lesson went: what everybody may read, the practitioner's form, and the editors' desk."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, may, public, requires, signed_in
from eduhub.core.forms import SeenForm
from eduhub.core.web import Problem, page_number, see
from eduhub.feedback import actions, queries
from eduhub.feedback.forms import AnswerForm, DecideForm, TellForm
from eduhub.feedback.models import Feedback, State
from eduhub.feedback.permissions import FeedbackAbility
from eduhub.feedback.queries import Shelf
from eduhub.feedback.rules import FEWEST, FITS, KEPT, PACES, REASONS, SHARES, teller
from eduhub.lessons.queries import Shown
from eduhub.lessons.views.lessons import shown_at, version_at, version_in_use

bp = Blueprint("feedback", __name__)
THANKS = {
    State.WAITING: "Thank you. An editor reads your words before anybody else.",
    State.PUBLISHED: "Thank you. It counts.",
    State.DECLINED: "Kept. Your words are as before, so they are not published. Change them, and an editor reads them again.",
}
Answer = str | tuple[str, int] | Response
WORDS = {"fits": FITS, "paces": PACES, "shares": SHARES, "reasons": REASONS, "teller": teller}


@bp.context_processor
def words() -> dict[str, object]:
    """What the pages of this room call things."""
    return WORDS


# For everybody.


@bp.get("/lessons/<string:slug>/feedback")
@public
def of_lesson(slug: str) -> str:
    """What practitioners said of any version of a lesson, and what editors answered."""
    lesson = shown_at(slug).lesson
    return render_template(
        "feedback/lesson.html",
        lesson=lesson,
        figures=queries.figures_of(lesson.id),
        page=queries.said_of(lesson.id, page_number()),
        fewest=FEWEST,
        tells=may(FeedbackAbility.TELL),
    )


# For practitioners.


def _tell_form(shown: Shown, found: Feedback | None) -> TellForm:
    """What was said before, with what is typed now over it."""
    stages = shown.version.stages
    form = TellForm(obj=found, **({} if found or len(stages) > 1 else {"stage": stages[0]}))
    form.offer_stages(stages)
    return form


def _tell_page(shown: Shown, found: Feedback | None, form: TellForm, status: int = 200) -> Answer:
    """The form. While something is to be mended it still says which state was seen, so that no other is lost."""
    current = found.version if found else 0
    page = render_template(
        "feedback/tell.html",
        lesson=shown.lesson,
        version=shown.version,
        versions=queries.versions_told(shown.lesson.id),
        found=found,
        form=form,
        seen=form.version if status == 422 else current,
    )
    return page, status


@bp.get("/lessons/<string:slug>/versions/<string:version>/feedback")
@requires(FeedbackAbility.TELL)
def tell_form(slug: str, version: str) -> Answer:
    """The form for the version somebody taught, with what they said of it before."""
    shown = version_in_use(slug, version)
    found = queries.own(current_person().id, shown.version.id)
    return _tell_page(shown, found, _tell_form(shown, found))


@bp.post("/lessons/<string:slug>/versions/<string:version>/feedback")
@requires(FeedbackAbility.TELL)
def tell(slug: str, version: str) -> Answer:
    """Keep what is said; words wait for an editor."""
    shown = version_in_use(slug, version)
    found = queries.own(current_person().id, shown.version.id)
    form = _tell_form(shown, found)
    if not form.validate():
        return _tell_page(shown, found, form, 422)
    try:
        kept = actions.tell(current_person(), shown.version, form.told, form.version)
    except Problem as problem:
        form.form_errors.append(problem.message)
        shown = version_in_use(slug, version)
        now = queries.own(current_person().id, shown.version.id)
        return _tell_page(shown, now, form, problem.status)
    flash(THANKS[kept.state])
    return see("/account/feedback")


@bp.get("/account/feedback")
@signed_in
def own() -> str:
    """All that one said, how it stands, and what was answered."""
    said = queries.all_own(current_person().id)
    return render_template("feedback/own.html", said=said, days=KEPT.days, tells=may(FeedbackAbility.TELL))


def _own(slug: str, version: str) -> Feedback:
    return queries.own(current_person().id, version_at(slug, version).version.id) or abort(404)


@bp.get("/lessons/<string:slug>/versions/<string:version>/feedback/withdraw")
@signed_in
def withdraw_form(slug: str, version: str) -> str:
    """Ask whether it is really to go."""
    return render_template("feedback/withdraw.html", said=_own(slug, version))


@bp.post("/lessons/<string:slug>/versions/<string:version>/feedback/withdraw")
@signed_in
def withdraw(slug: str, version: str) -> Answer:
    """Take it back: nothing of it is kept."""
    actions.withdraw(_own(slug, version).id, SeenForm().version)
    flash("Your feedback is withdrawn. Nothing of it is kept.")
    return see("/account/feedback")


# For editors.


@bp.get("/lessons/feedback")
@requires(FeedbackAbility.MODERATE)
def desk() -> str:
    """What waits to be read, problems without an answer, and what was decided."""
    asked = request.args.get("show", "")
    which = Shelf(asked) if asked in set(Shelf) else Shelf.WAITING
    return render_template(
        "feedback/desk.html",
        page=queries.shelf(which, page_number()),
        which=which,
        counts=queries.counts(),
        decides=lambda feedback: may(FeedbackAbility.MODERATE, feedback),
    )


def _found(feedback_id: UUID) -> Feedback:
    found = queries.by_id(feedback_id)
    ensure(FeedbackAbility.MODERATE, found)
    return found or abort(404)


def _one_page(found: Feedback, form: DecideForm | AnswerForm | None = None, status: int = 200) -> Answer:
    """One feedback with both forms; the one that was sent keeps what was typed."""
    deciding = form if isinstance(form, DecideForm) else DecideForm(formdata=None)
    answering = form if isinstance(form, AnswerForm) else _answer_form(found, typed=False)
    page = render_template("feedback/one.html", said=found, form=form, decide=deciding, answer=answering)
    return page, status


def _answer_form(found: Feedback, *, typed: bool) -> AnswerForm:
    held = {"answer": found.answer, "mended_in": str(found.mended_in_id or "")}
    form = AnswerForm() if typed else AnswerForm(formdata=None, **held)
    form.mended_in.choices = {"": "Not yet, or in none", **queries.later_versions(found)}
    return form


def _tried(feedback_id: UUID, form: DecideForm | AnswerForm, change: Callable[[], None], done: str) -> Answer:
    """Make a change; where it cannot be made say why, beside the feedback as it is now."""
    if not form.validate():
        return _one_page(_found(feedback_id), form, 422)
    try:
        change()
    except Problem as problem:
        now = queries.by_id(feedback_id)
        if now is None:
            raise
        form.form_errors.append(problem.message)
        return _one_page(now, form, problem.status)
    flash(done)
    return see("/lessons/feedback")


@bp.get("/lessons/feedback/<uuid:feedback_id>")
@requires(FeedbackAbility.MODERATE)
def one(feedback_id: UUID) -> Answer:
    """One feedback: read it, decide on it, answer it."""
    return _one_page(_found(feedback_id))


@bp.post("/lessons/feedback/<uuid:feedback_id>/decide")
@requires(FeedbackAbility.MODERATE)
def decide(feedback_id: UUID) -> Answer:
    """Publish it, or say why not."""
    _found(feedback_id)
    form, actor = DecideForm(), current_person()

    def change() -> None:
        if form.decision.data == State.PUBLISHED:
            actions.publish(feedback_id, actor, form.version)
        else:
            actions.decline(feedback_id, actor, form.version, form.why, form.words.data)

    published = form.decision.data == State.PUBLISHED
    return _tried(
        feedback_id, form, change, "Published." if published else "Not published. The writer is told why."
    )


@bp.post("/lessons/feedback/<uuid:feedback_id>/answer")
@requires(FeedbackAbility.MODERATE)
def answer(feedback_id: UUID) -> Answer:
    """Answer it for everybody to read."""
    form, actor = _answer_form(_found(feedback_id), typed=True), current_person()

    def change() -> None:
        actions.answer(feedback_id, actor, form.version, form.answer.data, form.mended_in.data)

    return _tried(feedback_id, form, change, "Answered. Everybody can read it.")
