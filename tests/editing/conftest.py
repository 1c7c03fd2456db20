"""A content folder with two published lessons, an editor, two reviewers, and drafts as they are made by hand."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import run_all
from eduhub.lessons.actions import build
from tests.conftest import People
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser, Document

SignIn = Callable[[Person], Browser]


@pytest.fixture
def content(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder the site reads and writes, built."""
    folder = write_content(
        tmp_path / "content", a_lesson=lesson_text(), other=lesson_text("other", title="Another lesson")
    )
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=folder)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    build()
    return folder


@pytest.fixture
def editor(content: Path, people: People, sign_in: SignIn) -> Browser:
    return sign_in(people(Role.CONTENT_EDITOR))


@pytest.fixture
def reviewer(content: Path, people: People, sign_in: SignIn) -> Browser:
    return sign_in(people(Role.CONTENT_REVIEWER))


@pytest.fixture
def both(content: Path, people: People, sign_in: SignIn) -> Browser:
    """Somebody who writes and reviews."""
    give(people(Role.CONTENT_EDITOR), Role.CONTENT_REVIEWER)
    return sign_in(people(Role.CONTENT_EDITOR))


@action
def give(person: Person, role: Role) -> None:
    held = RoleHeld(
        person_id=person.id,
        organisation_id=person.held[0].organisation_id,
        role=role,
        state=RoleState.HELD,
        asked_at=now(),
    )
    db.session.add(held)


def begin(browser: Browser, slug: str = "a-lesson") -> str:
    """The address of a draft that was begun and checked."""
    address = str(browser.post(f"/drafts/lessons/{slug}").location)
    run_all()
    return address


def change(browser: Browser, address: str, part: str = "about", **data: str) -> Document:
    """Fill in a page of the form, save it, and have it checked."""
    page = browser.submit(f"{address}/parts/{part}", {"do": "stay", **data}, at=f"{address}/parts/{part}")
    run_all()
    return page


def submit(browser: Browser, address: str, size: str = "small", note: str = "") -> Document:
    return browser.submit(f"{address}/submit", {"size": size, "note": note}, at=f"{address}/submit")


def decide(browser: Browser, address: str, decision: str = "publish", **data: object) -> Document:
    """Decide on a draft, and have it done."""
    values = {"decision": decision, **data}
    page = browser.submit(f"{address}/review", values, at=f"{address}/review")
    run_all()
    return page


def file_of(content: Path, slug: str = "a-lesson") -> Path:
    return content / "lessons" / slug / "lesson.md"


def in_file(content: Path, key: str, slug: str = "a-lesson") -> str:
    """What stands behind a key in a lesson's file."""
    found = re.search(rf"^{key}: (.*)$", file_of(content, slug).read_text(), re.MULTILINE)
    return found[1] if found else ""
