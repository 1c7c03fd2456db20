"""Known questions get good answers, on whichever database the tests run: the figures of docs/assurance.md hold."""

from pathlib import Path

import pytest

from eduhub.bench.search import quality, queries, write_library
from eduhub.lessons.actions import build

FEWEST_QUERIES = 60
FEWEST_LESSONS = 60


@pytest.mark.usefixtures("app")
def test_known_questions_are_answered_well(tmp_path: Path) -> None:
    built = build(write_library(tmp_path / "content"))
    assert built.added >= FEWEST_LESSONS
    asked = queries()
    assert len(asked) >= FEWEST_QUERIES
    assert len({query.words for query in asked}) == len(asked)
    found = quality(asked)
    assert found.mrr >= 0.95, found.misses
    assert found.recall >= 0.95, found.misses
    assert found.zero <= 0.05, found.misses


@pytest.mark.usefixtures("app")
def test_every_answer_names_a_lesson(tmp_path: Path) -> None:
    lessons = {path.parent.name for path in write_library(tmp_path / "content").glob("lessons/*/lesson.md")}
    assert {slug for query in queries() for slug in query.want} <= lessons
