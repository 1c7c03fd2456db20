"""What crawlers and feed readers ask for: addresses of pages, what they should leave alone, what changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlencode

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from eduhub.core.access import public
from eduhub.core.api import absolute, kept_response, stamp
from eduhub.core.web import page_number
from eduhub.curriculum.models import Level
from eduhub.curriculum.queries import every_code
from eduhub.curriculum.rules import code_slug
from eduhub.lessons import catalogue
from eduhub.lessons.models import Status

bp = Blueprint("feeds", __name__)
# Pages for everybody that do not come and go.
PAGES = (
    "/",
    "/lessons",
    "/lessons/curriculum",
    "/curriculum",
    "/help",
    "/about",
    "/accessibility",
    "/privacy",
    "/cookies",
    "/developers",
)
# Learners' codes and links sent by e-mail are nobody's to crawl; the rest asks to sign in.
LEFT_ALONE = ("/answer", "/reset", "/verify/", "/sign-in", "/sign-up", "/account", "/visits", "/deliveries")
MOST_ADDRESSES = 50_000
CHANGES_ON_A_PAGE = 50
MOST_CHANGES = 1_000
FEED_ID = "urn:uuid:5d1d6d0e-3c53-5b0e-8c44-8b7f9f6f1a52"
# What an empty feed says of its last change.
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """Where crawlers are wanted, and where the list of pages is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in LEFT_ALONE),
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return kept_response("\n".join(lines) + "\n", "text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Every page for everybody; above 50,000 addresses a list of parts, each a page of this."""
    parts = _sitemap(catalogue.index().version, tuple(every_code()), absolute(""), MOST_ADDRESSES)
    if request.args.get("page") is None and len(parts) > 1:
        pages = [absolute(f"/sitemap.xml?page={number}") for number in range(1, len(parts) + 1)]
        return kept_response(render_template("lessons/sitemap_index.xml", pages=pages), "application/xml")
    number = page_number()
    if number > len(parts):
        abort(404)
    return kept_response(parts[number - 1], "application/xml")


@lru_cache(maxsize=2)
def _sitemap(_build: str, codes: tuple[str, ...], _home: str, most: int) -> list[str]:
    """The parts of the sitemap: kept until another build of the lessons, other codes or another address of the site."""
    found = _addresses(codes)
    parts = [found[first : first + most] for first in range(0, len(found), most)]
    return [render_template("lessons/sitemap.xml", addresses=part) for part in parts]


def _addresses(every: Iterable[str]) -> list[tuple[str, str | None]]:
    """Address and, where it is known, the moment of the last change."""
    lessons = catalogue.addresses()
    newest = stamp(max((built_at for _, built_at in lessons), default=None))
    fixed = [(absolute(path), newest if path == "/lessons" else None) for path in PAGES]
    codes = [(absolute(f"/curriculum/{code_slug(code)}"), None) for code in every]
    return [*fixed, *codes, *((absolute(f"/lessons/{slug}"), stamp(at)) for slug, at in lessons)]


@bp.get("/lessons/changes.atom")
@public
def changes() -> Response:
    """The newest versions, and lessons withdrawn with the reason: 50 on a page, up to a thousand."""
    number = page_number()
    pages = MOST_CHANGES // CHANGES_ON_A_PAGE
    if number > pages:
        abort(404)
    found = catalogue.changes(number * CHANGES_ON_A_PAGE + 1)
    entries = found[(number - 1) * CHANGES_ON_A_PAGE : number * CHANGES_ON_A_PAGE]
    more = len(found) > number * CHANGES_ON_A_PAGE and number < pages
    moment = max(map(catalogue.changed_at, found[:1]), default=BEGINNING)
    feed = render_template(
        "lessons/changes.xml",
        feed_id=FEED_ID,
        home=absolute("/lessons"),
        first=_feed_url(1),
        here=_feed_url(number),
        earlier=_feed_url(number + 1) if more else "",
        later=_feed_url(number - 1) if number > 1 else "",
        updated=stamp(moment),
        entries=[_entry(one) for one in entries],
    )
    return kept_response(feed, "application/atom+xml")


def _feed_url(number: int) -> str:
    query = f"?{urlencode({'page': number})}" if number > 1 else ""
    return absolute(f"/lessons/changes.atom{query}")


def _entry(change: catalogue.Change) -> dict[str, object]:
    version = change.version
    withdrawn = change.status is Status.WITHDRAWN
    address = f"/lessons/{change.slug}"
    told = version.change_note or ("" if withdrawn else version.summary)
    return {
        "id": version.id.urn,
        "title": f"Withdrawn: {version.title}"
        if withdrawn
        else f"{version.title}, version {version.version}",
        "lang": change.lang,
        "updated": stamp(catalogue.changed_at(change)),
        "published": stamp(version.built_at),
        "url": absolute(address if change.is_current else f"{address}/versions/{version.version}"),
        "summary": f"Do not teach this lesson. {change.withdrawn_reason}" if withdrawn else told,
        "levels": [(level, Level(level).label) for level in version.levels],
    }
