"""The library, a lesson for practitioners and for learners, its versions and downloads."""

from mimetypes import guess_type
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy import Row
from werkzeug.wrappers import Response as BaseResponse

from eduhub.core.access import public
from eduhub.core.web import page_number, see
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES
from eduhub.lessons import packing, queries
from eduhub.lessons.asking import Wanted, understand
from eduhub.lessons.describe import standing_of
from eduhub.lessons.due import overdue_since
from eduhub.lessons.finding import Found, find_lessons, values_of
from eduhub.lessons.misses import count_miss
from eduhub.lessons.models import Audience, Status
from eduhub.lessons.rules import PERIODS, highlight, marked
from eduhub.lessons.storage import stored

bp = Blueprint("lessons", __name__)


@bp.get("/lessons")
@public
def index() -> str:
    """The library: search and filters, all in the address."""
    wanted = understand(request.args.get("q", ""), request.args.to_dict(), page_number())
    found = find_lessons(wanted)
    if found.nothing:
        count_miss(wanted.words, request.remote_addr or "")
    return render_template(
        "lessons/index.html",
        wanted=wanted,
        found=found,
        card=lambda lesson: marked(
            lesson.card["card_html"], [lesson.title, lesson.card["summary"]], found.marks
        ),
        excerpt=lambda lesson: highlight(found.excerpts.get(lesson.id, ""), found.marks),
        menus=_menus(wanted, found),
        topics=[] if found.page.items else values_of("topic"),
    )


LEVELS = {str(level): level.label for level in Level}
MINUTES = {str(period): f"{period} minutes" for period in PERIODS}


def _menus(wanted: Wanted, found: Found) -> list[tuple[str, str, dict[str, str]]]:
    """The filters to choose from: the key of each, its name, and its values with their words."""
    topics = {topic: topic.replace("-", " ") for topic in found.values("topic", wanted)}
    return [
        ("level", "Level", LEVELS),
        ("stage", "Stage", {stage: stage for stage in STAGES}),
        ("topic", "Topic", topics),
        ("period", "Fits a period of", MINUTES),
    ]


@bp.get("/lessons/<string:slug>")
@public
def lesson(slug: str) -> str:
    """A lesson for practitioners, in its current version."""
    return _lesson_page(queries.plan_page(slug) or _elsewhere(slug))


@bp.get("/lessons/<string:slug>/versions/<string:version>")
@public
def lesson_version(slug: str, version: str) -> str:
    """A lesson in a version it once had; never changed."""
    return _lesson_page(queries.plan_page(slug, version) or _elsewhere(slug))


def _lesson_page(page: Row[*tuple[Any, ...]]) -> str:
    is_current = page.id == page.current_version_id
    overdue = overdue_since(page.status, page.card) if is_current else None
    return render_template("lessons/lesson.html", page=page, is_current=is_current, overdue=overdue)


def shown_at(slug: str) -> queries.Shown:
    """The lesson at an address in its current version, withdrawn or not; the way to it."""
    return queries.current(slug) or _elsewhere(slug)


def version_at(slug: str, version: str) -> queries.Shown:
    """The same in any version it ever had."""
    return queries.version_of(slug, version) or _elsewhere(slug)


def _elsewhere(slug: str) -> NoReturn:
    """Lead on to the lesson that once had this address; not found when there is none."""
    present = queries.moved_to(slug)
    if present is None or request.endpoint is None:
        abort(404)
    values = {**(request.view_args or {}), "slug": present}
    abort(redirect(url_for(request.endpoint, **values)))


@bp.get("/lessons/<string:slug>/learner")
@public
def learner(slug: str) -> str:
    """What learners may see of a lesson, and nothing more."""
    return _plain_page("lessons/learner.html", shown_at(slug))


@bp.get("/lessons/<string:slug>/family")
@public
def family(slug: str) -> str:
    """What parents and carers are told about a lesson."""
    return _plain_page("lessons/family.html", shown_at(slug))


