"""Somebody's own lists of lessons, and the page that whoever has a link reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, make_response, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, ensure, public, requires
from eduhub.core.forms import Form, SeenForm
from eduhub.core.web import Problem, see
from eduhub.lessons.models import Lesson
from eduhub.lessons.progression import lesson_at
from eduhub.lists import actions, queries
from eduhub.lists.forms import NEW, AddForm, NameForm, NewListForm, NoteForm, ShareForm
from eduhub.lists.models import SavedList
from eduhub.lists.permissions import ListAbility

bp = Blueprint("lists", __name__)
Answer = str | tuple[str, int] | Response


@bp.get("/lists")
@requires(ListAbility.KEEP)
def index() -> str:
    """One's lists, by name."""
    return render_template("lists/index.html", lists=queries.lists_of(current_person().id))


@bp.get("/lists/new")
@requires(ListAbility.KEEP)
def new_form() -> str:
    """The form of a new list."""
    return render_template("lists/new.html", form=NewListForm())


@bp.post("/lists/new")
@requires(ListAbility.KEEP)
def make_list() -> Answer:
    """Make a list."""
    form = NewListForm()
    try:
        if form.validate():
            return see(f"/lists/{actions.make_list(current_person(), form.name.data).id}")
    except actions.ListFull as full:
        form.form_errors.append(full.message)
    return render_template("lists/new.html", form=form), 422


# Adding a lesson.


def _lesson() -> Lesson:
    return lesson_at(request.args.get("lesson", "")) or abort(404)


def _add_form(lesson: Lesson) -> AddForm:
    """The form with one's lists, those that hold the lesson left out, and a new one."""
    known = queries.lists_with(current_person().id, lesson.id)
    own = {str(one.id): one.name for one, _ in queries.lists_of(current_person().id) if one.id not in known}
    form = AddForm()
    form.where.choices = {**own, NEW: "A new list"}
    if not form.is_submitted():
        form.where.data = next(iter(form.where.choices))
    return form


def _add_page(lesson: Lesson, form: AddForm, status: int = 200) -> Answer:
    return render_template("lists/add.html", lesson=lesson, form=form), status


@bp.get("/lists/add")
@requires(ListAbility.KEEP)
def add_form() -> Answer:
    """Which list a lesson (``?lesson=``) goes to."""
    if "lesson" not in request.args:
        return see("/lists")
    lesson = _lesson()
    return _add_page(lesson, _add_form(lesson))


@bp.post("/lists/add")
@requires(ListAbility.KEEP)
def add_lesson() -> Answer:
    """Put a lesson in a list, old or new."""
    if "lesson" not in request.args:
        return see("/lists")
    lesson = _lesson()
    form = _add_form(lesson)
    if not form.validate():
        return _add_page(lesson, form, 422)
    try:
        saved = _put(lesson, form)
    except Problem as problem:
        form.form_errors.append(problem.message)
        return _add_page(lesson, form, 422)
    flash(f"Added to “{saved.name}”.")
    return see(f"/lists/{saved.id}#lesson-{lesson.id}")


def _put(lesson: Lesson, form: AddForm) -> SavedList:
    if form.where.data == NEW:
        return actions.make_list_with(current_person(), form.name.data, lesson.id, form.note.data)
    return actions.add_lesson(UUID(form.where.data), lesson.id, form.note.data)


# One list.


def _own(list_id: UUID) -> SavedList:
    saved = queries.list_by_id(list_id)
    ensure(ListAbility.KEEP, saved)
    return saved or abort(404)


def _page(saved: SavedList, form: Form | None = None, status: int = 200, **more: Any) -> Answer:
    share = form if isinstance(form, ShareForm) else ShareForm(formdata=None)
    share.whose.choices = {"no": "No, it is without my name", "yes": f"Yes, my name: {current_person().name}"}
    share.whose.data = "yes" if saved.shows_owner else "no"
    name = form if isinstance(form, NameForm) else NameForm(formdata=None, name=saved.name)
    note = form if isinstance(form, NoteForm) else None
    html = render_template(
        "lists/list.html", saved=saved, form=form, share=share, name=name, note=note, **more
    )
    return html, status


