"""Which lessons are related to which, and why in words: on plain values, then kept with each lesson."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from eduhub.lessons.actions import build
from eduhub.lessons.progression import lesson_at
from eduhub.lessons.related import Kin, related
from tests.lessons.samples import remove
from tests.lessons.shelf import Told, build_shelf
from tests.pages import Browser


def kin(
    slug: str,
    *teaches: str,
    level: str = "second",
    supports: str = "",
    topics: Mapping[str, str] | None = None,
    substances: Mapping[str, str] | None = None,
) -> Kin:
    return Kin(
        slug,
        slug.capitalize(),
        "en",
        frozenset({level}),
        frozenset(teaches),
        frozenset({*teaches, *filter(None, [supports])}),
        topics or {},
        substances or {},
    )


def why(*lessons: Kin) -> list[str]:
    """What is related to the first, with the reason."""
    return [f"{one['slug']}: {one['why']}" for one in related(lessons)[lessons[0].slug]]


ALCOHOL = {"alcohol": "Alcohol"}
LAW = {"law": "Drugs and the law"}
LSD = {"lsd": "LSD"}


def test_the_reason_is_the_strongest_thing_shared() -> None:
    mine = kin("mine", "HWB 2-38a", "HWB 2-39a", supports="LIT 2-09a", topics=LAW, substances=ALCOHOL | LSD)
    for other, reason in (
        (kin("other", "HWB 2-38a", "HWB 2-39a", substances=ALCOHOL), "also teaches HWB 2-38a and HWB 2-39a"),
        (kin("other", "HWB 3-38a", level="third", topics=LAW), "teaches the next level, HWB 3-38a"),
        (kin("other", "HWB 2-41a", topics=LAW, substances=LSD | ALCOHOL), "also about alcohol and LSD"),
        (kin("other", "HWB 2-41a", topics=LAW), "also about drugs and the law"),
        (kin("other", "HWB 2-41a", supports="LIT 2-09a"), "also works on LIT 2-09a"),
    ):
        assert why(mine, other) == [f"other: {reason}"]


def test_nearer_ones_first_and_three_at_most() -> None:
    lessons = [
        kin("mine", "HWB 2-38a", topics=LAW, substances=ALCOHOL),
        kin("topic", "HWB 2-41a", topics=LAW),
        kin("substance", "HWB 2-41a", substances=ALCOHOL),
        kin("next", "HWB 3-38a", level="third"),
        kin("taught", "HWB 2-38a"),
    ]
    assert [line.split(":")[0] for line in why(*lessons)] == ["taught", "next", "substance"]


def test_between_equals_the_title_decides() -> None:
    lessons = [kin(slug, "HWB 2-38a") for slug in ("c", "b", "a", "e", "d")]
    assert [line.split(":")[0] for line in why(*lessons)] == ["a", "b", "d"]


def test_never_itself_nor_what_stands_beside_it_anyway() -> None:
    mine = replace(kin("mine", "HWB 2-38a"), near=frozenset({"before"}))
    assert why(mine, kin("before", "HWB 2-38a")) == []


def test_what_is_shared_far_off_counts_for_nothing() -> None:
    mine = kin("mine", "HWB 2-38a", topics=LAW, substances=ALCOHOL)
    lower = kin("lower", "HWB 1-38a", level="first", topics=LAW, substances=ALCOHOL)
    far = kin("far", "HWB 0-38a", level="early", topics=LAW, substances=ALCOHOL)
    assert why(mine, lower, far) == []
    assert why(lower, mine) == ["mine: teaches the next level, HWB 2-38a"]


@pytest.mark.parametrize("level", ["fourth", "senior"])
def test_after_third_level_comes_fourth_and_the_senior_phase(level: str) -> None:
    mine = kin("mine", "HWB 3-38a", level="third", topics=LAW)
    assert why(mine, kin("other", "HWB 4-16a", level=level, topics=LAW)) == [
        "other: also about drugs and the law"
    ]


def test_a_large_library_names_others_than_the_first_by_title() -> None:
    lessons = [kin(f"n{number:04}", "HWB 2-38a", topics=LAW) for number in range(400)]
    found = related(lessons)
    assert {one["slug"] for one in found["n0200"]} == {"n0201", "n0202", "n0203"}
    assert {one["slug"] for one in found["n0399"]} == {"n0000", "n0001", "n0002"}


# Kept with lessons when they are built.


@pytest.fixture
def shelf(app: Flask, tmp_path: Path) -> Path:
    return build_shelf(
        tmp_path,
        lungs=Told("Lungs"),
        again=Told("Once again", ("HWB 3-38a",)),
        gone=Told("Gone", status="withdrawn"),
    )


@pytest.mark.usefixtures("shelf")
def test_shown_on_the_lesson_with_the_reason(browser: Browser) -> None:
    page = browser.page("/lessons/lungs")
    assert "Related lessons Once again also teaches HWB 3-38a" in page.main_text
    assert page.link("Once again") == "/lessons/again"
    assert "Gone" not in page.main_text
    assert "Related" not in browser.page("/lessons/gone").main_text


def test_found_anew_when_others_change(shelf: Path, browser: Browser) -> None:
    (shelf / "lessons" / "third").mkdir()
    text = Told("A third one", ("HWB 3-38a",)).text("third")
    (shelf / "lessons" / "third" / "lesson.md").write_text(text)
    build(shelf)
    assert browser.page("/lessons/lungs").link("A third one") == "/lessons/third"
    (shelf / "lessons" / "third").rename(shelf / "lessons" / "moved")
    build(shelf)
    assert browser.page("/lessons/lungs").link("A third one") == "/lessons/moved"
    remove(shelf, "moved")
    build(shelf)
    lesson = lesson_at("lungs")
    assert lesson is not None
    assert [one["slug"] for one in lesson.card["related"]] == ["again"]


def test_the_lessons_before_and_after_are_named_as_they_are_called_now(
    app: Flask, tmp_path: Path, browser: Browser
) -> None:
    first, later = Told("Air", next=("lungs",)), Told("Lungs", before=("air", "old"))
    old = Told("Old", status="withdrawn")
    build_shelf(tmp_path, air=first, lungs=later, old=old)
    assert browser.page("/lessons/lungs").link("Before: Air") == "/lessons/air"
    assert browser.page("/lessons/air").link("Next: Lungs") == "/lessons/lungs"
    assert "Before: Old" not in browser.page("/lessons/lungs").main_text
    place = tmp_path / "lessons" / "air" / "lesson.md"
    place.write_text(first.text("air").replace("title: Air", "title: Fresh air").replace("1.0", "1.1"))
    build(tmp_path)
    assert browser.page("/lessons/lungs").link("Before: Fresh air") == "/lessons/air"
    gone = Told("Fresh air", next=("lungs",), status="withdrawn").text("air").replace("1.0", "1.2")
    place.write_text(gone)
    build(tmp_path)
    assert "Before:" not in browser.page("/lessons/lungs").main_text
