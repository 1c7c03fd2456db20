"""A lesson on the day: it fits the period or says that it does not, and the wall shows what learners may see."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from eduhub.core.jobs import run_all
from eduhub.lessons.actions import build
from eduhub.lessons.rules import clock_time, fit, how_many
from eduhub.lessons.slides import Line, lines_of, pages_of, plain_text
from eduhub.lessons.steps import slides, steps
from tests.lessons.samples import lesson_text, write_content
from tests.lessons.test_shown import SUPPORT, full_text
from tests.pages import Browser, text_of


def part(title: str, minutes: int, kind: str = "activity", *, drop: bool = False) -> dict[str, Any]:
    return {
        "title": title,
        "minutes": minutes,
        "kind": kind,
        "method": "discussion",
        "grouping": "class",
        "drop_when_short": drop,
    }


PARTS = [
    part("Start", 6, "start"),
    part("Sort", 14),
    part("Posts", 10, drop=True),
    part("Film", 4, drop=True),
    part("Practice", 12),
    part("End", 4, "plenary"),
]


@pytest.mark.parametrize(
    ("period", "left_out", "shortened", "minutes"),
    [
        (None, [], {}, 50),
        (60, [], {}, 50),
        (50, [], {}, 50),
        (49, ["Film"], {}, 46),
        (46, ["Film"], {}, 46),
        (45, ["Posts"], {}, 40),
        (40, ["Posts"], {}, 40),
        (36, ["Posts", "Film"], {}, 36),
        (35, ["Posts", "Film"], {"Sort": 13}, 35),
        (33, ["Posts", "Film"], {"Sort": 12, "Practice": 11}, 33),
        (32, ["Posts", "Film"], {"Sort": 12, "Practice": 10}, 32),
        (31, ["Posts", "Film"], {"Sort": 12, "Practice": 10}, 32),
    ],
)
def test_what_goes_when_time_is_short(
    period: int | None, left_out: list[str], shortened: dict[str, int], minutes: int
) -> None:
    fitted = fit(PARTS, period)
    assert [slot.part["title"] for slot in fitted.left_out] == left_out
    assert {slot.part["title"]: slot.minutes for slot in fitted.shortened} == shortened
    assert fitted.minutes == minutes
    assert fitted.fits is (period is None or minutes <= period)
    assert [slot.begins for slot in fitted.slots[1:]] == [slot.ends for slot in fitted.slots[:-1]]


@pytest.mark.parametrize(("period", "parts"), [(31, 3), (30, 3), (25, 0), (20, 0), (3, 0)])
def test_where_to_break_when_it_takes_two_periods(period: int, parts: int) -> None:
    assert fit(PARTS, period).break_after == parts


def test_beginnings_ends_and_short_parts_are_not_shortened() -> None:
    fitted = fit([part("Start", 20, "start"), part("Go", 4), part("End", 20, "plenary")], 30)
    assert (fitted.minutes, fitted.shortened, fitted.fits) == (44, [], False)


def test_very_many_parts_are_fitted_at_once() -> None:
    fitted = fit([part(str(n), 1, drop=True) for n in range(300)], 100)
    assert fitted.fits


@pytest.mark.parametrize(
    ("start", "minute", "shown"), [(9 * 60, 0, "9:00"), (9 * 60 + 5, 57, "10:02"), (1439, 1, "0:00")]
)
def test_the_time_of_day(start: int, minute: int, shown: str) -> None:
    assert clock_time(start, minute) == shown


@pytest.mark.parametrize(
    ("need", "size", "shown"),
    [
        ("Cards, one set for each group (handout 1)", "Up to 33; groups of four", "7 groups of 4"),
        ("Cards, one for each group of three", "groups of four", "10 groups of 3"),
        ("Script, one for every three", "", "10 groups of 3"),
        ("Cards, one set for each group", "any", ""),
        ("Offer cards, one for each pair", "", "14 pairs"),
        ("Slip, one for each learner", "", "28 learners"),
        ("A sheet, one for each child", "", "28 learners"),
        ("Exit slips (handout 4)", "groups of four", ""),
    ],
)
def test_how_many_as_far_as_known(need: str, size: str, shown: str) -> None:
    assert how_many(need, 28, size) == shown


# The page.


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> Path:
    text = full_text().replace("owner: content", "needs: [Cards one for each pair, No vapes]\nowner: content")
    text = text.replace(
        "kind: activity, method: input", "kind: activity, drop_when_short: true, method: input"
    )
    content = write_content(tmp_path, a_lesson=text.replace('title="Do it"', 'title="Go on"'))
    (content / "vocab" / "support-services.yaml").write_text(SUPPORT)
    build(content)
    return content


def rows_of(browser: Browser, query: str) -> list[list[str]]:
    table = browser.page(f"/lessons/a-lesson/teach{query}").one("table")
    return [[text_of(cell) for cell in row][:2] for body in table[2:] for row in body]


@pytest.mark.usefixtures("lesson")
def test_the_minutes_by_lesson_and_by_clock(browser: Browser) -> None:
    assert rows_of(browser, "") == [["0 to 10", "Begin"], ["10 to 30", "Go on"]]
    assert rows_of(browser, "?start=09:55") == [["9:55 to 10:05", "Begin"], ["10:05 to 10:25", "Go on"]]
    assert rows_of(browser, "?start=09.55&period=20") == [["9:55 to 10:05", "Begin"], ["left out", "Go on"]]


@pytest.mark.usefixtures("lesson")
def test_it_says_what_to_leave_out_and_when_it_cannot_fit(browser: Browser) -> None:
    assert "“Go on” (20 minutes)" in browser.page("/lessons/a-lesson/teach?period=25").main_text
    assert "30 to spare" in browser.page("/lessons/a-lesson/teach?period=60").main_text


def test_a_lesson_that_cannot_be_squeezed(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text()))
    shown = browser.page("/lessons/a-lesson/teach?period=20").main_text
    assert "It does not fit 20 minutes. Even shortened it needs 26." in shown
    assert "Teach it in two periods: stop after “Begin”" in shown
    assert "spread it over three periods" in browser.page("/lessons/a-lesson/teach?period=12").main_text


@pytest.mark.usefixtures("lesson")
def test_the_checklist(browser: Browser) -> None:
    run_all()
    page = browser.page("/lessons/a-lesson/teach?learners=25")
    for words in ("Cards one for each pair: 13 pairs", "Keep out of the room: vapes", "Sheet", "Two adults"):
        assert words in page.main_text
    assert "tell the co-ordinator" in page.main_text
    assert "0800 1111" in page.main_text
    browser.get(page.link("Learner sheets (PDF, A4"))


@pytest.mark.usefixtures("lesson")
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("period=5000", "Write 10 to 300 minutes."),
        ("period=x", "Write a number."),
        ("start=25:99", "Write a time, such as 09:30."),
        ("learners=0", "Write 1 to 500 learners."),
        ("learners=2%00x", "Write a number."),
    ],
)
def test_what_cannot_be_is_said_and_kept(browser: Browser, query: str, words: str) -> None:
    page = browser.page(f"/lessons/a-lesson/teach?{query}", status=422)
    assert words in page.main_text
    name, _, value = query.replace("%00", "").partition("=")
    assert page.one("input", name=name).get("value") == value
    assert "Begin" in page.main_text


# The wall.


@pytest.mark.usefixtures("lesson")
def test_the_wall_shows_one_thing_at_a_time_and_nothing_of_the_teachers(browser: Browser) -> None:
    address, seen = "/lessons/a-lesson/project", []
    while address:
        page = browser.page(address)
        seen.append(page.h1)
        assert "MARKER" not in page.html
        for secret in ("Two adults", "Some live with it", "co-ordinator", "A short summary"):
            assert secret not in page.html
        assert "0800 1111" in page.text
        assert page.one("a", class_="hide-page").get("rel") == "noreferrer noopener"
        assert "has signed this lesson off yet" in page.text
        address = next((link.get("href") for link in page.all("a", rel="next")), "")
    middle = ["Begin", "Go on", "Your sheet", "Remember", "Sheet", "Look"]
    assert seen == ["A lesson", *middle, "Where to find help"]
    assert "SEEN-support" in page.main_text
    assert browser.page("/lessons/a-lesson/project?step=3").main_text == "Go on 20 minutes, in groups"
    assert browser.page("/lessons/a-lesson/project?step=4").main_text == "Your sheet SEEN-learner"


@pytest.mark.usefixtures("lesson")
@pytest.mark.parametrize(
    ("step", "shown"),
    [("0", "A lesson"), ("999", "Where to find help"), ("x", "A lesson"), ("-1", "A lesson")],
)
def test_a_step_that_is_not_there(browser: Browser, step: str, shown: str) -> None:
    assert browser.page(f"/lessons/a-lesson/project?step={step}").h1 == shown


def test_a_withdrawn_lesson_is_neither_taught_nor_shown(browser: Browser, lesson: Path) -> None:
    text = full_text().replace("status: published", "status: withdrawn\nreason: Wrong advice.")
    build(write_content(lesson, a_lesson=text.replace('version: "1.0"', 'version: "1.1"')))
    for page in ("teach", "project"):
        assert "Wrong advice" in browser.page(f"/lessons/a-lesson/{page}", status=410).main_text


@pytest.mark.usefixtures("lesson")
def test_the_lesson_leads_to_both(browser: Browser) -> None:
    page = browser.page("/lessons/a-lesson")
    assert browser.page(page.link("Teach it")).h1 == "Teach it: A lesson"
    assert browser.page(page.link("Show it on the wall")).h1 == "A lesson"


# Steps and slides of plain values.

PRACTITIONERS = (
    "<p>Before.</p>"
    '<section class="block block-activity"><h3 class="block__title">Sort &amp; say '
    '<span class="block__kind">Activity, 5 minutes</span></h3><p>How.</p></section>'
    '<section class="block block-learner"><h3 class="block__title">Sort &amp; say '
    '<span class="block__kind">Learners see this</span></h3><p>Cards.</p></section>'
    '<section class="block block-answer"><h3 class="block__title">Answers</h3><p>It is so.</p></section>'
)
LEARNERS = (
    '<section class="block block-learner"><h2>Sort &amp; say</h2><h3>Inside</h3><p>Cards.</p></section>'
)


def test_a_learner_block_with_the_title_of_a_part_is_shown_with_it() -> None:
    made = steps(PRACTITIONERS, LEARNERS, [part("Sort & say", 5), part("Later", 3)])
    assert [(one.title, one.minutes, one.html) for one in made] == [
        ("", 0, ""),
        ("Sort & say", 5, "<h2>Inside</h2><p>Cards.</p>"),
        ("Later", 3, ""),
    ]
    assert made[0].notes == "<p>Before.</p>"
    assert "How." in made[1].notes
    assert "It is so." in made[1].notes
    assert slides(PRACTITIONERS, LEARNERS, [part("Sort & say", 5), part("Later", 3)]) == made


def test_lines_keep_lists_marks_and_tables() -> None:
    found = lines_of(
        '<p>One <strong>two</strong><br>three</p><ol start="3"><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ol>'
        "<table><tr><th>Card</th><th></th></tr><tr><td>1</td><td>x</td></tr></table><h3>End</h3>"
    )
    lines = [line for line in found if isinstance(line, Line)]
    assert [(line.mark, line.depth, line.text) for line in lines] == [
        ("", 0, "One two three"),
        ("3.", 0, "a"),
        ("•", 1, "b"),
        ("4.", 0, "c"),
        ("", 0, "Card"),
        ("", 0, "1 · x"),
        ("", 0, "End"),
    ]
    assert [run.text for run in lines[0].runs if run.bold] == ["two"]
    assert plain_text("<p>a</p><ul><li>b</li></ul>") == "a\n• b"


def test_long_text_goes_on_on_the_next_slide() -> None:
    lines = [
        line for line in lines_of("<p>" + "word " * 2000 + "</p>" + "<p>x</p>" * 30) if isinstance(line, Line)
    ]
    size, pages = pages_of(lines)
    assert size == 24
    assert len(pages) > 10
    assert sum(line.text.count("word") for page in pages for line in page) == 2000
    for page in pages:
        assert sum(-(-len(line.text) // 66) for line in page) <= 11
