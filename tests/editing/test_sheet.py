"""A lesson's file taken apart and put together without reading YAML: what is not touched stays, letter by letter."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from werkzeug.datastructures import MultiDict

from eduhub.editing.fields import BODY, IN_THE_TEXT, PAGES, SET_BY_PUBLISHING, answers, questions
from eduhub.editing.reading import values_of
from eduhub.editing.sheet import CannotCut, changed_to, cut, plain
from eduhub.editing.yaml_text import stretch_of
from eduhub.lessons.schema import FRONT, Field
from eduhub.lessons.source import Source, read_source
from eduhub.lessons.vocabulary import read_vocabularies
from tests.lessons.samples import lesson_text

CONTENT = Path(__file__).resolve().parents[2] / "content"
REAL = sorted((CONTENT / "lessons").glob("*/lesson.md"))
HOSTILE = (
    "null", "~", "yes", "1.0", "2026", "- a", "a: b", "a #b", "#a", "'a'", '"a"', "a\\n", "a\nb", "&a", "*a", "!!x",
    "[a]", "{a: b}", "a, b", "a]", "?", "%a", "@a", "`a`", "|", ">", "a:", " a", "a ", "\u202eabc", "\u2028", "\x85",
    "\U0001f600", "\u200d", "\ufeff", "---", "...", "Ceòl", "a\tb", "<<", "=", "a\u00a0b",
)  # fmt: skip


class Form(MultiDict[str, str]):
    """What a browser sends of a page's questions untouched, or with some of it changed."""


def words() -> dict[str, dict[str, str]]:
    known = read_vocabularies(CONTENT).words
    names = {
        "topics": "topics",
        "substances": "substances",
        "methods": "methods",
        "support": "support-services",
    }
    return {key: {one: entry["label"] for one, entry in known[name].items()} for key, name in names.items()}


def sent(values: dict[str, Any]) -> Iterator[tuple[Any, Form]]:
    """Each page with its form as it would be sent untouched."""
    for page in PAGES:
        form = Form()
        for question in questions(page, values, words()):
            if question.rows:
                form.add(f"{question.key}.rows", str(len(question.rows)))
            for one in question.every_input:
                for value in one.value if one.kind == "ticks" else [one.value]:
                    form.add(one.name, str(value).replace("\n", "\r\n"))
        yield page, form


def read(text: str, folder: Path) -> Source:
    path = folder / "a-lesson" / "lesson.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return read_source(path)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parent.name)
def test_real_lessons_saved_unchanged_are_the_same_to_the_byte(path: Path) -> None:
    text = path.read_bytes().decode()
    sheet = cut(plain(text))
    assert changed_to(text, str(sheet)) == text
    values = values_of(read_source(path), plain(text))
    assert values is not None, "the stretches are where YAML sees the keys"
    for page, form in sent(values):
        for key, value in answers(page, form, values).items():
            assert value is values.get(key) or value == (values.get(key) or value), key
            assert value == values.get(key) or value in (None, []), key


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parent.name)
def test_every_key_of_real_lessons_fits_the_form(path: Path) -> None:
    values = values_of(read_source(path), plain(path.read_text()))
    assert values is not None
    refused = [one.key for page in PAGES for one in questions(page, values, words()) if one.refused]
    wrong = [
        f"{i.name}: {i.error}"
        for p in PAGES
        for q in questions(p, values, words())
        for i in q.every_input
        if i.error
    ]
    assert (refused, wrong) == ([], [])


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parent.name)
def test_every_key_written_anew_reads_the_same(path: Path, tmp_path: Path) -> None:
    text = path.read_text()
    before = read_source(path).front
    sheet = cut(text)
    for key, value in before.items():
        sheet.put(key, stretch_of(key, value, FRONT[key]))
    after = read(str(sheet), tmp_path)
    assert after.findings == []
    assert after.front == {key: value for key, value in before.items() if value or FRONT[key].required}
    assert sheet.body == cut(text).body


def test_every_key_is_asked_for_once_or_has_another_place() -> None:
    asked = [key for page in PAGES for key in page.keys if key != BODY]
    assert sorted([*asked, *SET_BY_PUBLISHING, *IN_THE_TEXT]) == sorted(FRONT)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_read_as_they_were_written(value: str) -> None:
    cases: tuple[tuple[str, Any], ...] = (
        ("title", value),
        ("intentions", [value, "b"]),
        ("needs", [value]),
        ("facts", [{"claim": value, "source": "a", "date": "2026"}]),
        ("success_criteria", [{"text": "a", "codes": [value, "HWB 3-38a"]}]),
    )
    for key, whole in cases:
        stretch = stretch_of(key, whole, FRONT[key])
        assert yaml.load(stretch, Loader=yaml.BaseLoader) == {key: whole}, stretch
        assert cut(f"---\nid: x\n{stretch}---\n").stretches[key] == stretch


