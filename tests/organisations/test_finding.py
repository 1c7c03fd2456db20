"""Finding where one works: as people write it, told apart by town and council."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.core.db import action, db
from eduhub.organisations.imports import import_schools
from eduhub.organisations.models import Council, Kind, School
from eduhub.organisations.names import fold, whereabouts
from eduhub.organisations.queries import MOST_FOUND, find_places
from tests.pages import Browser

SCHOOLS = (
    ("8000001", "St Mary's Primary School", "Maxwellton Road, PAISLEY", "S12000038"),
    ("8000002", "St Mary's Primary School", "16 Patrick Street, Greenock", "S12000018"),
    ("8000003", "St Mary's Primary School (Lanark)", "Skye Walk, LANARK", "S12000029"),
    ("8000004", "Bun-sgoil Ghàidhlig Loch Abar", "Caol, Fort William", "S12000017"),
    ("8000005", "Saint Ninian's High School", "Cairnside Road, GLASGOW", "S12000011"),
    ("8000006", "Marybank Primary School", "Urray, Muir Of Ord", "S12000017"),
)


@pytest.fixture
def schools(app: Flask) -> Flask:
    add_schools()
    return app


@action
def add_schools() -> None:
    councils = {council.code: council.id for council in db.session.scalars(select(Council))}
    for code, name, address, council in SCHOOLS:
        db.session.add(School(code=code, name=name, address=address, council_id=councils[council]))


def found(text: str, kind: Kind = Kind.SCHOOL) -> list[str]:
    return [place.code for place in find_places(kind, text)]


@pytest.mark.usefixtures("schools")
@pytest.mark.parametrize(
    "text",
    ["St Mary's", "St Mary’s", "st marys", "ST. MARY`S PRIMARY", "Saint Marys PS", "  st   mary's pri"],
)
def test_however_it_is_written(text: str) -> None:
    assert found(text) == ["8000001", "8000002", "8000003"]


@pytest.mark.usefixtures("schools")
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("bun sgoil ghaidhlig", ["8000004"]),
        ("BUN-SGOIL GHÀIDHLIG", ["8000004"]),
        ("st mary's paisley", ["8000001"]),
        ("st marys inverclyde", ["8000002"]),
        ("St Mary's Primary School Lanark", ["8000003"]),
        ("st ninians high", ["8000005"]),
        ("marybank", ["8000006"]),
        ("arybank", []),
        ("8000005", ["8000005"]),
        ("SEED code 8000005", ["8000005"]),
        ("", []),
        ("!!!", []),
        ("%", []),
    ],
)
def test_schools(text: str, codes: list[str]) -> None:
    assert found(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("E division", ["E"]),
        ("division e", ["E"]),
        ("E", ["E"]),
        ("edinburgh", ["E"]),
        ("Lothians", ["J"]),
        ("Police Fife", ["P"]),
    ],
)
@pytest.mark.usefixtures("app")
def test_divisions(text: str, codes: list[str]) -> None:
    assert found(text, Kind.DIVISION) == codes


@pytest.mark.usefixtures("app")
def test_councils_and_the_nation() -> None:
    assert found("fife council", Kind.COUNCIL) == ["S12000047"]
    assert found("na h eileanan", Kind.COUNCIL) == ["S12000013"]
    assert found("scotland", Kind.NATION) == ["S92000003"]


@pytest.mark.usefixtures("schools")
def test_a_name_that_changes_is_found_by_its_new_words() -> None:
    rename("8000006", "Muir Primary School")
    assert found("muir primary") == ["8000006"]
    assert found("marybank") == []


@action
def rename(code: str, name: str) -> None:
    db.session.scalars(select(School).where(School.code == code)).one().name = name


@pytest.mark.usefixtures("schools")
def test_the_choice_tells_schools_of_one_name_apart(browser: Browser) -> None:
    wish = {"name": "Una Blair", "email": "una@school.example", "role": "teacher", "place": "St Marys"}
    page = browser.submit("/sign-up", wish, status=422)
    assert "St Mary's Primary School, Paisley, Renfrewshire (8000001)" in page.main_text
    assert "St Mary's Primary School, Greenock, Inverclyde (8000002)" in page.main_text
    chosen = {**wish, "place_id": str(find_places(Kind.SCHOOL, "8000001")[0].id)}
    assert browser.submit("/sign-up", chosen).h1 == "Look in your e-mail"


def test_a_list_that_is_cut_says_so(app: Flask, shared_data: Path, browser: Browser) -> None:
    file = shared_data / "data" / "schools_2024-10-31.csv"
    import_schools(file.name, file.read_bytes(), date(2024, 10, 31))
    wish = {"name": "Una Blair", "email": "una@school.example", "role": "teacher", "place": "St Mary’s"}
    page = browser.submit("/sign-up", wish, status=422)
    assert "More than 12 places have that name" in page.main_text
    assert len(page.all("input", name="place_id")) == MOST_FOUND
    page = browser.submit("/sign-up", {**wish, "place": "st marys paisley"})
    assert page.h1 == "Look in your e-mail"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ghàidhlig", "ghaidhlig"),
        ("Bo'ness", "Boness"),
        ("St. Mary’s R.C.", "saint marys r c"),
        ("STRASSE", "straße"),
    ],
)
def test_words_that_are_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_whereabouts() -> None:
    assert whereabouts("Bishopmill, Elgin, MORAY", "Moray") == "Elgin, Moray"
    assert whereabouts("1 Made-up Road", "Highland") == "Highland"
    assert whereabouts("", "") == ""
