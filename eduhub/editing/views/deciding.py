"""Submitting a draft, deciding on it, publishing it; withdrawing a lesson; checking afterwards what one published alone."""

from uuid import UUID

from flask import Blueprint, abort, flash, render_template
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, requires
from eduhub.core.forms import SeenForm
from eduhub.core.web import Problem, see
from eduhub.editing import actions, queries
from eduhub.editing.forms import AloneForm, DecisionForm, SignOffForm, SubmitForm, WithdrawForm
from eduhub.editing.models import ChangeSize, Draft
from eduhub.editing.permissions import EditingAbility
from eduhub.editing.placing import placed
from eduhub.editing.rules import is_second_person
from eduhub.editing.views.drafts import draft_at, tried
from eduhub.lessons.models import Lesson, Status

bp = Blueprint("deciding", __name__)
Answer = str | tuple[str, int] | Response


@bp.get("/drafts/<uuid:draft_id>/submit")
@requires(EditingAbility.WRITE)
def submit_form(draft_id: UUID) -> str:
    """Ask how much changes."""
    draft = draft_at(draft_id)
    form = SubmitForm(formdata=None, size=draft.size.value if draft.size else None, note=draft.change_note)
    return render_template("editing/submit.html", draft=draft, form=form)


@bp.post("/drafts/<uuid:draft_id>/submit")
@requires(EditingAbility.WRITE)
def submit(draft_id: UUID) -> Answer:
    """Have a draft reviewed."""
    draft, form = draft_at(draft_id), SubmitForm()
    if not draft.base_version and not form.size.data:
        form.size.data = ChangeSize.SMALL.value
    if not form.validate():
        return render_template("editing/submit.html", draft=draft, form=form), 422
    size, note = ChangeSize(form.size.data), form.note.data
    return tried(
        draft_id,
        lambda: actions.submit_draft(draft_id, current_person(), size, note, form.version),
        "Submitted. The reviewers are told by e-mail.",
    )


@bp.post("/drafts/<uuid:draft_id>/take-back")
@requires(EditingAbility.WRITE)
def take_back(draft_id: UUID) -> Answer:
    """Go on writing what was submitted."""
    draft_at(draft_id)
    seen = SeenForm().version
    return tried(
        draft_id, lambda: actions.take_back(draft_id, current_person(), seen), "You can go on writing."
    )


# Deciding.


def _review(draft: Draft, form: DecisionForm, alone: AloneForm, status: int = 200) -> Answer:
    person = current_person()
    html = render_template(
        "editing/review.html",
        draft=draft,
        form=form,
        alone=alone,
        failed=alone if alone.errors else form,
        findings=placed(draft),
        is_second=is_second_person(person.id, queries.writer_ids(draft), draft.submitted_by_id),
        writers=sorted(writer.person.name for writer in draft.writers),
    )
    return html, status


@bp.get("/drafts/<uuid:draft_id>/review")
@requires(EditingAbility.DECIDE)
def review_form(draft_id: UUID) -> Answer:
    """What to look at, and the decision."""
    return _review(draft_at(draft_id), DecisionForm(formdata=None), AloneForm(formdata=None))


@bp.post("/drafts/<uuid:draft_id>/review")
@requires(EditingAbility.DECIDE)
def decide(draft_id: UUID) -> Answer:
    """Publish a draft as a second person, or ask for changes."""
    draft, form, person = draft_at(draft_id), DecisionForm(), current_person()
    if not form.validate():
        return _review(draft, form, AloneForm(formdata=None), 422)
    reasons, words = list(form.reasons.data), form.words.data
    if form.decision.data == "publish":
        return tried(draft_id, lambda: actions.publish_draft(draft_id, person, form.version))
    return tried(
        draft_id,
        lambda: actions.ask_for_changes(draft_id, person, reasons, words, form.version),
        "Those who wrote it are told by e-mail.",
    )


@bp.post("/drafts/<uuid:draft_id>/publish-alone")
@requires(EditingAbility.DECIDE)
def publish_alone(draft_id: UUID) -> Answer:
    """Publish what nobody else looked at; the lesson's page says so until somebody does."""
    draft, form = draft_at(draft_id), AloneForm()
    if not form.validate():
        return _review(draft, DecisionForm(formdata=None), form, 422)
    reason = form.reason.data
    return tried(draft_id, lambda: actions.publish_draft(draft_id, current_person(), form.version, reason))


@bp.post("/drafts/lessons/<string:slug>/second-check")
@requires(EditingAbility.DECIDE)
def second_check(slug: str) -> Answer:
    """Say that one looked at a version somebody published alone."""
    lesson = queries.lesson_with(slug) or abort(404)
    actions.check_afterwards(current_person(), slug)
    flash("Thank you. The page will say so in a moment.")
    return see(f"/lessons/{lesson.slug}")


@bp.get("/drafts/lessons/<string:slug>/sign-off")
@requires(EditingAbility.DECIDE)
def sign_off_form(slug: str) -> str:
    """Ask what a reviewer says of the version in use."""
    lesson = _in_use(slug)
    form = SignOffForm(read=lesson.card["version"])
    return render_template("editing/sign_off.html", lesson=lesson, form=form)


@bp.post("/drafts/lessons/<string:slug>/sign-off")
@requires(EditingAbility.DECIDE)
def sign_off(slug: str) -> Answer:
    """Keep what a reviewer says of a version."""
    lesson, form = _in_use(slug), SignOffForm()
    if form.validate():
        day = form.next_review.data
        review = {
            "version": form.read.data,
            "role": form.role.data,
            "organisation": form.organisation.data,
            "outcome": form.outcome.data,
            "next_review": day.isoformat() if day else "",
            "note": form.note.data,
        }
        try:
            actions.sign_off(current_person(), slug, review)
        except Problem as problem:
            form.form_errors.append(problem.message)
        else:
            flash("Thank you. The page will say so in a moment.")
            return see(f"/lessons/{lesson.slug}")
    return render_template("editing/sign_off.html", lesson=lesson, form=form), 422


# Withdrawing.


def _in_use(slug: str) -> Lesson:
    lesson = queries.lesson_with(slug)
    return lesson if lesson is not None and lesson.status is Status.PUBLISHED else abort(404)


def _withdraw_form(slug: str) -> WithdrawForm:
    form = WithdrawForm()
    form.instead.choices = {"": "No other lesson", **queries.others_in_use(slug)}
    return form


@bp.get("/drafts/lessons/<string:slug>/withdraw")
@requires(EditingAbility.WITHDRAW)
def withdraw_form(slug: str) -> str:
    """Ask why."""
    return render_template("editing/withdraw.html", lesson=_in_use(slug), form=_withdraw_form(slug))


@bp.post("/drafts/lessons/<string:slug>/withdraw")
@requires(EditingAbility.WITHDRAW)
def withdraw(slug: str) -> Answer:
    """Have a lesson withdrawn; its page stays, with the reason on it."""
    lesson, form = _in_use(slug), _withdraw_form(slug)
    if form.validate():
        try:
            person = current_person()
            return see(
                f"/drafts/{actions.withdraw_lesson(person, slug, form.reason.data, form.instead.data)}"
            )
        except Problem as problem:
            form.form_errors.append(problem.message)
    return render_template("editing/withdraw.html", lesson=lesson, form=form), 422
