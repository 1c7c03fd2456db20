"""Addresses in one style; nothing changes by looking; every answer carries its headers, every form its token."""

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from eduhub.accounts.models import Role
from eduhub.app import create_app
from eduhub.cli import listed_routes
from eduhub.core import throttle
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.core.web import HEADERS, is_local
from eduhub.demo.people import PASSWORD, email_of
from eduhub.lessons.misses import count_miss
from tests.databases import Database, settings_for
from tests.pages import Browser, Document, judge
from tests.visits.scenes import make_lesson

# The last ones are what CASE calls its parts.
WORD = r"[a-z0-9]+(-[a-z0-9]+)*(\.(csv|txt|xml|atom|json|schema\.json))?|CF[A-Z][A-Za-z]+s"
PART = re.compile(r"<(?P<kind>\w+):(?P<name>\w+)>")
# What stands before an id is a plural; before a word that a person types or is sent it need not be.
TYPED = {"latest", "answer", "verify", "reset", "curriculum", "since"}
NO_S = {"people", "diary", "feedback"}  # a plural, one that everybody has one of, and one that has no plural
# What a look may count: wrong codes, so that guessing finds nothing, and searches that found nothing.
COUNTS_LOOKS = {throttle.count, count_miss}
HOSTILE = (
    "//evil.example/",
    "https://evil.example/",
    "http:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\r\nLocation: https://evil.example",
    "javascript:alert(1)",
    "///evil.example",
    "evil.example",
    " //evil.example",
    "/ok\x00",
    "https:///evil.example",
    "",
)


@pytest.fixture(scope="module")
def routes(shared_app: Flask) -> list[dict[str, str]]:
    return listed_routes(shared_app)


# Addresses.


def test_words_are_kebab_case(routes: list[dict[str, str]]) -> None:
    for route in routes:
        for part in route["rule"].strip("/").split("/"):
            assert not part or PART.fullmatch(part) or re.fullmatch(WORD, part), route["rule"]


def test_ids_are_typed_and_never_row_numbers(routes: list[dict[str, str]]) -> None:
    for route in routes:
        for kind, name in PART.findall(route["rule"]):
            assert kind == ("uuid" if name.endswith("_id") else "string"), route["rule"]


def test_collections_are_plural(routes: list[dict[str, str]]) -> None:
    for route in routes:
        parts = route["rule"].strip("/").split("/")
        for before, part in itertools.pairwise(parts):
            if PART.fullmatch(part) and not PART.fullmatch(before):
                assert before.endswith("s") or before in TYPED | NO_S, route["rule"]


# Looking changes nothing.


def called_by(function: Callable[..., Any], seen: set[Any]) -> Iterator[Any]:
    """Everything of this application that a function calls, through its helpers too."""
    if function in seen:
        return
    seen.add(function)
    yield function
    plain = inspect.unwrap(function)
    if not inspect.isfunction(plain) or not plain.__module__.startswith("eduhub"):
        return
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(plain)))):
        if isinstance(node, (ast.Name, ast.Attribute)):
            found = resolved(node, plain.__globals__)
            if inspect.isfunction(found) and found.__module__.startswith("eduhub"):
                yield from called_by(found, seen)


