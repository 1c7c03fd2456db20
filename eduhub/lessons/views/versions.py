"""A lesson's history: its versions, what differs between two of them, what is new since one; the schema of its files."""

import json

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for

from eduhub.core.access import public
from eduhub.core.settings import settings
from eduhub.lessons import history, queries
from eduhub.lessons.compare import Side, compare
from eduhub.lessons.json_schema import ADDRESS, MEDIA_TYPE, front_schema
from eduhub.lessons.models import Lesson, LessonVersion

bp = Blueprint("lesson_versions", __name__)


@bp.get(ADDRESS)
@public
def schema() -> Response:
    """The JSON Schema of front matter, for authors' editors and other programs."""
    text = json.dumps(front_schema(settings().base_url), indent=2, ensure_ascii=False)
    return Response(text, mimetype=MEDIA_TYPE)


def _lesson(slug: str) -> Lesson:
    return history.lesson_at(slug) or _elsewhere(slug)


def _elsewhere(slug: str) -> Lesson:
    """Lead on to the lesson that once had this address, with what was asked; not found when there is none."""
    present = queries.moved_to(slug)
    if present is None or request.endpoint is None:
        abort(404)
    values = {**request.args.to_dict(), **(request.view_args or {}), "slug": present}
    abort(redirect(url_for(request.endpoint, **values)))


@bp.get("/lessons/<string:slug>/versions")
@public
def versions(slug: str) -> str:
    """Every version a lesson ever had, newest first."""
    lesson = _lesson(slug)
    return render_template(
        "lessons/versions.html",
        lesson=lesson,
        editions=history.editions(lesson),
        mended=history.mended(lesson),
    )


@bp.get("/lessons/<string:slug>/versions/compare")
@public
def compare_versions(slug: str) -> str | tuple[str, int]:
    """What differs between two versions, in words."""
    lesson = _lesson(slug)
    editions = history.editions(lesson)
    pair = history.pair_of(lesson, editions, request.args.get("from", ""), request.args.get("to", ""))
    if pair.unknown:
        return _unknown(lesson, pair.unknown[0])
    old, new = (history.whole_version(lesson, version) for version in (pair.old, pair.new))
    return render_template(
        "lessons/compare.html",
        lesson=lesson,
        editions=editions,
        pair=pair,
        found=compare(_side(old), _side(new)) if old and new and old is not new else None,
        notes=[one for one in editions if history.is_between(one.version, pair.old, pair.new)],
    )


def _side(version: LessonVersion) -> Side:
    return Side(version.front, version.practitioner_html, version.assets)


@bp.get("/lessons/<string:slug>/since/<string:version>")
@public
def since(slug: str, version: str) -> str | tuple[str, int]:
    """What changed since the version somebody downloaded; its files print this address."""
    lesson = _lesson(slug)
    found = history.since(lesson, version)
    if found is None:
        return _unknown(lesson, version)
    files = queries.pack_files(lesson.current_version_id)
    return render_template(
        "lessons/since.html", lesson=lesson, since=found, files=files, mended=history.mended(lesson)
    )


def _unknown(lesson: Lesson, version: str) -> tuple[str, int]:
    asked = "".join(character for character in version if character.isprintable())[:20]
    editions = history.editions(lesson)
    return render_template("lessons/no_version.html", lesson=lesson, version=asked, editions=editions), 404