def _plain_page(template: str, shown: queries.Shown) -> str:
    version = shown.version
    stands = standing_of(version)
    if shown.lesson.status is Status.WITHDRAWN:
        template = "lessons/withdrawn.html"
    return render_template(
        template,
        lesson=shown.lesson,
        version=version,
        front=version.front,
        reviews=stands.approvals,
        standing=stands,
    )


def _not_withdrawn(shown: queries.Shown) -> queries.Shown:
    """Files of a withdrawn lesson are handed out no more, and why is said."""
    if shown.lesson.status is Status.WITHDRAWN:
        abort(Response(_plain_page("", shown), 410))
    return shown


def in_use(slug: str) -> queries.Shown:
    """The lesson at an address in its current version; the way to it, or why it was withdrawn."""
    return _not_withdrawn(shown_at(slug))


def version_in_use(slug: str, version: str) -> queries.Shown:
    """The same in any version it ever had."""
    return _not_withdrawn(version_at(slug, version))


@bp.get("/lessons/<string:slug>/packs/latest")
@public
def latest_pack(slug: str) -> BaseResponse:
    """The newest ZIP of a lesson."""
    return _newest(slug, Audience.EVERYTHING)


@bp.get("/lessons/<string:slug>/packs/latest/<string:audience>")
@public
def latest_pack_for(slug: str, audience: str) -> BaseResponse:
    """The newest ZIP for an audience."""
    return _newest(slug, audience)


def _newest(slug: str, audience: str) -> BaseResponse:
    shown = in_use(slug)
    files = queries.pack_files(shown.version.id)
    found = next((file for file in files if file.is_zip and file.audience == audience), None)
    if found is None and (files or audience not in set(Audience)):
        abort(404)
    if found is None:
        return _being_prepared(shown)
    version, name = shown.version.version, found.name
    return redirect(url_for("lessons.pack_file", slug=slug, version=version, name=name))


@bp.get("/lessons/<string:slug>/packs/<string:version>/<string:name>")
@public
def pack_file(slug: str, version: str, name: str) -> Response:
    """A file of a pack. Browsers keep it, but ask each time, so that a withdrawn lesson stops at once."""
    shown = _not_withdrawn(version_at(slug, version))
    files = queries.pack_files(shown.version.id)
    found = next((file for file in files if file.name == name), None)
    if found is None and files:
        abort(404)
    if found is None or not stored(found.sha256).is_file():
        return _being_prepared(shown)
    response = _send(found.sha256, found.media_type, found.name)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _being_prepared(shown: queries.Shown) -> Response:
    """No file yet, or no more: why, and what to do meanwhile."""
    page = render_template("lessons/preparing.html", lesson=shown.lesson, version=shown.version)
    return Response(page, 503, {"Retry-After": "60"})


@bp.post("/lessons/<string:slug>/packs/<string:version>")
@public
def ask_for_pack(slug: str, version: str) -> BaseResponse:
    """Have a pack made again that was put away to save room."""
    shown = _not_withdrawn(version_at(slug, version))
    packing.ask_for_pack(shown.version.id, request.remote_addr or "")
    flash("The pack is being prepared. Look here again in a minute.")
    return see(f"/lessons/{slug}/versions/{version}")


@bp.get("/lessons/files/<uuid:version_id>/assets/<string:name>")
@public
def asset(version_id: UUID, name: str) -> Response:
    """A file a version shows: the same for ever, so browsers may keep it."""
    sha256 = queries.asset_hash(version_id, name)
    if sha256 is None:
        abort(404)
    response = _send(sha256, guess_type(name)[0] or "application/octet-stream")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


def _send(sha256: str, media_type: str, download_name: str | None = None) -> Response:
    path: Path = stored(sha256)
    if not path.is_file():
        abort(404)
    return send_file(
        path,
        mimetype=media_type,
        as_attachment=download_name is not None,
        download_name=download_name,
        etag=sha256,
        conditional=True,
    )
