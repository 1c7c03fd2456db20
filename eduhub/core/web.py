"""HTTP manners shared by every room: headers, local redirects, paging, error pages, compression."""

import gzip
import logging
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    request_started,
    session,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from eduhub.core import api
from eduhub.core.clock import local
from eduhub.core.requests import begin_request, log_request

T = TypeVar("T")
log = logging.getLogger("eduhub")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
SMALLEST_COMPRESSED = 1_000
HEALTH = frozenset({"/healthz", "/readyz"})


class Problem(Exception):  # noqa: N818 -- a fact told to a person, not a fault
    """A fact that stops an action, with the sentence a person is shown."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StaleVersion(Problem):
    """Somebody changed the thing after this page was shown."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its items, its number (from 1), the page size and the total of items."""

    items: Sequence[T]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))


def page_number() -> int:
    """The page asked for in the address; 1 for anything that is not a sensible number."""
    text = request.args.get("page", "1")
    return min(int(text), 100_000) if re.fullmatch(r"[1-9]\d{0,5}", text) else 1


def is_local(target: str | None) -> bool:
    """Whether an address stays on this site: a plain path, no host, no tricks with slashes."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(character) < 32 or character == "\\" for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def local_redirect(target: str | None, default: str) -> BaseResponse:
    """Redirect (303) to ``target`` when it is on this site, otherwise to ``default``."""
    return redirect(target if target and is_local(target) else default, code=303)


def see(target: str) -> BaseResponse:
    """Redirect after a POST (303)."""
    return redirect(target, code=303)


def plain_cell(value: object) -> object:
    """A cell for CSV: text a spreadsheet would take for a formula gets a quote before it."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value


def give_templates(room: Blueprint, **words: object) -> None:
    """Names that templates of a room use, given to them once and not at every page."""
    room.record_once(lambda state: state.app.jinja_env.globals.update(words))


def render_text(template: str, **context: Any) -> str:
    """A template without a request around it: e-mail and packs. It sees only what it is given."""
    return current_app.jinja_env.get_template(template).render(**context)


# Dates as people read them.


def format_date(value: date | datetime) -> str:
    """Tuesday 24 November 2026."""
    day = local(value).date() if isinstance(value, datetime) else value
    return f"{day:%A} {day.day} {day:%B %Y}"


def format_short_date(value: date | datetime) -> str:
    """24 Nov 2026."""
    day = local(value).date() if isinstance(value, datetime) else value
    return f"{day.day} {day:%b %Y}"


def format_time(value: datetime) -> str:
    """9.30am, noon as 12pm."""
    moment = local(value)
    hour = moment.hour % 12 or 12
    minutes = f".{moment:%M}" if moment.minute else ""
    return f"{hour}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def format_datetime(value: datetime) -> str:
    """Tuesday 24 November 2026, 9.30am."""
    return f"{format_date(value)}, {format_time(value)}"


def init_web(app: Flask) -> None:
    """Give the app its filters and error pages."""
    app.jinja_env.filters.update(
        date=format_date,
        short_date=format_short_date,
        time=format_time,
        datetime=format_datetime,
    )
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(Exception, _unexpected)

    request_started.connect(begin_request, app)

    @app.before_request
    def refuse_nul() -> None:
        """No address of this site holds a NUL, and PostgreSQL takes none: it would be a fault where it is looked up."""
        if "\0" in request.path:
            abort(404)

    @app.after_request
    def finish(response: Response) -> Response:
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if _is_private() else "no-cache"
        return log_request(_compressed(response))


def _is_private() -> bool:
    """Whether the answer may hold something of one person's, the form token of a first visit included."""
    return bool(request.cookies) or request.method != "GET" or session.modified


def wear_headers(app: Flask, *, secure: bool) -> None:
    """Give every answer the headers it has not set itself; ``secure`` when the site is reached by HTTPS only.

    Around all the rest, so that static files have them too.
    """
    wanted = {**HEADERS, "Strict-Transport-Security": HSTS} if secure else HEADERS
    named = [(name.lower(), name, value) for name, value in wanted.items()]
    served = app.wsgi_app

    def with_headers(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            own = {name.lower() for name, _ in headers}
            return start(
                status, headers + [(name, value) for key, name, value in named if key not in own], *error
            )

        return served(environ, begin)

    app.wsgi_app = with_headers  # type: ignore[method-assign,assignment]


def answer_health_checks(app: Flask, allowed_hosts: Sequence[str]) -> None:
    """Let a load balancer that knows only the machine's number ask whether the site is well."""
    if not allowed_hosts:
        return
    served = app.wsgi_app

    def by_any_name(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") in HEALTH:
            environ["HTTP_HOST"] = allowed_hosts[0].lstrip(".")
        return served(environ, start)

    app.wsgi_app = by_any_name  # type: ignore[method-assign,assignment]


def _compressed(response: Response) -> Response:
    if (
        response.direct_passthrough
        or response.mimetype != "text/html"
        or "gzip" not in request.headers.get("Accept-Encoding", "")
        or request.cookies  # a page with a person's token in it is not compressed (BREACH)
    ):
        return response
    body = response.get_data()
    if len(body) >= SMALLEST_COMPRESSED:
        response.set_data(gzip.compress(body, compresslevel=1, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


ERROR_PAGES = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def error_page(status: int, **context: Any) -> tuple[str, int]:
    """The page of a status, in plain words."""
    name = {405: 404}.get(status, status if status in ERROR_PAGES else 400)
    return render_template(f"errors/{name}.html", **context), status


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    if request.path.startswith(f"{api.PREFIX}/"):
        return api.open_to_all(api.refused(error))
    if error.code == 413:
        return error_page(413, limit=_limit_text())
    return error_page(error.code)


def _limit_text() -> str:
    """The limit that was passed: of the whole, or of the written part of a form."""
    limits = [limit for limit in (request.max_content_length, request.max_form_memory_size) if limit]
    passed = [limit for limit in limits if (request.content_length or 0) > limit]
    limit = max(passed or limits, default=0)
    return f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit // 1_000} kB"


def _csrf_error(_error: CSRFError) -> tuple[str, int]:
    return error_page(400, expired=True)


def _problem(problem: Problem) -> tuple[str, int]:
    return error_page(problem.status, message=problem.message)


def _database_error(error: OperationalError) -> tuple[str, int]:
    text = str(error.orig)
    if "database is locked" in text or "lock timeout" in text:
        log.warning("the database was busy for too long: %s", text)
        return error_page(503)
    return _unexpected(error)


def _unexpected(error: Exception) -> tuple[str, int]:
    error_id = secrets.token_hex(4)
    log.error("error %s on %s", error_id, request.endpoint, exc_info=error)
    return error_page(500, error_id=error_id)
