"""A client that judges every page it fetches, so that no test can pass on a page that is broken.

Each page must be strict HTML with a language, one h1 that starts the title, headings in order, unique ids, a
label for every field, an error summary when it says 422, and no inline script or style. Data must be as the OpenAPI
document says.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from contextvars import Context
from typing import Any

import html5lib
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from eduhub.core.db import db
from tests.data import judge_data

HTML = "{http://www.w3.org/1999/xhtml}"
UNLABELLED = {"hidden", "submit", "button", "image"}


class Document:
    """A parsed page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("lxml"), strict=False)
        self.tree = parser.parse(self.html)
        self.errors = [error for error in parser.errors if error[1] not in IGNORED_ERRORS]

    def all(self, tag: str, **attributes: str) -> list[Any]:
        """Every element of a tag, with these attributes (``class_`` matches one class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.tree.iter(f"{HTML}{tag}")
            if all(_matches(element, name, value) for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Any:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag}> with {attributes}, not one"
        return found[0]

    @property
    def h1(self) -> str:
        return text_of(self.one("h1"))

    @property
    def title(self) -> str:
        return text_of(self.one("title"))

    @property
    def text(self) -> str:
        return text_of(self.tree.getroot())

    @property
    def main_text(self) -> str:
        return text_of(self.one("main"))

    def links(self) -> dict[str, str]:
        """Address by link text; the last wins where a text repeats."""
        return {text_of(a): a.get("href") for a in self.all("a")}

    def link(self, text: str) -> str:
        found = [a.get("href") for a in self.all("a") if text in text_of(a)]
        assert found, f"no link says {text!r}; there are {sorted(self.links())}"
        return str(found[0])

    def form(self, action: str | None = None) -> dict[str, str]:
        """The values a form would send as it stands (the page's main form unless ``action`` is given)."""
        forms = self.one("main").iter(f"{HTML}form") if action is None else self.all("form")
        for form in forms:
            if action is None or (form.get("action") or "") == action:
                return form_values(form)
        raise AssertionError(f"no form with action {action!r}")


IGNORED_ERRORS: set[str] = set()


def _matches(element: Any, name: str, value: str) -> bool:
    found = element.get(name)
    if name == "class":
        return value in (found or "").split()
    return bool(found == value)


def text_of(element: Any) -> str:
    """The words in an element, white space folded."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def form_values(form: Any) -> dict[str, str]:
    """Names and values of a form's fields, as a browser would send them untouched."""
    values: dict[str, str] = {}
    for field in form.iter(f"{HTML}input", f"{HTML}textarea", f"{HTML}select"):
        name = field.get("name")
        if not name:
            continue
        kind = field.get("type", "")
        if kind in {"checkbox", "radio"} and field.get("checked") is None:
            continue
        if kind in {"submit", "button", "file"}:
            continue
        values[name] = field_value(field)
    return values


def field_value(field: Any) -> str:
    if field.tag == f"{HTML}textarea":
        return (field.text or "").removeprefix("\n")
    if field.tag == f"{HTML}select":
        options = list(field.iter(f"{HTML}option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return (chosen[0].get("value") or "") if chosen else ""
    return field.get("value") or ("on" if field.get("type") in {"checkbox", "radio"} else "")


def judge(document: Document) -> None:
    """Raise AssertionError, with what is wrong, unless the page keeps the rules above."""
    problems = list(find_problems(document))
    assert not problems, f"{document.response.request.path}: " + "; ".join(problems)


def find_problems(document: Document) -> Iterable[str]:
    for (line, _), code, data in document.errors:
        yield f"HTML line {line}: {code} {data}"
    root = document.tree.getroot()
    if not root.get("lang"):
        yield "no language"
    yield from _headings(document)
    yield from _ids(document)
    yield from _labels(document)
    yield from _inline(document)
    if document.status == 422 and not document.all("div", class_="ds_error-summary"):
        yield "422 without an error summary"


def _headings(document: Document) -> Iterable[str]:
    h1s = document.all("h1")
    if len(h1s) != 1:
        yield f"{len(h1s)} h1"
        return
    if not document.title.startswith(text_of(h1s[0])):
        yield f"title {document.title!r} does not start with h1 {text_of(h1s[0])!r}"
    level = 0
    for element in document.one("main").iter():
        found = re.fullmatch(r"h([1-6])", etree.QName(element).localname) if _tag(element) else None
        if found:
            if int(found[1]) > level + 1 and level:
                yield f"heading {text_of(element)!r} jumps from h{level} to h{found[1]}"
            level = int(found[1])
        if _tag(element) and found and not text_of(element):
            yield "an empty heading"


def _tag(element: Any) -> bool:
    return isinstance(element.tag, str)


def _elements(document: Document) -> list[Any]:
    return [element for element in document.tree.iter() if _tag(element)]


def _ids(document: Document) -> Iterable[str]:
    ids = [element.get("id") for element in _elements(document) if element.get("id") is not None]
    yield from (f"id {found!r} twice" for found, times in Counter(ids).items() if times > 1)
    for element in _elements(document):
        for name, wanted in _references(element):
            if wanted not in ids:
                yield f"{name}={wanted!r} points nowhere"


def _references(element: Any) -> Iterable[tuple[str, str]]:
    for name in ("aria-describedby", "aria-labelledby", "for", "aria-controls"):
        for wanted in (element.get(name) or "").split():
            yield name, wanted
    href = element.get("href") or ""
    if href.startswith("#") and len(href) > 1:
        yield "href", href[1:]


def _labels(document: Document) -> Iterable[str]:
    labelled = {label.get("for") for label in document.all("label")}
    fields = [field for tag in ("input", "select", "textarea") for field in document.all(tag)]
    for field in fields:
        named = field.get("id") in labelled or field.get("aria-label")
        if field.get("type") not in UNLABELLED and not named:
            yield f"the field {field.get('name')!r} has no label"
    for image in document.all("img"):
        if image.get("alt") is None:
            yield f"image {image.get('src')} has no alt"
    for element in [*document.all("a"), *document.all("button")]:
        if not text_of(element) and not element.get("aria-label"):
            yield "a link or button with no words"


def _inline(document: Document) -> Iterable[str]:
    for element in _elements(document):
        name = etree.QName(element).localname
        data_block = name == "script" and dict(element.attrib) == {"type": "application/ld+json"}
        if name == "style" or (name == "script" and not element.get("src") and not data_block):
            yield f"inline <{name}>"
        if data_block and not _is_json(element.text or ""):
            yield "a data block that is not JSON"
        for attribute in dict(element.attrib):
            if attribute == "style" or attribute.startswith("on"):
                yield f"inline {attribute} on <{name}>"
        source = element.get("src") or (element.get("href") if name not in {"a", "link"} else "") or ""
        if source.startswith("http"):
            yield f"<{name}> loads from another host"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class Browser:
    """A person's browser: fetches pages, judges them, submits forms with what the page held."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def send(self, method: str, url: str, **options: Any) -> TestResponse:
        """One request as a server would get it: in a context of its own, not in the test's."""
        response: TestResponse = Context().run(self.client.open, url, method=method, buffered=True, **options)
        if response.request.path.startswith("/api/"):
            judge_data(self.client.application, response)
        if has_app_context():
            db.session.rollback()  # what the test read before may have changed
        return response

    def get(self, url: str, status: int = 200, **options: Any) -> TestResponse:
        """Fetch anything; only the status is judged."""
        response = self.send("GET", url, **options)
        assert response.status_code == status, f"{url}: {response.status_code}, not {status}"
        return response

    def page(self, url: str, status: int = 200) -> Document:
        """Fetch a page, following redirects, and judge it."""
        response = self.send("GET", url, follow_redirects=True)
        assert response.status_code == status, f"{url}: {response.status_code}, not {status}"
        return self._judged(response)

    def post(self, url: str, data: dict[str, Any] | None = None, status: int = 303) -> TestResponse:
        """Post with a token for the form and nothing else checked but the status."""
        values = {"csrf_token": self.token(), **(data or {})}
        response = self.send("POST", url, data=values)
        assert response.status_code == status, (
            f"POST {url}: {response.status_code}, not {status}: "
            f"{re.sub(r'<[^>]+>', ' ', response.get_data(as_text=True))[-1500:]}"
        )
        return response

    def submit(
        self, url: str, data: dict[str, Any] | None = None, status: int = 200, at: str | None = None
    ) -> Document:
        """Open the page at ``url``, fill ``data`` in over what its form holds, send it, judge the answer.

        ``at`` names the form's action when the page has several. Redirects are followed; ``status`` is that
        of the last page.
        """
        document = self.page(url)
        values: dict[str, Any] = {**document.form(at), **(data or {})}
        target = at or self._action(document) or url
        response = self.send(
            "POST", target, data=values, follow_redirects=True, content_type="multipart/form-data"
        )
        assert response.status_code == status, (
            f"POST {target}: {response.status_code}, not {status}: "
            f"{re.sub(r'<[^>]+>', ' ', response.get_data(as_text=True))[-1500:]}"
        )
        return self._judged(response)

    def token(self) -> str:
        """A token for a form, from the sign-in page (or the home page's sign-out form)."""
        for url in ("/", "/sign-in"):
            html = self.send("GET", url, follow_redirects=True).get_data(as_text=True)
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
            if found:
                return found[1]
        raise AssertionError("no page holds a form token")

    @staticmethod
    def _action(document: Document) -> str:
        for form in document.one("main").iter(f"{HTML}form"):
            return form.get("action") or ""
        return ""

    @staticmethod
    def _judged(response: TestResponse) -> Document:
        document = Document(response)
        if response.mimetype == "text/html":
            judge(document)
        return document