def test_random_values_read_as_they_were_written() -> None:
    chance = random.Random(7)
    signs = "ab: #-,[]{}'\"\\&*!|>%@`?\n\t~.1é\u202e"
    for _ in range(600):
        value = "".join(chance.choices(signs, k=chance.randint(1, 8)))
        for key, whole in (("key_messages", [value]), ("facts", [{"claim": value, "date": "2026"}])):
            stretch = stretch_of(key, whole, FRONT[key])
            assert yaml.load(stretch, Loader=yaml.BaseLoader) == {key: whole}, stretch


def test_comments_order_and_other_items_stay() -> None:
    text = (
        "---\n# Above.\nid: x  # Never.\nowner: a\n\n# Of the parts.\nparts:\n"
        "  - {title: 'One', minutes: 5}\n  # between\n  - title: Two\n    minutes: 6\n# Below.\ntitle: T\n---\nBody\n"
    )
    sheet = cut(text)
    old = [{"title": "One", "minutes": "5"}, {"title": "Two", "minutes": "6"}]
    new = [old[0], {**old[1], "minutes": "7"}, {"title": "Three", "minutes": "1"}]
    sheet.put("parts", stretch_of("parts", new, FRONT["parts"], sheet.stretches["parts"], old))
    assert str(sheet) == text.replace(
        "  - title: Two\n    minutes: 6\n", "  - {title: Two, minutes: 7}\n  - {title: Three, minutes: 1}\n"
    )
    sheet.put("parts", stretch_of("parts", [old[1]], FRONT["parts"], cut(text).stretches["parts"], old))
    assert "parts:\n  - title: Two\n    minutes: 6\n# Below.\ntitle" in str(sheet)


def test_a_key_comes_in_its_order_and_goes_without_a_trace() -> None:
    text = lesson_text()
    sheet = cut(text)
    sheet.put("needs", stretch_of("needs", ["Paper"], FRONT["needs"]))
    assert list(sheet.stretches).index("needs") == list(sheet.stretches).index("deliverers") + 1
    sheet.put("needs", "")
    assert str(sheet) == text
    sheet.put("needs", "")
    assert str(sheet) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no fence",
        "---\n---\n",
        "---\na: 1\n",
        "x\n---\na: 1\n---\n",
        "---\na: 1\na: 2\n---\n",
        "---\n- a\n---\n",
    ],
)
def test_what_cannot_be_cut(text: str) -> None:
    with pytest.raises(CannotCut):
        cut(text)


@pytest.mark.parametrize(
    "front",
    [
        "{id: x, title: y}\n",
        " id: x\n title: y\n",
        'id: "x\ntitle: y"\n',
        "id: x\n? title\n: y\n",
        '"id": x\ntitle: y\n',
        "id: [a,\ntitle: b]\n",
    ],
)
def test_a_file_the_form_cannot_tell_apart_is_not_for_the_form(front: str, tmp_path: Path) -> None:
    text = f"---\n{front}---\nBody\n"
    assert values_of(read(text, tmp_path), text) is None


def test_line_ends_stay_as_they_are() -> None:
    assert changed_to("a\r\nb\r\n", "a\nb\n") == "a\r\nb\r\n"
    assert changed_to("a\r\nb\r\n", "a\nc\n") == "a\r\nc\r\n"
    assert changed_to("a\nb\r\n", "a\r\nb\r\n") == "a\nb\r\n"
    assert changed_to("a\nb\n", "a\r\nc\r\n") == "a\nc\n"


def test_lines_and_keys_find_each_other() -> None:
    sheet = cut("---\n# c\nid: x\n\nparts:\n  - a\n---\nBody\n")
    assert sheet.lines() == {"id": 3, "parts": 5}
    assert [sheet.key_at(n) for n in range(1, 9)] == ["", "", "id", "id", "parts", "parts", "", ""]


def test_a_field_of_another_kind_is_shown_and_left_alone() -> None:
    values: dict[str, Any] = {
        "title": ["a"],
        "needs": "a",
        "parts": [{"title": ["x"]}],
        "intentions": ["a\nb"],
    }
    refused = {one.key for page in PAGES for one in questions(page, values, {}) if one.refused}
    assert refused == set(values)
    given = {key: value for page in PAGES for key, value in answers(page, Form(), values).items()}
    assert not set(given) & set(values)
    assert isinstance(FRONT["title"], Field)
