"""The format as it is published: the JSON Schema says what the check says, the skeleton passes, the example builds."""

import copy
import dataclasses
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from flask import Flask
from jsonschema import Draft202012Validator

from eduhub.core.files import CONTENT
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES
from eduhub.lessons.actions import build
from eduhub.lessons.cli import commands
from eduhub.lessons.inspecting import check
from eduhub.lessons.json_schema import front_schema
from eduhub.lessons.schema import read_front
from eduhub.lessons.source import read_source
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser

FORMAT = Path(__file__).resolve().parents[2] / "docs" / "lesson-format.md"
SCHEMA = front_schema("https://lessons.example")
VALID = Draft202012Validator(SCHEMA)


def as_json(value: Any) -> Any:
    """What YAML 1.2 makes of a value: days are text."""
    if isinstance(value, dict):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def front_of(text: str) -> dict[str, Any]:
    found: dict[str, Any] = as_json(yaml.safe_load(text.split("---\n")[1]))
    return found


def problems(front: dict[str, Any]) -> list[str]:
    return [error.json_path for error in VALID.iter_errors(front)]


def codes(folder: Path, text: str) -> set[str]:
    """What reading the front matter alone finds."""
    content = write_content(folder, a_lesson=text)
    source = read_source(content / "lessons" / "a-lesson" / "lesson.md")
    if source.front:
        read_front(source)
    return {finding.code for finding in source.findings}


def test_the_schema_is_itself_valid_and_says_where_it_is() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"] == "https://lessons.example/lessons/format.schema.json"


@pytest.mark.parametrize("path", sorted(CONTENT.glob("lessons/*/lesson.md")), ids=lambda p: p.parent.name)
def test_every_real_lesson_is_valid(path: Path) -> None:
    assert problems(front_of(path.read_text())) == []


def test_the_good_lesson_is_valid(tmp_path: Path) -> None:
    assert problems(front_of(lesson_text())) == []
    assert codes(tmp_path, lesson_text()) == set()


ASSET = "title: T, audience: all, kind: image, licence: L, holder: H, source: S"
WRONG = [
    ("title: A lesson\n", ""),
    ("title: A lesson", "title:"),
    ("title: A lesson", "title: A lesson\nsubtitle: More"),
    ("title: A lesson", "title: A lesson\nreview: []"),
    ("title: A lesson", f"title: {'x' * 81}"),
    ("title: A lesson", 'title: "  "'),
    ("title: A lesson", "title: A <b>lesson"),
    ("title: A lesson", "title: [A, lesson]"),
    ("schema: 1", "schema: 2"),
    ('version: "1.0"', 'version: "1"'),
    ('version: "1.0"', 'version: "0.1"'),
    ('version: "1.0"', 'version: "1.0.0"'),
    ("status: published", "status: done"),
    ("levels: [third]", "levels: third"),
    ("levels: [third]", "levels: []"),
    ("levels: [third]", "levels: [fifth]"),
    ("levels: [third]", "levels: [null]"),
    ("stages: [S2]", "stages: [Y9]"),
    ("relation: teaches", "relation: covers"),
    (", relation: teaches", ""),
    ("outcomes:\n  - {code: HWB3-38a, relation: teaches}", "outcomes: [HWB3-38a]"),
    ("topics: [vaping]", "topics: [Vaping]"),
    ("minutes: 30", "minutes: 4"),
    ("minutes: 30", "minutes: 301"),
    ("minutes: 30", "minutes: half an hour"),
    ("minutes: 10", "minutes: 10.5"),
    ("method: quiz", "method: lecture"),
    ("intentions: [We are learning something]", "intentions: [{a: b}]"),
    ("date: 2020", "date: 2020-13"),
    ("date: 2020", "date: last year"),
    ("strength: moderate", "strength: moderate, url: http://example.org"),
    ("strength: moderate", "strength: moderate, url: 'https://a b'"),
    ("sensitive: false", "sensitive: maybe"),
    ("sensitive: false", "sensitive: [false]"),
    ("licence: CC-BY-4.0", "licence: CC-BY-NC-4.0"),
    ("review_in: 12 months", "review_in: a year"),
    ("review_in: 12 months", "review_in: 0 months"),
    ("review_in: 12 months", "review_in: 61 months"),
    ("review_in: 12 months", "review_in: 12"),
    ("licence: CC", f"assets: [{{path: ../a.pdf, {ASSET}}}]\nlicence: CC"),
    ("licence: CC", "assets: [{path: assets/a.pdf}]\nlicence: CC"),
]


@pytest.mark.parametrize(("old", "new"), WRONG, ids=[new[:40] or "left out" for _, new in WRONG])
def test_what_is_wrong_is_refused_by_both(tmp_path: Path, old: str, new: str) -> None:
    text = lesson_text().replace(old, new, 1)
    assert text != lesson_text()
    assert codes(tmp_path, text), "the check lets it pass"
    assert problems(front_of(text)), "the schema lets it pass"


def without(front: dict[str, Any], *path: Any) -> dict[str, Any]:
    found = copy.deepcopy(front)
    inner: Any = found
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return found


def test_every_needed_key_is_needed_by_both(tmp_path: Path) -> None:
    for key in front_of(lesson_text()):
        text = re.sub(rf"^{key}:.*\n( .*\n)*", "", lesson_text(), count=1, flags=re.MULTILINE)
        assert problems(without(front_of(lesson_text()), key)), key
        assert "missing" in codes(tmp_path, text), key


