"""A lesson to say something of, and those who say it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from eduhub.accounts.models import Person, Role
from eduhub.lessons.actions import build
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.queries import version_of
from tests.conftest import People
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser
from tests.visits.scenes import make_lesson

SignIn = Callable[[Person], Browser]


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> LessonVersion:
    return make_lesson(tmp_path)


@pytest.fixture
def later(lesson: LessonVersion, tmp_path: Path) -> LessonVersion:
    """The version that came after it."""
    build(write_content(tmp_path, a_lesson=lesson_text(version="2.0")))
    shown = version_of("a-lesson", "2.0")
    assert shown is not None
    return shown.version


@pytest.fixture
def teacher(lesson: LessonVersion, people: People, sign_in: SignIn) -> Browser:
    return sign_in(people.teacher)


@pytest.fixture
def editor(people: People) -> Person:
    return people(Role.CONTENT_EDITOR)


@pytest.fixture
def desk(lesson: LessonVersion, editor: Person, sign_in: SignIn) -> Browser:
    return sign_in(editor)
