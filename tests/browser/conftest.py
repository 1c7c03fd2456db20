"""A real Chromium against a real server on this machine, on the demonstration's data."""

import shutil
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from eduhub.accounts.models import Role
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.demo.data import make_data
from eduhub.demo.people import PASSWORD, email_of
from eduhub.lessons.actions import build
from tests.databases import Database

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Chromium by its usual names on the PATH."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on the PATH: browser tests need one (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def site(shared_app: Flask, database: Database) -> Iterator[str]:
    """The address of a running site with the demonstration's data in it."""
    with shared_app.app_context():
        db.engine.dispose()
        database.refresh()
        build()
        make_data()
        run_all()
        db.session.remove()
    server = make_server("127.0.0.1", 0, shared_app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    with shared_app.app_context():
        db.engine.dispose()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Chromium, site: str) -> Iterator[Visit]:
    """Open pages: ``visit(role=Role.TEACHER, width=360, script=False)`` gives a page of a fresh browser."""
    contexts: list[BrowserContext] = []

    def opened(
        role: Role | None = None, side: str = "here", width: int = 1280, *, script: bool = True
    ) -> Page:
        context = chromium.new_context(
            base_url=site, viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", _no_errors)
        if role is not None:
            sign_in(page, role, side)
        return page

    yield opened
    for context in contexts:
        context.close()


def _no_errors(message: ConsoleMessage) -> None:
    policy = "Content Security Policy" in message.text
    assert not policy, message.text


def sign_in(page: Page, role: Role, side: str = "here") -> None:
    """Sign in by hand."""
    page.goto("/sign-in")
    page.get_by_label("Work e-mail address").fill(email_of(role, side))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")