def _tried(saved: SavedList, form: Form, change: Callable[[], None], to: str = "") -> Answer:
    """Make a change and show the list; where it cannot be made, say why, with what was typed kept."""
    address = f"/lists/{saved.id}{to}"
    if not form.validate():
        return _page(saved, form, 422)
    try:
        change()
    except Problem as problem:
        return _page(_own(saved.id), form, problem.status, problem=problem.message)
    return see(address)


@bp.get("/lists/<uuid:list_id>")
@requires(ListAbility.KEEP)
def one_list(list_id: UUID) -> Answer:
    """A list: its lessons with notes, and what can be done with it."""
    return _page(_own(list_id))


@bp.post("/lists/<uuid:list_id>/name")
@requires(ListAbility.KEEP)
def rename_list(list_id: UUID) -> Answer:
    """Give it another name."""
    saved, form = _own(list_id), NameForm()
    return _tried(saved, form, lambda: actions.rename_list(list_id, form.name.data, form.version))


@bp.post("/lists/<uuid:list_id>/lessons/<uuid:lesson_id>")
@requires(ListAbility.KEEP)
def change_lesson(list_id: UUID, lesson_id: UUID) -> Answer:
    """Keep a note; the button pressed may also move the lesson up or down, or take it off."""
    saved, form, press = _own(list_id), NoteForm(), request.form.get("do", "")
    form.note.id = f"note-{lesson_id}"
    if press == "remove":
        return _tried(saved, form, lambda: actions.remove_item(list_id, lesson_id, form.version))
    return _tried(
        saved,
        form,
        lambda: actions.change_item(list_id, lesson_id, form.note.data, form.version, move=press),
        f"#lesson-{lesson_id}",
    )


@bp.get("/lists/<uuid:list_id>/delete")
@requires(ListAbility.KEEP)
def delete_form(list_id: UUID) -> str:
    """Ask whether it is really to go."""
    return render_template("lists/delete.html", saved=_own(list_id))


@bp.post("/lists/<uuid:list_id>/delete")
@requires(ListAbility.KEEP)
def delete_list(list_id: UUID) -> Answer:
    """Delete it."""
    saved = _own(list_id)
    name = saved.name
    try:
        actions.delete_list(list_id, SeenForm().version)
    except Problem as problem:
        return _page(_own(list_id), None, problem.status, problem=problem.message)
    flash(f"“{name}” is deleted.")
    return see("/lists")


@bp.post("/lists/<uuid:list_id>/share")
@requires(ListAbility.KEEP)
def share_list(list_id: UUID) -> Answer:
    """Make a link that anybody can read the list by, or say anew whether it names the owner."""
    saved, form = _own(list_id), ShareForm()
    form.whose.choices = {"no": "", "yes": ""}
    named = form.whose.data == "yes"
    return _tried(saved, form, lambda: actions.share_list(list_id, form.version, shows_owner=named), "#share")


@bp.post("/lists/<uuid:list_id>/unshare")
@requires(ListAbility.KEEP)
def unshare_list(list_id: UUID) -> Answer:
    """Take the link back."""
    _own(list_id)
    actions.unshare_list(list_id)
    flash("The link is taken back. Whoever opens it is told so.")
    return see(f"/lists/{list_id}#share")


@bp.get("/shared-lists/<string:token>")
@public
def shared(token: str) -> Response:
    """A list for whoever has the link; search engines are told to stay away."""
    saved = queries.list_by_token(token)
    there = saved is not None and queries.is_open(saved)
    html = render_template("lists/shared.html", saved=saved) if there else render_template("lists/gone.html")
    response = make_response(html, 200 if there else 410 if saved else 404)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
