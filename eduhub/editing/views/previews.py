"""A draft as each audience will see it, for those who work on it: by the templates and functions of the real pages."""

from mimetypes import guess_type
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, render_template, send_file
from werkzeug.wrappers import Response as BaseResponse

from eduhub.core.access import requires
from eduhub.editing import actions
from eduhub.editing.folder import asset_file
from eduhub.editing.models import Draft
from eduhub.editing.permissions import EditingAbility
from eduhub.editing.preview import plan_page, shown
from eduhub.editing.storage import made_file
from eduhub.editing.views.drafts import draft_at, tried
from eduhub.lessons.describe import standing_of

bp = Blueprint("previews", __name__)
TEMPLATES = {
    "practitioner": "editing/preview_practitioner.html",
    "learner": "editing/preview_learner.html",
    "family": "editing/preview_family.html",
}
AUDIENCES = {"practitioner": "Practitioners", "learner": "Learners", "family": "Families"}


def _private(response: BaseResponse) -> BaseResponse:
    """Kept by no cache, found by no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("/drafts/<uuid:draft_id>/previews/<string:audience>")
@requires(EditingAbility.SEE)
def preview(draft_id: UUID, audience: str) -> BaseResponse:
    """The page of an audience as it will be."""
    draft = draft_at(draft_id)
    if audience not in AUDIENCES:
        abort(404)
    if not draft.preview or not draft.is_checked:
        return _private(
            make_response(render_template("editing/no_preview.html", draft=draft, audiences=AUDIENCES), 200)
        )
    return _private(make_response(_page(draft, audience)))


def _page(draft: Draft, audience: str) -> str:
    version = shown(draft.id, draft.slug, draft.checked_at or draft.changed_at, draft.preview)
    stands = standing_of(version)
    return render_template(
        TEMPLATES[audience],
        draft=draft,
        audiences=AUDIENCES,
        audience=audience,
        lesson=version.lesson,
        version=version,
        front=version.front,
        reviews=stands.approvals,
        standing=stands,
        page=plan_page(version),
        is_current=True,
    )


@bp.post("/drafts/<uuid:draft_id>/files")
@requires(EditingAbility.SEE)
def make_files(draft_id: UUID) -> Any:
    """Have the files of the pack made."""
    draft_at(draft_id)
    return tried(draft_id, lambda: actions.ask_for_files(draft_id), to=f"/drafts/{draft_id}#files")


@bp.get("/drafts/<uuid:draft_id>/files/<string:name>")
@requires(EditingAbility.SEE)
def file(draft_id: UUID, name: str) -> BaseResponse:
    """A file of the pack as it will be."""
    draft = draft_at(draft_id)
    known = next((one for one in draft.files if one["name"] == name), None) if draft.has_files else None
    path = made_file(draft_id, name) if known else None
    if known is None or path is None:
        abort(404)
    return _private(send_file(path, mimetype=known["media_type"], as_attachment=True, max_age=0))


@bp.get("/drafts/<uuid:draft_id>/assets/<string:name>")
@requires(EditingAbility.SEE)
def asset(draft_id: UUID, name: str) -> BaseResponse:
    """A picture of the lesson's folder, as the preview shows it."""
    path = asset_file(draft_at(draft_id).slug, name)
    if path is None:
        abort(404)
    response: Response = send_file(
        path, mimetype=guess_type(name)[0] or "application/octet-stream", max_age=0
    )
    return _private(response)
