"""A lesson, a class that gets it, and its questions, open before the lesson."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from eduhub.accounts.models import Person
from eduhub.evaluation import actions
from eduhub.evaluation.models import ClassSession, Wave
from eduhub.lessons.models import LessonVersion
from eduhub.visits.models import Delivery
from tests.conftest import People
from tests.evaluation.scenes import planned
from tests.pages import Browser
from tests.visits.scenes import make_lesson

SignIn = Callable[[Person], Browser]


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> LessonVersion:
    return make_lesson(tmp_path)


@pytest.fixture
def delivery(people: People, lesson: LessonVersion) -> Delivery:
    return planned(people.teacher, lesson, "2B2")


@pytest.fixture
def session(people: People, delivery: Delivery) -> ClassSession:
    return actions.open_session(delivery, Wave.BEFORE, people.teacher)
