"""Searches that found nothing: counted, and told only once several people typed the same words."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import sweep
from eduhub.lessons.actions import build
from eduhub.lessons.misses import count_miss, misses
from eduhub.lessons.models import SearchMiss
from tests.conftest import People
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser


def rows() -> list[SearchMiss]:
    return list(db.session.scalars(select(SearchMiss)))


@pytest.mark.usefixtures("app")
def test_words_are_kept_only_once_several_sources_typed_them() -> None:
    for address in ("10.0.0.1", "10.0.0.1", "10.0.0.2", "10.0.0.2"):
        count_miss("About Jamie Zeppelin", address)
    assert misses() == ([], 2)
    assert "zeppelin" not in str([vars(row) for row in rows()]).lower()
    count_miss("zeppelin jamie", "10.0.0.3")
    assert [(row.words, row.times) for row in misses().rows] == [("zeppelin jamie", 3)]
    assert "10.0.0" not in str([vars(row) for row in rows()])


@pytest.mark.usefixtures("app")
def test_where_a_search_came_from_is_soon_forgotten_and_the_search_in_a_year() -> None:
    count_miss("zeppelin", "10.0.0.1")
    _age(timedelta(days=2))
    sweep()
    assert [row.last_source for row in rows()] == [""]
    _age(timedelta(days=366))
    sweep()
    assert rows() == []


@action
def _age(by: timedelta) -> None:
    for row in rows():
        row.last_seen = now() - by


def test_only_a_search_that_finds_nothing_counts(app: Flask, tmp_path: Path, browser: Browser) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text(title="Lungs and vapes")))
    for address in ("lungs", "S5+lungs", "lungz+lungs", "", "the", "lessons"):
        browser.page(f"/lessons?q={address}")
    assert rows() == []
    browser.page("/lessons?q=zeppelin")
    assert [row.times for row in rows()] == [1]


def test_leads_and_editors_see_them(people: People, sign_in: Callable[[Person], Browser]) -> None:
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.3"):
        count_miss("khat", address)
    count_miss("secret words", "10.0.0.1")
    page = sign_in(people(Role.CONTENT_EDITOR)).page("/lessons/searches")
    assert "khat" in page.main_text
    assert "secret" not in page.main_text
    assert "1 more search found nothing" in page.main_text
