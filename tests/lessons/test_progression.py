"""What comes before and after a lesson: several steps, circles, its series, and its lines at other levels."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.lessons.actions import build
from eduhub.lessons.models import Lesson
from eduhub.lessons.progression import lesson_at, series_of, steps
from tests.lessons.samples import HIDDEN, rename
from tests.lessons.shelf import Told, build_shelf
from tests.pages import Browser, text_of


@pytest.fixture
def shelf(app: Flask, tmp_path: Path) -> Path:
    """One to six in a line, said now by the earlier, now by the later; a side way; and one that was withdrawn."""
    return build_shelf(
        tmp_path,
        one=Told("One", ("HWB 0-38a",), level="early", next=("two",)),
        two=Told("Two", ("HWB 1-38a",), level="first", series=("Safe", 2)),
        three=Told(
            "Three", ("HWB 2-38a", "HWB 2-39a"), supports=("HWB 2-03a",), before=("two",), series=("Safe", 10)
        ),
        four=Told("Four", before=("three",), next=("five", "side", "gone")),
        five=Told("Five", next=("six",)),
        side=Told("Side way", next=("six",), series=("Safe", 1)),
        six=Told("Six", next=("seven",)),
        seven=Told("Seven", next=("eight",)),
        eight=Told("Eight"),
        gone=Told("Gone", status="withdrawn", series=("Safe", 3)),
    )


def at(slug: str) -> Lesson:
    lesson = lesson_at(slug)
    assert lesson is not None
    return lesson


def titles(found: list[list[Lesson]]) -> list[list[str]]:
    return [[one.title for one in step] for step in found]


@pytest.mark.usefixtures("shelf")
def test_steps_both_ways_whoever_names_whom() -> None:
    assert titles(steps(at("three"), "before")) == [["Two"], ["One"]]
    assert titles(steps(at("three"), "next")) == [["Four"], ["Five", "Side way"], ["Six"], ["Seven"]]
    assert titles(steps(at("six"), "before")) == [["Five", "Side way"], ["Four"], ["Three"], ["Two"]]
    assert titles(steps(at("eight"), "next")) == []


def test_a_circle_ends(app: Flask, tmp_path: Path, browser: Browser) -> None:
    build_shelf(
        tmp_path,
        a=Told("A", next=("b", "a")),
        b=Told("B", next=("c",)),
        c=Told("C", next=("a",)),
    )
    assert titles(steps(at("a"), "next")) == [["B"], ["C"]]
    assert titles(steps(at("a"), "before")) == [["C"], ["B"]]
    assert browser.page("/lessons/a/progression").h1 == "Before and after: A"


@pytest.mark.usefixtures("shelf")
def test_a_series_in_order_without_what_was_withdrawn() -> None:
    assert [one.title for one in series_of(at("three"))] == ["Side way", "Two", "Three"]
    assert series_of(at("one")) == []


@pytest.mark.usefixtures("shelf")
def test_the_page(browser: Browser) -> None:
    lesson = browser.page("/lessons/three")
    page = browser.page(lesson.link("What comes before and after"))
    words = page.main_text
    assert "2 steps before One" in words
    assert "1 step before Two" in words
    assert "This lesson Three" in words
    assert words.index("4 steps after") < words.index("In the series “Safe”")
    assert page.link("Three") == "/lessons/three"
    lines = [text_of(th) for th in page.all("th", scope="row")]
    assert lines == ["HWB 38a", "HWB 39a", "HWB 03a"], "what it teaches stands first"
    first = [text_of(td) for td in page.one("tbody")[0]][1:]
    assert ["Taught in One" in first[0], "Taught in Two" in first[1]] == [True, True]
    assert first[2].endswith("Taught in This lesson")


@pytest.mark.usefixtures("shelf")
def test_with_nothing_around_it(browser: Browser) -> None:
    words = browser.page("/lessons/eight/progression").main_text
    assert "No lesson is named as coming next" in words
    assert "series" not in words
    assert "No lesson is named as coming before" in browser.page("/lessons/one/progression").main_text


@pytest.mark.usefixtures("shelf")
def test_of_a_withdrawn_lesson(browser: Browser) -> None:
    words = browser.page("/lessons/gone/progression").main_text
    assert "Withdrawn. Do not teach this lesson. It named a wrong dose." in words
    assert "1 step before Four" in words


def test_at_an_address_it_once_had(shelf: Path, browser: Browser) -> None:
    rename(shelf, "eight", "last")
    text = (shelf / "lessons" / "seven" / "lesson.md").read_text()
    changed = text.replace("next_lessons: [eight]", "next_lessons: [last]").replace('"1.0"', '"1.1"')
    (shelf / "lessons" / "seven" / "lesson.md").write_text(changed)
    build(shelf)
    assert browser.page("/lessons/eight/progression").h1 == "Before and after: Eight"
    assert browser.page("/lessons/nothing/progression", status=404).h1 == "We cannot find that page"


@pytest.mark.usefixtures("shelf")
def test_nothing_of_a_lessons_text_stands_there(browser: Browser) -> None:
    for url in ("/lessons/curriculum", "/lessons/three/progression"):
        html = browser.page(url).html
        assert [name for name in HIDDEN if f"MARKER-{name}" in html] == []