@pytest.mark.parametrize("key", ["change_note", "series", "misconceptions", "internet", "cost", "assets"])
def test_nothing_is_the_same_as_leaving_it_out(tmp_path: Path, key: str) -> None:
    text = lesson_text().replace("owner:", f"{key}: null\nowner:")
    assert (problems(front_of(text)), codes(tmp_path, text)) == ([], set())


def test_the_schema_is_served_and_printed(browser: Browser, app: Flask) -> None:
    answer = browser.get("/lessons/format.schema.json")
    assert answer.mimetype == "application/schema+json"
    served = json.loads(answer.data)
    assert served["$id"].endswith("/lessons/format.schema.json")
    assert {**served, "$id": ""} == {**SCHEMA, "$id": ""}
    printed: Result = app.test_cli_runner().invoke(commands, ["schema"])
    assert json.loads(printed.output) == served


# The worked example.


def example() -> str:
    found = re.search(r"^`{4}markdown\n(.*?)^`{4}$", FORMAT.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_worked_example_is_valid_and_builds(app: Flask, browser: Browser, tmp_path: Path) -> None:
    assert problems(front_of(example())) == []
    (tmp_path / "vocab").symlink_to(CONTENT / "vocab")
    folder = tmp_path / "lessons" / "who-can-i-ask"
    folder.mkdir(parents=True)
    (folder / "lesson.md").write_text(example())
    signed = re.search(r"^```yaml\n(- version.*?)^```$", FORMAT.read_text(), re.MULTILINE | re.DOTALL)
    assert signed
    (folder / "reviews.yaml").write_text(signed[1].replace("2026-11-24", "2025-11-24"))
    assert check(folder) == []
    assert build(tmp_path).added == 1
    page = browser.page("/lessons/who-can-i-ask")
    assert page.h1 == "Who can I ask?"
    assert (
        "Reviewed by health (Example health board, 24 Nov 2025). Next review by 24 May 2027."
        in page.main_text
    )


# A new lesson.

New = Callable[..., Result]


@pytest.fixture
def new(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> New:
    folder = write_content(tmp_path)
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=folder)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)

    def run(*words: str) -> Result:
        return app.test_cli_runner().invoke(commands, ["new", *words])

    return run


@pytest.mark.parametrize(
    "words",
    [[], *(["--level", level.value] for level in Level), *(["--stage", stage] for stage in STAGES)],
    ids=" ".join,
)
def test_a_new_lesson_passes_as_a_draft(new: New, tmp_path: Path, words: list[str]) -> None:
    result = new("my-lesson", *words)
    assert result.exit_code == 0, result.output
    folder = tmp_path / "lessons" / "my-lesson"
    assert str(folder / "lesson.md") in result.output
    assert check(folder) == []
    front = front_of((folder / "lesson.md").read_text())
    assert problems(front) == []
    assert (front["title"], front["status"]) == ("My lesson", "draft")
    assert not words or words[1] in front["levels"] + front["stages"]
    assert [path.name for path in folder.parent.iterdir()] == ["my-lesson"]
    assert build(tmp_path).drafts == 1


def test_each_new_lesson_has_an_id_of_its_own(new: New, tmp_path: Path) -> None:
    ids = set()
    for slug in ("one", "two"):
        new(slug, "--title", 'What is: "a #title" \\ {x}')
        front = front_of((tmp_path / "lessons" / slug / "lesson.md").read_text())
        assert front["title"] == 'What is: "a #title" \\ {x}'
        ids.add(front["id"])
    assert len(ids) == 2
    assert check(tmp_path / "lessons") == []


def test_what_is_still_to_be_written_cannot_be_published(new: New, tmp_path: Path) -> None:
    new("my-lesson")
    path = tmp_path / "lessons" / "my-lesson" / "lesson.md"
    path.write_text(path.read_text().replace("status: draft", "status: in_review"))
    found = check(path.parent)
    lines = path.read_text().split("\n")
    assert {finding.code for finding in found} == {"unwritten"}
    assert sum("WRITE:" in line and not line.startswith("#") for line in lines) == len(found)
    assert all("WRITE:" in lines[finding.line - 1] for finding in found)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["My-Lesson"], "is not a key"),
        (["a_b"], "is not a key"),
        (["../x"], "there is"),
        (["a" * 81], "is not a key"),
        (["there"], "there is a folder there already"),
        (["x", "--title", "<b>"], "without HTML"),
        (["x", "--title", "a\u202eb"], "cannot be seen"),
        (["x", "--title", "t" * 81], "at most 80 characters"),
        (["x", "--level", "fifth"], "fifth"),
        (["x", "--stage", "Y9"], "Y9"),
    ],
)
def test_a_name_that_will_not_do_writes_nothing(
    new: New, tmp_path: Path, words: list[str], said: str
) -> None:
    (tmp_path / "lessons" / "there").mkdir()
    (tmp_path / "x").mkdir()
    result = new(*words)
    assert result.exit_code != 0
    assert said in result.output
    assert [path.name for path in (tmp_path / "lessons").iterdir()] == ["there"]
    assert list((tmp_path / "lessons" / "there").iterdir()) == []


def test_without_words_to_choose_from_it_is_said(new: New, tmp_path: Path) -> None:
    (tmp_path / "vocab" / "topics.yaml").write_text("")
    assert "vocab/topics.yaml is empty" in new("x").output
