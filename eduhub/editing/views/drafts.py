"""The lists of drafts, a draft with what to do next, and beginning and ending one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, requires
from eduhub.core.forms import SeenForm
from eduhub.core.web import Problem, give_templates, see
from eduhub.editing import actions, queries
from eduhub.editing.difference import difference
from eduhub.editing.fields import PAGES
from eduhub.editing.folder import text_now
from eduhub.editing.forms import NewLessonForm
from eduhub.editing.models import Draft, DraftPurpose, DraftState, hash_of
from eduhub.editing.permissions import EditingAbility
from eduhub.editing.placing import placed
from eduhub.editing.rules import EDITABLE, OPEN, REASONS, STATE_WORDS, is_second_person
from eduhub.lessons.skeleton import Begin

bp = Blueprint("drafts", __name__)
Answer = str | tuple[str, int] | Response


give_templates(bp, editing=EditingAbility, draft_states=STATE_WORDS, draft_reasons=REASONS)


def draft_at(draft_id: UUID, ability: EditingAbility = EditingAbility.SEE) -> Draft:
    """The draft of an address; not found where there is none."""
    draft = queries.draft_by_id(draft_id)
    ensure(ability, draft)
    return draft or abort(404)


@bp.get("/drafts")
@requires(EditingAbility.SEE)
def index() -> str:
    """One's drafts, what waits for review, others' drafts, and what was published lately."""
    person = current_person()
    return render_template(
        "editing/index.html",
        own=queries.drafts_of(person),
        waiting=queries.waiting_for_review(),
        others=queries.drafts_of_others(person),
        published=queries.lately_published(),
    )


@bp.get("/drafts/new")
@requires(EditingAbility.WRITE)
def new_form() -> str:
    """The form of a new lesson."""
    return render_template("editing/new.html", form=NewLessonForm())


@bp.post("/drafts/new")
@requires(EditingAbility.WRITE)
def begin_lesson() -> Answer:
    """Begin a lesson there is not yet."""
    form = NewLessonForm()
    if form.validate():
        try:
            begin = Begin(form.title.data, "", form.stage.data)
            return see(f"/drafts/{actions.new_lesson(current_person(), form.address.data, begin)}")
        except Problem as problem:
            form.form_errors.append(problem.message)
    return render_template("editing/new.html", form=form), 422


@bp.post("/drafts/lessons/<string:slug>")
@requires(EditingAbility.WRITE)
def edit_lesson(slug: str) -> Answer:
    """Open the draft of a lesson, or begin one."""
    return see(f"/drafts/{actions.edit_lesson(current_person(), slug)}")


@bp.get("/drafts/<uuid:draft_id>")
@requires(EditingAbility.SEE)
def draft(draft_id: UUID) -> Answer:
    """A draft: how it stands, what was found, and what comes next."""
    return draft_page(draft_at(draft_id))


def draft_page(found: Draft, problem: str = "", status: int = 200) -> Answer:
    """The page of a draft, with what stopped something that was tried."""
    person = current_person()
    withdraws = found.purpose is DraftPurpose.WITHDRAW
    html = render_template(
        "editing/withdrawal.html" if withdraws else "editing/draft.html",
        draft=found,
        pages=PAGES,
        findings=placed(found),
        is_editable=found.state in EDITABLE,
        is_second=is_second_person(person.id, queries.writer_ids(found), found.submitted_by_id),
        writers=sorted(writer.person.name for writer in found.writers),
        is_stale=is_stale(found),
        problem=problem,
    )
    return html, status


def is_stale(found: Draft) -> bool:
    """Whether the lesson's file is another one than the draft was begun from."""
    is_open = found.state in OPEN - {DraftState.PUBLISHING}
    return is_open and hash_of(text_now(found.slug)) != (found.source_hash or hash_of(""))


def tried(draft_id: UUID, change: Any, said: str = "", to: str = "") -> Answer:
    """Make a change and show the draft; where it cannot be made, say why."""
    try:
        change()
    except Problem as problem:
        return draft_page(draft_at(draft_id), problem.message, problem.status)
    if said:
        flash(said)
    return see(to or url_for("drafts.draft", draft_id=draft_id))


@bp.post("/drafts/<uuid:draft_id>/check")
@requires(EditingAbility.SEE)
def check_again(draft_id: UUID) -> Answer:
    """Have a draft checked anew."""
    draft_at(draft_id)
    return tried(draft_id, lambda: actions.check_again(draft_id))


@bp.get("/drafts/<uuid:draft_id>/changes")
@requires(EditingAbility.SEE)
def changes(draft_id: UUID) -> str:
    """What differs between the lesson's file as it is now and the draft."""
    found = draft_at(draft_id)
    there = text_now(found.slug)
    return render_template(
        "editing/changes.html",
        draft=found,
        parts=difference(there, found.text),
        there_hash=hash_of(there),
        is_stale=is_stale(found),
        is_editable=found.state in EDITABLE,
    )


@bp.post("/drafts/<uuid:draft_id>/changes")
@requires(EditingAbility.WRITE)
def go_on(draft_id: UUID) -> Answer:
    """Keep the draft's text and go on from the file as it is now."""
    draft_at(draft_id, EditingAbility.WRITE)
    form = SeenForm()
    return tried(
        draft_id,
        lambda: actions.go_on_from_file(draft_id, current_person(), form.version, _there_hash()),
        "The draft goes on from the file as it is now.",
    )


@bp.get("/drafts/<uuid:draft_id>/drop")
@requires(EditingAbility.WRITE)
def drop_form(draft_id: UUID) -> str:
    """Ask whether a draft is really to be dropped."""
    return render_template("editing/drop.html", draft=draft_at(draft_id))


@bp.post("/drafts/<uuid:draft_id>/drop")
@requires(EditingAbility.WRITE)
def drop(draft_id: UUID) -> Answer:
    """End a draft."""
    draft_at(draft_id)
    seen = SeenForm().version
    return tried(
        draft_id,
        lambda: actions.drop_draft(draft_id, current_person(), seen),
        "The draft is dropped.",
        "/drafts",
    )


def _there_hash() -> str:
    return request.form.get("there", "")
