"""Public data for other programs: one table of addresses, from which routes, checks and the OpenAPI document come.

Nothing that is asked for is passed over in silence: a name or value that is not known is a 400 that says which are.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from eduhub.core.settings import settings

Schema = dict[str, Any]
Asked = dict[str, Any]
View = Callable[..., Any]
PREFIX = "/api/v1"
PATH_PART = re.compile(r"<(?P<kind>string|uuid):(?P<name>\w+)>")


@dataclass(frozen=True)
class Parameter:
    """What may stand behind the ``?``: ``read`` makes a value of a text, or raises ValueError with a sentence."""

    name: str
    about: str
    schema: Schema
    read: Callable[[str], Any] = str
    default: Any = None
    most: int = 1
    known: Callable[[], Iterable[str]] = tuple

    def taken_from(self, texts: list[str]) -> Any:
        """The value of the texts given under this name."""
        if len(texts) > self.most:
            said = "once" if self.most == 1 else f"at most {self.most} times"
            raise AskedWrongly(f"{self.name} may stand {said}; it stands {len(texts)} times.", self)
        if self.most > 1 and not texts:
            raise AskedWrongly(f"{self.name} is missing: name at least one.", self)
        try:
            values = [self.read(text) for text in texts]
        except ValueError as error:
            raise AskedWrongly(f"{self.name}: {error}.", self) from error
        return values if self.most > 1 else values[0] if values else self.default


class AskedWrongly(Exception):  # noqa: N818 -- a fact about the request
    """The request names something that is not known; ``known`` are the names or values that are."""

    def __init__(
        self, message: str, parameter: Parameter | None = None, known: Iterable[str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.name = parameter.name if parameter else None
        self.known = list(known if known is not None else parameter.known() if parameter else ())


@dataclass(frozen=True)
class Operation:
    """One address: what it is for, what may be asked, and the schema of what it answers."""

    path: str
    name: str
    about: str
    answer: Schema
    parameters: tuple[Parameter, ...] = ()

    @property
    def open_path(self) -> str:
        """The address as OpenAPI writes it."""
        return PREFIX + PATH_PART.sub(lambda part: f"{{{part['name']}}}", self.path)

    @property
    def path_parts(self) -> list[tuple[str, str]]:
        """Kind and name of each part of the address that varies."""
        return PATH_PART.findall(self.path)


@dataclass
class Api:
    """A blueprint of public data, and the table of its addresses."""

    blueprint: Blueprint
    operations: list[Operation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blueprint.register_error_handler(AskedWrongly, _asked_wrongly)
        self.blueprint.register_error_handler(HTTPException, refused)
        self.blueprint.after_request(open_to_all)

    def get(
        self, path: str, about: str, answer: Schema, *parameters: Parameter
    ) -> Callable[[View], Callable[..., BaseResponse]]:
        """Add an address; the view is given what was asked, checked, then the parts of the address."""

        def decorate(view: View) -> Callable[..., BaseResponse]:
            @wraps(view)
            def answered(**parts: Any) -> BaseResponse:
                found = view(asked_for(parameters), **parts)
                return found if isinstance(found, BaseResponse) else data_response(found)

            self.operations.append(Operation(path, view.__name__, about, answer, parameters))
            self.blueprint.get(PREFIX + path)(answered)
            return answered

        return decorate


def asked_for(parameters: Iterable[Parameter]) -> Asked:
    """The values of the parameters in the address. Raises AskedWrongly for any other name, and for a bad value."""
    known = {parameter.name: parameter for parameter in parameters}
    given = request.args.to_dict(flat=False)
    for name in given:
        if name not in known:
            raise AskedWrongly(f"There is no parameter {name[:60]!r} here.", known=known)
    return {name: parameter.taken_from(given.get(name, [])) for name, parameter in known.items()}


# Answers.


def data_response(data: Any, media_type: str = "application/json", status: int = 200) -> Response:
    """Data as JSON."""
    return kept_response(json.dumps(data, ensure_ascii=False, separators=(",", ":")), media_type, status)


def kept_response(text: str, media_type: str, status: int = 200) -> Response:
    """A text for everybody, with a tag made from it: whoever has it already is told so (304)."""
    response = Response(text, status, mimetype=media_type)
    response.headers["Cache-Control"] = "public, no-cache"
    if status == 200:
        response.add_etag()
        response.make_conditional(request)
    return response


def problem(
    status: int, title: str, detail: str, name: str | None = None, known: Iterable[str] = ()
) -> Response:
    """What went wrong, as RFC 9457 has it, with the parameter it is about and the values that are known."""
    found = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return data_response(
        {**found, "parameter": name, "known": list(known)}, "application/problem+json", status
    )


def _asked_wrongly(error: AskedWrongly) -> Response:
    return problem(400, "Asked in a way that is not known", error.message, error.name, error.known)


def refused(error: HTTPException) -> Any:
    """A refusal (404, 405, …) as a problem; a redirect as it is."""
    if error.code is None or error.code < 400:
        return error
    nothing = "There is nothing at this address."
    return problem(error.code, error.name, nothing if error.code == 404 else error.name)


def open_to_all(response: Response) -> Response:
    """Any site may read this: it is the same for everybody, and no cookie is looked at."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
    else:
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    return response


