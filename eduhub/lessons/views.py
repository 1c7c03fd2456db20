"""The library, a lesson for practitioners and for learners, its versions and downloads."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from eduhub.core.access import public
from eduhub.core.web import page_number, see
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES
from eduhub.lessons import queries
from eduhub.lessons.actions import content_folder
from eduhub.lessons.rules import highlight, interactive_share, running, understand
from eduhub.lessons.storage import stored

bp = Blueprint("lessons", __name__)

# The parts of a lesson's page that every lesson has, to jump to.
SECTIONS = (
    ("purpose", "What it is for"),
    ("minutes", "The lesson in minutes"),
    ("plan", "The plan"),
    ("facts", "Facts and evidence"),
    ("programme", "In the programme"),
)


@bp.get("/lessons")
@public
def index() -> str:
    """The library: search and filters, all in the address."""
    wanted = understand(request.args.get("q", ""), request.args.to_dict(), page_number())
    return render_template(
        "lessons/index.html",
        wanted=wanted,
        found=queries.find_lessons(wanted),
        highlight=highlight,
        levels=list(Level),
        stages=list(STAGES),
        topics=queries.facet_values("topic"),
    )


@bp.get("/lessons/<string:slug>")
@public
def lesson(slug: str) -> str:
    """A lesson for practitioners, in its current version."""
    return _lesson_page(queries.current(slug))


@bp.get("/lessons/<string:slug>/versions/<string:version>")
@public
def lesson_version(slug: str, version: str) -> str:
    """A lesson in a version it once had; never changed."""
    return _lesson_page(queries.version_of(slug, version))


def _lesson_page(shown: queries.Shown | None) -> str:
    if shown is None:
        abort(404)
    front = shown.version.front
    return render_template(
        "lessons/lesson.html",
        lesson=shown.lesson,
        version=shown.version,
        front=front,
        parts=running(front["parts"]),
        share=interactive_share(front["parts"]),
        files=queries.pack_files(shown.version.id),
        sections=SECTIONS,
        earlier=queries.neighbours(front["prior_lessons"]),
        later=queries.neighbours(front["next_lessons"]),
    )


@bp.get("/lessons/<string:slug>/learner")
@public
def learner(slug: str) -> str:
    """What learners may see of a lesson, and nothing more."""
    return render_template("lessons/learner.html", version=_current(slug).version)


@bp.get("/lessons/<string:slug>/family")
@public
def family(slug: str) -> str:
    """What parents and carers are told about a lesson."""
    return render_template("lessons/family.html", version=_current(slug).version)


def _current(slug: str) -> queries.Shown:
    shown = queries.current(slug)
    if shown is None:
        abort(404)
    return shown


@bp.get("/lessons/<string:slug>/packs/latest")
@public
def latest_pack(slug: str) -> BaseResponse:
    """The newest ZIP of a lesson."""
    shown = _current(slug)
    files = queries.pack_files(shown.version.id)
    if not files:
        abort(404)
    return see(f"/lessons/{slug}/packs/{shown.version.version}/{files[0].name}")


@bp.get("/lessons/<string:slug>/packs/<string:version>/<string:name>")
@public
def pack_file(slug: str, version: str, name: str) -> Response:
    """A file of a pack: the same bytes for ever, so browsers may keep it."""
    shown = queries.version_of(slug, version)
    files = queries.pack_files(shown.version.id) if shown else []
    found = next((file for file in files if file.name == name), None)
    path = stored(found.sha256) if found else None
    if found is None or path is None or not path.is_file():
        abort(404)
    response = send_file(
        path,
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.name,
        etag=found.sha256,
        conditional=True,
        max_age=31_536_000,
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@bp.get("/lessons/<string:slug>/files/<string:version>/assets/<string:name>")
@public
def asset(slug: str, version: str, name: str) -> Response:
    """A picture of a lesson, as it is in the content folder."""
    shown = queries.version_of(slug, version)
    listed: dict[str, Any] = {a["path"]: a for a in shown.version.front["assets"]} if shown else {}
    path: Path = content_folder() / "lessons" / slug / "assets" / name
    if f"assets/{name}" not in listed or path.is_symlink() or not path.is_file():
        abort(404)
    response = send_file(path, conditional=True, max_age=3600)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
