"""An editor changes a lesson, a reviewer publishes it, everybody reads the new words: in a real browser, with and without
JavaScript; and the pages only drafts have, through axe.
"""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eduhub.accounts.models import Role
from eduhub.core import files
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from tests.browser.conftest import Visit
from tests.browser.test_accessibility import problems

pytestmark = pytest.mark.browser
SLUG = "safe-unsafe-or-ask-first"


@pytest.fixture(scope="module")
def writable(shared_app: Flask, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The real lessons, in a folder that may be written."""
    folder = tmp_path_factory.mktemp("content") / "content"
    shutil.copytree(files.CONTENT, folder)
    before = shared_app.extensions["eduhub.settings"]
    shared_app.extensions["eduhub.settings"] = dataclasses.replace(before, content=folder)
    yield folder
    shared_app.extensions["eduhub.settings"] = before


def work(app: Flask) -> None:
    """What the worker does meanwhile."""
    with app.app_context():
        run_all()
        db.session.remove()


def judged(page: Page) -> None:
    assert problems(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.evaluate("window.innerWidth"), f"{page.url} is {wide} pixels wide"


@pytest.mark.parametrize("script", [True, False], ids=["with-js", "without-js"])
def test_from_an_editors_words_to_the_public_page(
    visit: Visit, shared_app: Flask, writable: Path, script: bool
) -> None:
    name = f"Safe, unsafe, or ask? {'With' if script else 'Without'} a script"
    editor = visit(Role.CONTENT_EDITOR, script=script)
    editor.goto(f"/lessons/{SLUG}")
    editor.get_by_role("button", name="Edit this lesson").click()
    expect(editor.get_by_text("Checking …")).to_be_visible()
    work(shared_app)
    editor.get_by_role("link", name="About the lesson").click()
    editor.get_by_label("Title", exact=True).fill(name)
    editor.get_by_role("button", name="Save and go on").click()
    expect(editor.get_by_role("heading", name="The plan", exact=True)).to_be_visible()
    editor.get_by_role("link", name="The draft", exact=True).click()
    work(shared_app)
    editor.reload()
    editor.get_by_role("link", name="As learners will see it").click()
    expect(editor.get_by_role("heading", name=name)).to_be_visible()
    editor.get_by_role("link", name="The draft", exact=True).click()
    editor.get_by_role("link", name="Submit for review").click()
    editor.get_by_text("Small: wording").click()
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.get_by_role("heading", name="Waiting for review")).to_be_visible()

    reviewer = visit(Role.CONTENT_REVIEWER, script=script, width=360)
    reviewer.goto("/")
    reviewer.get_by_role("link", name=name).click()
    reviewer.get_by_text("Publish it", exact=True).click()
    reviewer.get_by_role("button", name="Decide").click()
    expect(reviewer.get_by_text("Being published …")).to_be_visible()
    work(shared_app)
    reviewer.reload()
    reviewer.get_by_role("link", name="Open the lesson").click()

    anybody = visit(script=script)
    anybody.goto(f"/lessons/{SLUG}")
    expect(anybody.get_by_role("heading", name=name)).to_be_visible()
    assert name in (writable / "lessons" / SLUG / "lesson.md").read_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_of_a_draft(visit: Visit, shared_app: Flask, writable: Path, width: int) -> None:
    editor = visit(Role.CONTENT_EDITOR, width=width)
    editor.goto("/lessons/vaping-what-is-in-it-for-whom")
    editor.get_by_role("button", name="Edit this lesson").click()
    work(shared_app)
    draft = editor.url
    pages = [f"/parts/{part}" for part in ("about", "plan", "words", "safety", "sources")]
    pages += ["", "/text", "/changes", "/submit", "/drop"]
    pages += [f"/previews/{audience}" for audience in ("practitioner", "learner", "family")]
    for page in pages:
        editor.goto(f"{draft}{page}")
        judged(editor)
    for url in ("/drafts", "/drafts/new", "/drafts/lessons/vaping-what-is-in-it-for-whom/withdraw"):
        editor.goto(url)
        judged(editor)
    reviewer = visit(Role.CONTENT_REVIEWER, width=width)
    reviewer.goto(f"{draft}/review")
    judged(reviewer)