# Parameters of several addresses.


def whole(name: str, about: str, most: int, default: int) -> Parameter:
    """A whole number from 1 on."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[1-9][0-9]{0,6}", text) or int(text) > most:
            raise ValueError(f"{text[:40]!r} is not a whole number from 1 to {most}")
        return int(text)

    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter(name, about, schema, read, default)


def one_of(name: str, about: str, known: Callable[[], Iterable[str]], *, fixed: bool = True) -> Parameter:
    """One of a few words; ``fixed`` when they never change, so that the document can list them."""

    def read(text: str) -> str:
        if text not in known():
            raise ValueError(f"{text[:60]!r} is not known")
        return text

    schema: Schema = (
        {"type": "string", "enum": [str(value) for value in known()]} if fixed else {"type": "string"}
    )
    return Parameter(name, about, schema, read, known=known)


def moment(name: str, about: str) -> Parameter:
    """A day, or a moment with its zone."""

    def read(text: str) -> datetime:
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(
                f"{text[:40]!r} is not a day such as 2026-11-24 or a moment such as 2026-11-24T09:00:00Z "
                "(a + in an address is written %2B)"
            ) from error
        if found.tzinfo is None and len(text) > len("2026-11-24"):
            raise ValueError(f"{text[:40]!r} has no zone; end it with Z for UTC")
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)

    return Parameter(name, about, {"type": "string"}, read)


PAGE = whole("page", "Which page, from 1.", 1_000_000, 1)
PER_PAGE = whole("per_page", "How many on a page.", 100, 50)


def stamp(value: datetime | None) -> str | None:
    """A moment as answers write it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def absolute(path: str) -> str:
    """An address of this site in full."""
    return settings().base_url.rstrip("/") + path


def page_url() -> Callable[[int], str]:
    """The address of another page of what was asked for."""
    asked = request.args.to_dict(flat=False)

    def url(number: int) -> str:
        changed = {**asked, "page": [str(number)]}
        return absolute(f"{request.path}?{urlencode(changed, doseq=True)}")

    return url


def page_of(items: list[Any], total: int, asked: Asked, url: Callable[[int], str]) -> dict[str, Any]:
    """A page of a list with honest counts. Raises AskedWrongly for a page there is not."""
    pages = -(-total // asked["per_page"])
    number = asked["page"]
    if number > max(1, pages):
        raise AskedWrongly(f"page: there is no page {number}; the last is {max(1, pages)}.", PAGE)
    return {
        "total": total,
        "page": number,
        "per_page": asked["per_page"],
        "pages": pages,
        "next": url(number + 1) if number < pages else None,
        "items": items,
    }
