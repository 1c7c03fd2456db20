"""The library by curriculum: every code once, its lessons by what they do for it, and gaps and repeats in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

from eduhub.accounts.models import Role
from eduhub.core.db import db
from eduhub.curriculum.models import Level
from eduhub.lessons.actions import LessonsFaulty
from eduhub.lessons.coverage import RELATIONS, Covered, rows_of, totals_of
from tests.conftest import People
from tests.lessons.shelf import Told, build_shelf
from tests.pages import HTML, Browser, Document, text_of

MISUSE = "/lessons/curriculum?organiser=HWB+Substance+misuse"
FEELINGS = "/lessons/curriculum?organiser=HWB+Mental%2C+emotional%2C+social+and+physical+wellbeing"


@pytest.fixture
def shelf(app: Flask, tmp_path: Path) -> Path:
    many = {f"one_{n}": Told(f"One of many {n}", ("HWB 2-38a",), level="second") for n in range(6)}
    return build_shelf(
        tmp_path,
        lungs=Told("Lungs", ("HWB 3-38a", "HWB 3-39a"), supports=("HWB 3-03a", "HWB 3-40b")),
        quiz=Told("A quiz", ("HWB 3-39a",), assesses=("HWB 3-38a",)),
        gone=Told("Gone from here", ("HWB 3-43b",), status="withdrawn"),
        **many,
    )


def cell(page: Document, code: str) -> Any:
    """The place in the table that holds a code."""
    found = [td for td in page.all("td") if code in text_of(td)]
    assert len(found) == 1, f"{code} stands in {len(found)} places"
    return found[0]


def row(page: Document, line: str) -> Any:
    (found,) = [tr for tr in page.all("tr") if text_of(next(iter(tr))) == line]
    return found


@pytest.mark.usefixtures("shelf")
def test_each_code_with_what_lessons_do_for_it(browser: Browser) -> None:
    page = browser.page("/lessons/curriculum")
    assert page.one("h1").text == "Lessons by curriculum"
    first = text_of(cell(page, "HWB 3-38a"))
    assert first.endswith("Taught in Lungs Assessed in A quiz")
    assert {"HWB 3-38a": "/curriculum/hwb-3-38a", "Lungs": "/lessons/lungs"}.items() <= page.links().items()


def test_the_way_there(browser: Browser) -> None:
    for url in ("/", "/lessons", "/curriculum"):
        assert "/lessons/curriculum" in browser.page(url).links().values(), url


@pytest.mark.usefixtures("shelf")
def test_gaps_and_repeats_are_said_in_words(browser: Browser) -> None:
    page = browser.page(MISUSE)
    assert "No lesson yet" in text_of(cell(page, "HWB 3-43b")), "a withdrawn lesson fills no gap"
    assert "Taught in 2 lessons" in text_of(cell(page, "HWB 3-39a"))
    assert "Not taught yet Supported by Lungs" in text_of(cell(page, "HWB 3-40b"))
    assert "Gone from here" not in page.main_text


@pytest.mark.usefixtures("shelf")
def test_of_many_lessons_a_few_are_named_and_the_rest_linked(browser: Browser) -> None:
    page = browser.page(MISUSE)
    shown = text_of(cell(page, "HWB 2-38a"))
    assert "Taught in 6 lessons One of many 0 One of many 1 One of many 2 and 3 more" in shown
    assert "One of many 3" not in page.main_text
    rest = browser.page(page.link("and 3 more"))
    assert "6 lessons" in rest.main_text


@pytest.mark.usefixtures("shelf")
def test_a_statement_of_several_codes_stands_once(browser: Browser) -> None:
    page = browser.page(FEELINGS)
    assert page.main_text.count("Who to talk to, and that talking helps") == 1
    joined = cell(page, "HWB 3-03a")
    assert joined.get("colspan") == "5"
    assert "HWB 3-03a Not taught yet Supported by Lungs HWB 4-03a No lesson yet" in text_of(joined)


@pytest.mark.usefixtures("shelf")
def test_every_row_of_the_table_has_a_place_for_every_level(browser: Browser) -> None:
    for url in (MISUSE, FEELINGS, f"{MISUSE}&level=third"):
        page = browser.page(url)
        levels = len(page.all("th", scope="col")) - 1
        for tr in page.one("tbody").iter(f"{HTML}tr"):
            assert sum(int(td.get("colspan", "1")) for td in tr.iter(f"{HTML}td")) == levels, url
    first = row(browser.page(MISUSE), "HWB 40b")
    assert [text_of(td) for td in first.iter(f"{HTML}td")][:3] == ["–No code"] * 3


@pytest.mark.usefixtures("shelf")
def test_filters_are_in_the_address(browser: Browser) -> None:
    page = browser.page(f"{FEELINGS}&level=second")
    assert "HWB 2-03a" in page.main_text
    assert "HWB 3-03a" not in page.main_text
    values = page.form("/lessons/curriculum")
    assert values["level"] == "second"
    assert values["organiser"].startswith("HWB Mental")
    empty = browser.page(f"{MISUSE}&level=fourth")
    assert "No codes of this organiser are known at this level" in empty.main_text
    assert "HWB 2-38a" in browser.page(empty.link("Show all levels")).main_text


@pytest.mark.parametrize(
    "query", ["organiser=nonsense&level=x", "organiser=%00&level=", "level=senior", "a=b"]
)
def test_anything_else_in_the_address_is_passed_over(browser: Browser, query: str) -> None:
    assert "HWB 0-38a" in browser.page(f"/lessons/curriculum?{query}").main_text


@pytest.mark.usefixtures("shelf")
def test_leads_and_editors_see_totals(
    browser: Browser, people: People, sign_in: Callable[..., Browser]
) -> None:
    for role in (Role.COUNCIL_LEAD, Role.CONTENT_EDITOR):
        page = sign_in(people(role)).page(MISUSE)
        shown = [text_of(dd) for dd in page.all("dd")]
        assert shown == ["19", "3 (2 in several lessons)", "1", "15"], role
    for other in (browser, sign_in(people.teacher)):
        assert "Supported or assessed only" not in other.page(MISUSE).main_text


@pytest.mark.usefixtures("shelf")
def test_no_more_statements_for_more_codes(browser: Browser) -> None:
    ran: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: ran.append(args[2]))
    browser.page(MISUSE)
    browser.page(FEELINGS)
    assert len([one for one in ran if one.startswith(("SELECT", "WITH"))]) == 4


def test_no_lesson_takes_the_address_of_the_page(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(LessonsFaulty, match="the address curriculum belongs to a page of this site"):
        build_shelf(tmp_path, curriculum=Told("Lungs"))


# The layout, on plain values.


def covered(code: str, statement: int, level: Level, taught: int = 0) -> Covered:
    totals = {**dict.fromkeys(RELATIONS, 0), "teaches": taught}
    return Covered(code, level, UUID(int=statement), "", totals)


def places(codes: list[Covered]) -> dict[str, list[str]]:
    return {
        row.line: [
            " ".join(one.code.split("-")[1] + one.level[0] for one in cell.codes) for cell in row.cells
        ]
        for row in rows_of(codes)
    }


def test_a_statement_that_leaves_out_a_level_is_parted() -> None:
    codes = [
        covered("HWB 0-01a", 1, Level.EARLY),
        covered("HWB 1-01a", 2, Level.FIRST),
        covered("HWB 2-01a", 1, Level.SECOND),
    ]
    assert places(codes) == {"HWB 01a": ["01ae", "01af", "01as"]}


def test_a_statement_of_several_lines_stands_at_the_first() -> None:
    codes = [
        covered("LIT 0-01a", 1, Level.EARLY),
        covered("LIT 0-11a", 1, Level.EARLY),
        covered("LIT 1-11a", 1, Level.FIRST),
    ]
    assert places(codes) == {"LIT 01a": ["01ae 11ae", ""], "LIT 11a": ["", "11af"]}


def test_totals() -> None:
    codes = [covered(f"HWB 2-{n:02}a", n, Level.SECOND, taught=n) for n in range(4)]
    codes.append(covered("HWB 2-09a", 9, Level.SECOND))
    codes[-1].totals["supports"] = 1
    assert tuple(vars(totals_of(codes)).values()) == (5, 3, 2, 1, 1)
    assert rows_of([]) == []