def resolved(node: ast.expr, names: dict[str, Any]) -> Any:
    """What a name, or a dotted name of modules, stands for."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        whole = resolved(node.value, names)
        return getattr(whole, node.attr, None) if inspect.ismodule(whole) else None
    return None


def test_no_get_calls_an_action(shared_app: Flask) -> None:
    found = [
        f"{rule.rule} calls {function.__name__}"
        for rule in shared_app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        for function in called_by(shared_app.view_functions[rule.endpoint], set())
        if hasattr(function, "__eduhub_action__") and function not in COUNTS_LOOKS
    ]
    assert found == []


def test_get_and_post_are_two_functions(shared_app: Flask) -> None:
    for rule in shared_app.url_map.iter_rules():
        assert len((rule.methods or set()) - {"HEAD", "OPTIONS"}) == 1, rule.rule


def test_other_methods_do_nothing(browser: Browser) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert browser.send(method, "/classes").status_code in {400, 405}
    hidden = browser.send("POST", "/lessons", headers={"X-HTTP-Method-Override": "GET"})
    assert hidden.status_code in {400, 405}


# Forms.


def filled(rule: str) -> str:
    return PART.sub(
        lambda part: "0" * 8 + "-0000-4000-8000-" + "0" * 12 if part["kind"] == "uuid" else "x", rule
    )


def test_every_form_needs_its_token(browser: Browser, routes: list[dict[str, str]]) -> None:
    for route in routes:
        if route["method"] == "POST":
            for data in ({}, {"csrf_token": "made-up"}):
                page = Document(browser.send("POST", filled(route["rule"]), data=data))
                assert page.status == 400, route["rule"]
                judge(page)


def test_a_token_of_another_browser_is_refused(app: Flask, browser: Browser) -> None:
    token = Browser(app).token()
    browser.page("/sign-in")
    answer = browser.send("POST", "/reset", data={"csrf_token": token, "email": "a@school.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("target", HOSTILE)
def test_signing_in_never_leads_elsewhere(browser: Browser, target: str) -> None:
    assert not is_local(target)
    shown = browser.page(f"/sign-in?next={quote(target)}")
    assert shown.form()["next"] == "/"
    data = {"email": email_of(Role.TEACHER, "here"), "password": PASSWORD, "next": target}
    assert browser.post("/sign-in", data).location == "/"


def test_signing_in_leads_to_the_page_that_was_wanted(browser: Browser) -> None:
    wanted = browser.get("/visits/queue?page=2", status=303).location
    assert wanted == "/sign-in?next=/visits/queue?page%3D2"
    data = {"email": email_of(Role.TEACHER, "here"), "password": PASSWORD, "next": "/visits/queue?page=2"}
    assert browser.post("/sign-in", data).location == "/visits/queue?page=2"


# Too much.


MULTIPART = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n%s\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("kind", "shape", "size"),
    [
        ("application/x-www-form-urlencoded", b"email=%s", 11_000_000),
        ("multipart/form-data; boundary=b", MULTIPART, 11_000_000),
        ("multipart/form-data; boundary=b", MULTIPART, 600_000),
    ],
)
def test_too_much_is_a_page_in_plain_words(browser: Browser, kind: str, shape: bytes, size: int) -> None:
    page = Document(browser.send("POST", "/reset", data=shape % (b"a" * size), content_type=kind))
    assert page.status == 413
    judge(page)
    assert "Nothing was saved" in page.main_text
    if size > 10_000_000:
        assert "larger than 10 MB" in page.main_text


# Headers, hosts and cookies, as served in production.


@pytest.fixture
def secure(app: Flask, database: Database, tmp_path: Path) -> Iterator[Browser]:
    chosen = settings_for(tmp_path, database.url, secure_cookies=True, allowed_hosts=("eduhub.example",))
    made = create_app(chosen)
    yield Browser(made)
    with made.app_context():
        db.engine.dispose()


AT = {"base_url": "https://eduhub.example"}


def answers(secure: Browser) -> Iterator[tuple[str, Any]]:
    for url in ("/", "/nothing-here", "/account", "/healthz", "/lessons?q=x", "/static/nothing.css"):
        yield url, secure.send("GET", url, **AT)
    yield "a form without its token", secure.send("POST", "/sign-in", **AT)
    yield "a method nobody knows", secure.send("DELETE", "/sign-in", **AT)
    yield "another host", secure.send("GET", "/", base_url="https://evil.example")


def test_every_answer_has_its_headers(secure: Browser) -> None:
    for what, answer in answers(secure):
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, f"{what} ({answer.status_code}): {name}"
        assert "max-age=31536000" in answer.headers.get("Strict-Transport-Security", ""), what
        assert "Server" not in answer.headers, what


def test_static_files_have_them_too(secure: Browser, app: Flask) -> None:
    answer = secure.send("GET", f"{app.extensions['eduhub.static']}css/site.css", **AT)
    assert answer.status_code == 200
    for name in ("X-Content-Type-Options", "Content-Security-Policy", "Strict-Transport-Security"):
        assert name in answer.headers, name


def test_a_download_has_them_too(app: Flask, browser: Browser, tmp_path: Path) -> None:
    make_lesson(tmp_path)
    run_all()
    answer = browser.get("/lessons/a-lesson/packs/1.0/a-lesson-learner.pdf")
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_headers_are_those_that_are_wanted() -> None:
    """The rest of these tests take the list from the code: here is what must be on it."""
    assert HEADERS["X-Content-Type-Options"] == "nosniff"
    assert HEADERS["X-Frame-Options"] == "DENY"
    assert HEADERS["Referrer-Policy"] == "same-origin"
    assert HEADERS["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in HEADERS["Permissions-Policy"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    for rule in ("default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"):
        assert rule in policy


@pytest.mark.parametrize(
    "host", ["evil.example", "eduhub.example.evil.example", "evil.example:443", "localhost"]
)
def test_a_foreign_host_is_refused(secure: Browser, host: str) -> None:
    page = Document(secure.send("GET", "/reset", base_url=f"https://{host}"))
    assert page.status == 400
    assert host not in page.html
    assert secure.send("GET", "/reset", headers={"X-Forwarded-Host": host}, **AT).status_code == 200


def test_a_private_page_is_not_kept(secure: Browser) -> None:
    secure.send("GET", "/sign-in", **AT)
    assert secure.send("GET", "/account", **AT).headers["Cache-Control"] == "no-store"


def test_the_cookie_is_locked_down(secure: Browser) -> None:
    cookies = secure.send("GET", "/sign-in", **AT).headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    name, _, rest = cookies[0].partition("=")
    assert name == "__Host-eduhub"
    words = {word.strip().lower() for word in rest.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= words
    assert not any(word.startswith("domain") for word in words)


def test_pages_for_everybody_set_no_cookie(secure: Browser) -> None:
    for url in ("/", "/lessons", "/help", "/healthz"):
        assert "Set-Cookie" not in secure.send("GET", url, **AT).headers, url
