"""The framework as other programs take it: ids that last, one tree, our own words and never the official ones."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from eduhub.curriculum import case
from eduhub.curriculum.case import DOCUMENT_ID, framework, identifier_of, item_id
from eduhub.curriculum.imports import import_benchmarks, import_outcomes
from eduhub.curriculum.queries import every_outcome
from eduhub.curriculum.reference import OUTCOMES, SUMMED_UP_ON
from eduhub.curriculum.rules import split_codes
from tests.curriculum.test_pages import HEAD, MARKS, ROWS
from tests.pages import Browser

PACKAGE = f"/api/v1/case/CFPackages/{DOCUMENT_ID}"


def data(browser: Browser, url: str) -> Any:
    return browser.get(url).get_json()


def test_ids_are_those_they_always_were() -> None:
    """Other programs keep them: they may not change, whatever else does."""
    assert str(DOCUMENT_ID) == "d8617fce-79b8-555c-9300-96c2df39d38a"
    assert str(item_id("HWB 3-38a")) == "1d421794-d1a3-5dba-b8e3-2876367410ba"
    assert str(identifier_of(case.AREA, "HWB")) == "f4dadbb7-614a-5c01-8edb-f4c345471049"


def test_every_item_has_its_place_below_the_document(browser: Browser, app: Flask) -> None:
    package = data(browser, PACKAGE)
    items = {one["identifier"]: one for one in package["CFItems"]}
    above: dict[str, str] = {}
    for one in package["CFAssociations"]:
        if one["associationType"] == "isChildOf":
            origin = one["originNodeURI"]["identifier"]
            assert origin not in above, "an item stands below one thing"
            above[origin] = one["destinationNodeURI"]["identifier"]
    assert set(above) == set(items)
    for key, item in items.items():
        kinds = [item["CFItemType"]]
        while (key := above[key]) in items:
            kinds.append(items[key]["CFItemType"])
        assert key == str(DOCUMENT_ID)
        assert kinds == [case.OUTCOME, case.LEVEL, case.ORGANISER, case.AREA][4 - len(kinds) :]


def test_a_code_with_all_that_is_known_of_it(browser: Browser, app: Flask) -> None:
    found = data(browser, f"/api/v1/case/CFItemAssociations/{item_id('HWB 3-44a')}")
    item = found["CFItem"]
    assert item["humanCodingScheme"] == "HWB 3-44a"
    assert item["fullStatement"] == "What different relationships need"
    assert item["educationLevel"] == ["Third level"]
    assert "not the official statement" in item["notes"]
    assert [(one["associationType"], one["originNodeURI"]["title"]) for one in found["CFAssociations"]] == [
        ("isChildOf", "HWB 3-44a"),
        ("exactMatchOf", "HWB 4-44a"),
    ]
    assert data(browser, item["uri"].removeprefix("http://localhost")) == item


def test_every_address_named_opens(browser: Browser, app: Flask) -> None:
    package = data(browser, PACKAGE)
    found = [package["CFDocument"], package["CFItems"][0], *package["CFAssociations"][:2]]
    for one in found:
        assert data(browser, one["uri"].removeprefix("http://localhost")) == one
    assert (
        data(browser, package["CFDocument"]["CFPackageURI"]["uri"].removeprefix("http://localhost"))
        == package
    )
    assert data(browser, "/api/v1/case/CFDocuments") == {"CFDocuments": [package["CFDocument"]]}
    for kind in ("CFDocuments", "CFPackages", "CFItems", "CFItemAssociations", "CFAssociations"):
        browser.get(f"/api/v1/case/{kind}/{identifier_of('nothing')}", status=404)


def test_the_official_words_stay_with_editors(browser: Browser, app: Flask) -> None:
    """Public pages show the summary alone, and so does the data, whatever was imported."""
    before = data(browser, PACKAGE)
    import_outcomes("o.csv", (HEAD + ROWS).encode())
    import_benchmarks("b.csv", MARKS.encode(), "The Benchmarks of 2017")
    for url in (
        PACKAGE,
        "/api/v1/curriculum/statements?per_page=100",
        f"/api/v1/case/CFItems/{item_id('HWB 3-38a')}",
    ):
        text = browser.get(url).get_data(as_text=True)
        assert not [
            words
            for words in ("Official third", "Spanning", "Facts and opinions", "Explains")
            if words in text
        ]
    kept = {one["identifier"]: one["fullStatement"] for one in data(browser, PACKAGE)["CFItems"]}
    assert kept.items() >= {one["identifier"]: one["fullStatement"] for one in before["CFItems"]}.items()
    assert "official statements are not in it" in before["CFDocument"]["notes"]


def test_an_import_changes_the_stamp(browser: Browser, app: Flask) -> None:
    assert data(browser, PACKAGE)["CFDocument"]["lastChangeDateTime"].startswith(SUMMED_UP_ON.isoformat())
    with time_machine.travel(datetime(2027, 5, 4, 12, tzinfo=UTC), tick=False):
        import_outcomes("o.csv", (HEAD + ROWS).encode())
    assert data(browser, PACKAGE)["CFDocument"]["lastChangeDateTime"] == "2027-05-04T00:00:00Z"


def test_a_code_without_a_summary_says_so(browser: Browser, app: Flask) -> None:
    row = "HWB 4-38a,fourth,HWB,Substance misuse,Official words.,,\n"
    import_outcomes("o.csv", (HEAD + row).encode())
    assert (
        data(browser, f"/api/v1/case/CFItems/{item_id('HWB 4-38a')}")["fullStatement"] == case.NOT_SUMMED_UP
    )
    found = data(browser, "/api/v1/curriculum/statements?level=fourth&area=HWB&per_page=100")["items"]
    assert [one["summary"] for one in found if one["code"] == "HWB 4-38a"] == [None]


def test_the_stamp_follows_the_summaries() -> None:
    """Whoever changes a summary sets SUMMED_UP_ON to that day, and this sum with it."""
    digest = hashlib.sha256(repr(OUTCOMES).encode()).hexdigest()[:16]
    assert (SUMMED_UP_ON, digest) == (date(2026, 11, 25), "133a1b8f5fdde8f1")


# Codes.


@pytest.mark.parametrize(
    ("level", "area"), [("third", "HWB"), ("second", "MNU"), ("early", "EXA"), ("senior", "HWB")]
)
def test_codes_of_a_level_and_area(browser: Browser, app: Flask, level: str, area: str) -> None:
    shipped = [code for codes, *_ in OUTCOMES for code in split_codes(codes)]
    wanted = sorted(str(code) for code in shipped if (code.level.value, code.area) == (level, area))
    page = data(browser, f"/api/v1/curriculum/statements?level={level}&area={area}&per_page=100")
    assert [one["code"] for one in page["items"]] == wanted
    assert page["total"] == len(wanted)
    assert "official statements are not in it" in page["note"]


def test_every_code_stands_on_one_page(browser: Browser, app: Flask) -> None:
    url: str | None = "/api/v1/curriculum/statements?per_page=20"
    found: list[dict[str, Any]] = []
    while url:
        page = data(browser, url)
        found += page["items"]
        url = page["next"]
    codes = [one["code"] for one in found]
    assert len(codes) == len(set(codes)) == page["total"] == len(every_outcome())
    joined = next(one for one in found if one["code"] == "HWB 3-44a")
    assert joined["same_statement"] == ["HWB 4-44a"]
    assert browser.page(joined["url"].removeprefix("http://localhost")).h1 == "HWB 3-44a"


@pytest.mark.parametrize("asked", ["level=s2", "area=hwb", "area=", "organiser=x", "page=0"])
def test_what_is_not_known_is_refused(browser: Browser, app: Flask, asked: str) -> None:
    assert (
        browser.get(f"/api/v1/curriculum/statements?{asked}", status=400).mimetype
        == "application/problem+json"
    )


def test_no_codes_is_a_framework_too() -> None:
    assert framework([], "http://localhost").items == []
