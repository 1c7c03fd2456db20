"""The form of a draft, page by page, and the text of its file as the other way to the same."""

from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, abort, flash, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import current_person, requires
from eduhub.core.forms import SeenForm
from eduhub.core.web import Problem, see
from eduhub.editing import actions, queries
from eduhub.editing.fields import BODY, PAGES, Page, Question, answers, questions
from eduhub.editing.models import Draft
from eduhub.editing.permissions import EditingAbility
from eduhub.editing.placing import Placed, placed
from eduhub.editing.rules import EDITABLE, is_too_long, without_unkeepable
from eduhub.editing.sheet import cut, plain
from eduhub.editing.views.drafts import draft_at

bp = Blueprint("writing", __name__)
Answer = str | tuple[str, int] | Response


class Typed(NamedTuple):
    """What somebody wrote on a page: the answers by key, and the words below the front matter."""

    answers: dict[str, Any]
    body: str


TAKEN_OUT = "A hidden character that cannot be kept was taken out. Look at the text, then save it again."
TOO_LONG = "This is longer than a lesson may be (200 kB). Shorten it; nothing was saved yet."


def _page(name: str) -> Page:
    return next((page for page in PAGES if page.name == name), None) or abort(404)


def _next(page: Page) -> str:
    """What comes after a page of the form: the next one; after the last, the draft itself."""
    later = PAGES[PAGES.index(page) + 1 :]
    return f"/parts/{later[0].name}" if later else ""


@bp.get("/drafts/<uuid:draft_id>/parts/<string:part>")
@requires(EditingAbility.WRITE)
def part_form(draft_id: UUID, part: str) -> Answer:
    """A page of the form, filled in."""
    draft, page = draft_at(draft_id), _page(part)
    return _part(draft, page, questions(page, draft.values, queries.words_to_choose()), _body(draft))


def _body(draft: Draft) -> str:
    return cut(plain(draft.text)).body if draft.is_read else ""


def _part(
    draft: Draft, page: Page, asked: list[Question], body: str, status: int = 200, **more: Any
) -> Answer:
    found = placed(draft) if draft.is_checked else []
    of_page = [one for one in found if one.page == page.name]
    html = render_template(
        "editing/part.html",
        draft=draft,
        page=page,
        pages=PAGES,
        questions=[_with_findings(one, of_page) for one in asked],
        body=body,
        findings=of_page,
        is_editable=draft.state in EDITABLE,
        **more,
    )
    return html, status


def _with_findings(question: Question, found: list[Placed]) -> Question:
    return replace(question, findings=[one for one in found if one.key == question.key])


@bp.post("/drafts/<uuid:draft_id>/parts/<string:part>")
@requires(EditingAbility.WRITE)
def save_part(draft_id: UUID, part: str) -> Answer:
    """Keep what a page of the form holds, right or wrong; then go on, or stay where something is to be mended."""
    draft, page, seen = draft_at(draft_id), _page(part), SeenForm().version
    body = plain(request.form.get(BODY, ""))
    given = answers(page, request.form, draft.values)
    clean = _clean(given)
    if clean != given or without_unkeepable(body) != body:
        return _again(draft, page, Typed(clean, without_unkeepable(body)), TAKEN_OUT, 422)
    if is_too_long(body) or is_too_long(str(given)):
        return _again(draft, page, Typed(given, body), TOO_LONG, 422)
    try:
        if BODY in page.keys:
            actions.save_body(draft_id, current_person(), body, seen)
        else:
            actions.save_answers(draft_id, current_person(), given, seen)
    except Problem as problem:
        typed = Typed(given, body)
        return _again(draft_at(draft_id), page, typed, problem.message, problem.status, is_conflict=True)
    flash("Saved. It is being checked.")
    return see(f"/drafts/{draft_id}{f'/parts/{part}' if _stays(draft, page, given) else _next(page)}")


def _stays(draft: Draft, page: Page, given: dict[str, Any]) -> bool:
    """Whether somebody asked to stay, or what they wrote is wrong by itself."""
    asked = questions(page, {**draft.values, **given}, queries.words_to_choose())
    return request.form.get("do") == "stay" or any(one.error for each in asked for one in each.every_input)


def _clean(value: Any) -> Any:
    """The same without what cannot be kept."""
    if isinstance(value, str):
        return without_unkeepable(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return {name: _clean(one) for name, one in value.items()} if isinstance(value, dict) else value


def _again(
    draft: Draft, page: Page, typed: Typed, problem: str, status: int, *, is_conflict: bool = False
) -> Answer:
    """The page with what was written in it and, where somebody else saved meanwhile, what they saved beside it."""
    words, given, theirs = queries.words_to_choose(), typed.answers, _body(draft)
    asked = questions(page, {**draft.values, **given}, words)
    if is_conflict:
        saved = {one.key: one for one in questions(page, draft.values, words)}
        asked = [
            replace(one, theirs=_told(saved[one.key]))
            if given.get(one.key) != draft.values.get(one.key)
            else one
            for one in asked
        ]
    more = {"problem": problem, "theirs": theirs if is_conflict and theirs != typed.body else None}
    return _part(draft, page, asked, typed.body, status, **more)


def _told(question: Question) -> str:
    """What is saved for a question, in words."""
    rows = [[one] for one in question.inputs] + question.rows
    texts = [" · ".join(_words(one.value) for one in row if one.value) for row in rows]
    return "\n".join(filter(None, texts)) or "Nothing"


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


# The text of the file.


@bp.get("/drafts/<uuid:draft_id>/text")
@requires(EditingAbility.SEE)
def text_form(draft_id: UUID) -> Answer:
    """The whole text of the future file."""
    draft = draft_at(draft_id)
    return _text(draft, draft.text)


def _text(draft: Draft, text: str, problem: str = "", status: int = 200, theirs: str | None = None) -> Answer:
    html = render_template(
        "editing/text.html",
        draft=draft,
        text=text,
        findings=placed(draft) if draft.is_checked else [],
        is_editable=draft.state in EDITABLE,
        problem=problem,
        theirs=theirs,
    )
    return html, status


@bp.post("/drafts/<uuid:draft_id>/text")
@requires(EditingAbility.WRITE)
def save_text(draft_id: UUID) -> Answer:
    """Keep the whole text, right or wrong."""
    draft, seen = draft_at(draft_id), SeenForm().version
    text = plain(request.form.get("text", ""))
    if without_unkeepable(text) != text:
        return _text(draft, without_unkeepable(text), TAKEN_OUT, 422)
    if is_too_long(text):
        return _text(draft, text, TOO_LONG, 422)
    try:
        actions.save_text(draft_id, current_person(), text, seen)
    except Problem as problem:
        draft = draft_at(draft_id)
        theirs = draft.text if plain(draft.text) != text else None
        return _text(draft, text, problem.message, problem.status, theirs)
    flash("Saved. It is being checked.")
    return see(f"/drafts/{draft_id}")
