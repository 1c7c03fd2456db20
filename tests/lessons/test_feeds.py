"""Sitemap, robots.txt and the feed of changes: whole, honest, and only what everybody may see."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from lxml import etree

from eduhub.cli import listed_routes
from eduhub.lessons.actions import build
from eduhub.lessons.views import feeds
from tests.lessons.samples import lesson_text, remove, write_content
from tests.pages import Browser

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST = "http://localhost"


def at(day: int) -> time_machine.travel:
    return time_machine.travel(datetime(2027, 1, day, 12, tzinfo=UTC), tick=False)


def locations(browser: Browser, url: str) -> list[str]:
    tree = etree.fromstring(browser.get(url).data)
    return [one.text or "" for one in tree.iter(f"{SITEMAP}loc")]


def feed(browser: Browser, url: str = "/lessons/changes.atom") -> etree._Element:
    answer = browser.get(url)
    assert answer.mimetype == "application/atom+xml"
    return etree.fromstring(answer.data)


def entries(tree: etree._Element) -> list[dict[str, str]]:
    return [
        {
            **{name: one.findtext(f"{ATOM}{name}") or "" for name in ("id", "title", "updated", "summary")},
            "link": str(next(one.iter(f"{ATOM}link")).attrib["href"]),
            "levels": " ".join(str(level.attrib["term"]) for level in one.iter(f"{ATOM}category")),
        }
        for one in tree.iter(f"{ATOM}entry")
    ]


def links(tree: etree._Element) -> dict[str, str]:
    return {str(one.attrib["rel"]): str(one.attrib["href"]) for one in tree.findall(f"{ATOM}link")}


# The sitemap.


def test_the_sitemap_holds_what_everybody_may_open(browser: Browser, app: Flask, tmp_path: Path) -> None:
    texts = {"a": lesson_text("a"), "gone": lesson_text("gone"), "draft": lesson_text("draft")}
    texts["draft"] = texts["draft"].replace("status: published", "status: draft")
    with at(1):
        build(write_content(tmp_path, **texts))
    remove(tmp_path, "gone")
    build(tmp_path)
    found = locations(browser, "/sitemap.xml")
    assert len(found) == len(set(found))
    assert f"{HOST}/lessons/a" in found
    assert f"{HOST}/curriculum/hwb-3-38a" in found
    assert not {f"{HOST}/lessons/gone", f"{HOST}/lessons/draft"} & set(found)
    for url in [*found[: len(feeds.PAGES)], f"{HOST}/curriculum/hwb-3-38a", f"{HOST}/lessons/a"]:
        browser.page(url.removeprefix(HOST))
    html = browser.get("/sitemap.xml").get_data(as_text=True)
    assert "<loc>http://localhost/lessons/a</loc><lastmod>2027-01-01T12:00:00Z</lastmod>" in html


def test_a_long_sitemap_is_cut_into_parts(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b")))
    whole = locations(browser, "/sitemap.xml")
    monkeypatch.setattr(feeds, "MOST_ADDRESSES", 50)
    parts = locations(browser, "/sitemap.xml")
    assert parts[0] == f"{HOST}/sitemap.xml?page=1"
    assert len(parts) == -(-len(whole) // 50)
    found = [one for part in parts for one in locations(browser, part.removeprefix(HOST))]
    assert found == whole
    browser.page(f"/sitemap.xml?page={len(parts) + 1}", status=404)


def test_the_sitemap_is_kept_until_the_next_build(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(write_content(tmp_path, a=lesson_text("a")))
    first = browser.get("/sitemap.xml")
    with monkeypatch.context() as broken:
        broken.setattr("eduhub.lessons.catalogue.addresses", lambda: pytest.fail("asked again"))
        assert browser.get("/sitemap.xml").data == first.data
        kept = browser.send("GET", "/sitemap.xml", headers={"If-None-Match": first.headers["ETag"]})
        assert (kept.status_code, kept.data) == (304, b"")
    build(write_content(tmp_path, b=lesson_text("b")))
    assert f"{HOST}/lessons/b" in locations(browser, "/sitemap.xml")


def test_robots_are_told_where_the_sitemap_is(browser: Browser, app: Flask) -> None:
    lines = browser.get("/robots.txt").get_data(as_text=True).splitlines()
    assert lines[0] == "User-agent: *"
    assert lines[-1] == f"Sitemap: {HOST}/sitemap.xml"
    rules = [route["rule"] for route in listed_routes(app)]
    for path in feeds.LEFT_ALONE:
        assert f"Disallow: {path}" in lines
        assert any(rule.startswith(path) for rule in rules), path
    assert not [path for path in feeds.PAGES for alone in feeds.LEFT_ALONE if path.startswith(alone)]


# The feed.


def test_the_feed_tells_of_every_version(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with at(1):
        build(write_content(tmp_path, a=lesson_text("a", title="Lungs & < vapes")))
    with at(2):
        build(write_content(tmp_path, b=lesson_text("b", title="Second").replace("lang: en", "lang: gd")))
    noted = lesson_text("a", "1.1", "Lungs").replace("status:", "change_note: New figures.\nstatus:", 1)
    with at(3):
        build(write_content(tmp_path, a=noted))
    tree = feed(browser)
    found = entries(tree)
    assert [one["title"] for one in found] == [
        "Lungs, version 1.1",
        "Second, version 1.0",
        "Lungs & < vapes, version 1.0",
    ]
    assert [one["updated"] for one in found] == [f"2027-01-0{day}T12:00:00Z" for day in (3, 2, 1)]
    assert [one["summary"] for one in found][:2] == ["New figures.", "A short summary of the lesson."]
    assert {one["levels"] for one in found} == {"third"}
    assert tree.findtext(f"{ATOM}updated") == found[0]["updated"]
    assert all(one["id"].startswith("urn:uuid:") for one in found)
    assert len({one["id"] for one in found}) == 3
    for one in found:
        title = browser.page(one["link"].removeprefix(HOST)).h1
        assert one["title"].startswith(title)
    ids = [one["id"] for one in found]
    assert [one["id"] for one in entries(feed(browser))] == ids


def test_a_lesson_withdrawn_comes_first_with_its_reason(browser: Browser, app: Flask, tmp_path: Path) -> None:
    with at(1):
        build(
            write_content(tmp_path, a=lesson_text("a", title="Wrong"), b=lesson_text("b"), c=lesson_text("c"))
        )
    with at(2):
        text = lesson_text("a", title="Wrong").replace(
            "published", "withdrawn\nreason: The dose was wrong.", 1
        )
        build(write_content(tmp_path, a=text.replace('"1.0"', '"1.1"')))
    with at(3):
        build(write_content(tmp_path, d=lesson_text("d", title="New")))
    with at(4):
        remove(tmp_path, "b")
        build(tmp_path)
    found = entries(feed(browser))
    assert [(one["title"], one["updated"][:10]) for one in found[:3]] == [
        ("Withdrawn: A lesson", "2027-01-04"),
        ("New, version 1.0", "2027-01-03"),
        ("Withdrawn: Wrong", "2027-01-02"),
    ]
    assert found[2]["summary"] == "Do not teach this lesson. The dose was wrong."
    assert not [one for one in found[3:] if one["title"].startswith("Wrong")]


def test_a_lesson_published_again_is_no_longer_withdrawn(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    build(write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b")))
    for text in (
        lesson_text("a", "1.1").replace("published", "withdrawn\nreason: For now.", 1),
        lesson_text("a", "1.2"),
    ):
        build(write_content(tmp_path, a=text))
    assert not [one for one in entries(feed(browser)) if one["title"].startswith("Withdrawn")]


def test_the_feed_is_paged(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "CHANGES_ON_A_PAGE", 2)
    monkeypatch.setattr(feeds, "MOST_CHANGES", 4)
    build(write_content(tmp_path, **{f"l{n}": lesson_text(f"l{n}", title=f"L{n}") for n in range(5)}))
    first = feed(browser)
    second = feed(browser, links(first)["next"].removeprefix(HOST))
    assert links(second)["previous"] == links(first)["self"] == f"{HOST}/lessons/changes.atom"
    assert "next" not in links(second), "four is the most"
    ids = [one["id"] for one in [*entries(first), *entries(second)]]
    assert len(set(ids)) == 4
    browser.page("/lessons/changes.atom?page=3", status=404)


def test_an_empty_feed_is_a_feed(browser: Browser, app: Flask) -> None:
    assert entries(feed(browser)) == []


def test_the_library_names_the_feed(browser: Browser, app: Flask) -> None:
    named = browser.page("/lessons").one("link", rel="alternate")
    assert (named.get("type"), named.get("href")) == ("application/atom+xml", "/lessons/changes.atom")
