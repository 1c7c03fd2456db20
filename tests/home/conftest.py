"""A lesson to ask a visit for."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.lessons.models import LessonVersion
from tests.visits.scenes import make_lesson


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> LessonVersion:
    return make_lesson(tmp_path)
