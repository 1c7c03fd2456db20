"""The public data of lessons: what is asked is checked, counts are honest, and an answer costs a few statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from jsonschema import Draft202012Validator
from sqlalchemy import event

from eduhub.cli import listed_routes
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons.actions import build
from eduhub.lessons.views.api import openapi_document
from tests.lessons.samples import lesson_text, remove, rename, write_content
from tests.pages import Browser

LESSON = "/api/v1/lessons/a-lesson"
ADDRESSES = (
    "/api/v1/lessons",
    LESSON,
    f"{LESSON}/versions",
    "/api/v1/lessons/exists?slug=a-lesson",
    "/api/v1/vocabularies",
    "/api/v1/openapi.json",
    "/api/v1/curriculum/statements",
    "/api/v1/case/CFDocuments",
)


def several(folder: Path, count: int) -> Path:
    """So many lessons, every second on alcohol for S1."""
    texts = {}
    for number in range(count):
        text = lesson_text(f"lesson-{number}", title=f"Lesson {number:02}")
        if number % 2:
            text = text.replace("topics: [vaping]", "topics: [alcohol]").replace(
                "stages: [S2]", "stages: [S1]"
            )
        texts[f"lesson_{number}"] = text
    content = write_content(folder, **texts)
    build(content)
    return content


@pytest.fixture
def site(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with one lesson and its vocabularies."""
    content = write_content(tmp_path, a_lesson=lesson_text(title="Lungs and vapes"))
    monkeypatch.setattr("eduhub.lessons.vocabulary.content_folder", lambda: content)
    build(content)
    return content


def data(browser: Browser, url: str, status: int = 200) -> Any:
    return browser.get(url, status=status).get_json(force=True)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent to the database."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


# A lesson.


@pytest.mark.usefixtures("site")
def test_a_lesson_with_its_files(browser: Browser) -> None:
    assert data(browser, LESSON)["files"] == []
    run_all()
    found = data(browser, LESSON)
    assert (found["title"], found["outcomes"][0]["relation"]) == ("Lungs and vapes", "teaches")
    assert [(part["begins"], part["minutes"]) for part in found["parts"]] == [(0, 10), (10, 20)]
    assert (found["change_note"], found["withdrawn"], found["series"]) == (None, None, None)
    assert found["review"].pop("review_by") > found["version_built"]
    assert found["review"] == {"sign_offs": [], "review_in": "12 months"}
    assert {"teacher", "learner", "everything"} <= {file["audience"] for file in found["files"]}
    for file in found["files"]:
        sent = browser.get(file["url"])
        assert (sent.mimetype, len(sent.data)) == (file["media_type"], file["size"])
        assert sent.headers["ETag"] == f'"{file["sha256"]}"'


def test_versions_are_all_there_newest_first(browser: Browser, site: Path) -> None:
    text = lesson_text(version="2.0").replace("The middle part is new.", "New figures.")
    build(write_content(site, a_lesson=text))
    found = data(browser, f"{LESSON}/versions")
    assert found["total"] == len(found["items"]) == 2
    assert [(one["version"], one["current"], one["change_note"]) for one in found["items"]] == [
        ("2.0", True, "New figures."),
        ("1.0", False, None),
    ]
    assert data(browser, LESSON)["change_note"] == "New figures."
    for one in found["items"]:
        assert browser.page(one["url"]).h1 == one["title"]


def test_a_lesson_that_moved_is_led_on(browser: Browser, site: Path) -> None:
    rename(site, "a-lesson", "better-name")
    before = data(browser, "/api/v1/lessons")["index_version"]
    build(site)
    assert data(browser, "/api/v1/lessons")["index_version"] != before
    for rest in ("", "/versions"):
        assert browser.get(LESSON + rest, status=302).location == f"/api/v1/lessons/better-name{rest}"
    found = data(browser, "/api/v1/lessons/exists?slug=better-name&slug=a-lesson&slug=neither")["items"]
    assert [(one["slug"], one["exists"], one["moved_to"]) for one in found] == [
        ("better-name", True, None),
        ("a-lesson", False, "better-name"),
        ("neither", False, None),
    ]


def test_a_withdrawn_lesson_says_why_and_has_no_files(browser: Browser, site: Path) -> None:
    run_all()
    text = lesson_text().replace("status: published", "status: withdrawn\nreason: The dose was wrong.")
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=UTC), tick=False):
        build(write_content(site, a_lesson=text.replace('"1.0"', '"1.1"')))
    build(site)
    run_all()
    found = data(browser, LESSON)
    assert (found["status"], found["files"]) == ("withdrawn", [])
    assert found["withdrawn"] == {"at": "2027-03-01T09:00:00Z", "reason": "The dose was wrong."}
    assert found["updated"] == "2027-03-01T09:00:00Z"
    assert data(browser, "/api/v1/lessons")["total"] == 0
    assert data(browser, "/api/v1/lessons/exists?slug=a-lesson")["items"][0]["status"] == "withdrawn"


def test_drafts_are_nowhere(browser: Browser, app: Flask, tmp_path: Path) -> None:
    build(write_content(tmp_path, a_lesson=lesson_text().replace("status: published", "status: draft")))
    assert data(browser, "/api/v1/lessons")["total"] == 0
    assert data(browser, LESSON, status=404)["status"] == 404
    assert not data(browser, "/api/v1/lessons/exists?slug=a-lesson")["items"][0]["exists"]


# Lists.


def test_every_page_is_counted_and_led_to(browser: Browser, app: Flask, tmp_path: Path) -> None:
    several(tmp_path, 5)
    for asked, total in (("per_page=2", 5), ("per_page=2&topic=alcohol", 2), ("per_page=2&q=lesson", 5)):
        url: str | None = f"/api/v1/lessons?{asked}"
        slugs: list[str] = []
        while url:
            page = data(browser, url)
            assert (page["total"], page["pages"], page["per_page"]) == (total, -(-total // 2), 2), asked
            slugs += [one["slug"] for one in page["items"]]
            url = page["next"]
        assert len(slugs) == len(set(slugs)) == total, asked
    last = data(browser, "/api/v1/lessons?per_page=2&page=4", status=400)
    assert last["detail"] == "page: there is no page 4; the last is 3."


def test_an_empty_list_is_a_list(browser: Browser, app: Flask) -> None:
    page = data(browser, "/api/v1/lessons")
    assert (page["total"], page["pages"], page["next"], page["items"]) == (0, 0, None, [])
    assert page["index_built"] is None


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        ("level=third", 4),
        ("level=first", 0),
        ("stage=S1", 2),
        ("topic=alcohol", 2),
        ("substance=nicotine-vapes", 4),
        ("code=hwb3-38a", 4),
        ("code=HWB 3-39a", 0),
        ("code=HWB 3-38a/3-39a", 4),
        ("q=S1 lesson", 2),
        ("q=lesson&stage=S1&topic=alcohol&level=third", 2),
        ("q=puff bar", 4),
        ("q=zebra", 0),
        ("q=", 4),
        ("q=a OR NEAR( *", 0),
    ],
)
def test_filters(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: Any, asked: str, total: int
) -> None:
    content = several(tmp_path, 4)
    monkeypatch.setattr("eduhub.lessons.vocabulary.content_folder", lambda: content)
    assert data(browser, f"/api/v1/lessons?{asked}")["total"] == total


@pytest.mark.usefixtures("site")
def test_what_was_understood_is_said(browser: Browser) -> None:
    page = data(browser, "/api/v1/lessons?q=S2 lungs&topic=vaping")
    assert page["understood"] == {"words": "lungs", "filters": {"stage": "S2", "topic": "vaping"}}
    assert page["total"] == 1


def test_what_came_since(browser: Browser, app: Flask, tmp_path: Path) -> None:
    texts = {"old": lesson_text("old", title="Old"), "new": lesson_text("new", title="New")}
    for month, names in ((1, ["old"]), (2, ["old", "new"])):
        with time_machine.travel(datetime(2027, month, 1, 12, tzinfo=UTC), tick=False):
            build(write_content(tmp_path, **{name: texts[name] for name in names}))
    for since, total in (
        ("2027-02-01", 1),
        ("2027-02-01T12:00:00Z", 1),
        ("2027-02-01T12:00:01Z", 0),
        ("2027-01-01T14:00:00%2B02:00", 2),
    ):
        assert data(browser, f"/api/v1/lessons?updated_since={since}")["total"] == total, since
    assert data(browser, "/api/v1/lessons?updated_since=2027-02-01&q=new")["total"] == 1


@pytest.mark.parametrize(
    ("asked", "parameter", "words"),
    [
        ("levle=third", None, "There is no parameter 'levle'"),
        ("level=s2", "level", "'s2' is not known"),
        ("level=", "level", "'' is not known"),
        ("level=third&level=first", "level", "may stand once"),
        ("stage=Year 7", "stage", "is not known"),
        ("topic=Vaping", "topic", "is not known"),
        ("substance=%F0%9F%92%A5", "substance", "is not known"),
        ("code=vaping", "code", "is not a curriculum code"),
        ("code=", "code", "write a code"),
        ("code=HWB 3-99z", "code", "HWB 3-99z is not known here"),
        (f"q={'a' * 201}", "q", "at most 200 characters"),
        ("q=%00", "q", "no words"),
        ("q=*", "q", "no words"),
        ("updated_since=yesterday", "updated_since", "is not a day"),
        ("updated_since=2027-01-01T09:00:00", "updated_since", "has no zone"),
        ("updated_since=2027-01-01T09:00:00 00:00", "updated_since", "written %2B"),
        ("page=0", "page", "is not a whole number from 1"),
        ("page=-1", "page", "is not a whole number from 1"),
        ("page=1.0", "page", "is not a whole number from 1"),
        ("page=99999999999999999999", "page", "is not a whole number from 1"),
        ("per_page=101", "per_page", "from 1 to 100"),
        ("per_page=%D9%A1", "per_page", "is not a whole number"),
    ],
)
@pytest.mark.usefixtures("site")
def test_what_is_not_known_is_refused(
    browser: Browser, asked: str, parameter: str | None, words: str
) -> None:
    found = data(browser, f"/api/v1/lessons?{asked}", status=400)
    assert words in found["detail"]
    assert found["parameter"] == parameter
    known = {"level": "third", "stage": "S2", "topic": "vaping", "substance": "nicotine-vapes", None: "level"}
    assert known.get(parameter, "") in [*found["known"], ""]


@pytest.mark.usefixtures("site")
def test_nothing_is_accepted_and_ignored(browser: Browser) -> None:
    for url in ADDRESSES:
        joint = "&" if "?" in url else "?"
        assert data(browser, f"{url}{joint}nonsense=1", status=400)["parameter"] is None, url
    assert "missing" in data(browser, "/api/v1/lessons/exists", status=400)["detail"]
    many = "&".join(f"slug=a-{number}" for number in range(201))
    assert "at most 200" in data(browser, f"/api/v1/lessons/exists?{many}", status=400)["detail"]


def test_an_answer_costs_a_few_statements(browser: Browser, app: Flask, tmp_path: Path) -> None:
    several(tmp_path, 30)
    asked = "&".join(f"slug=lesson-{number}" for number in range(30))
    for url, most in (
        ("/api/v1/lessons?per_page=100", 4),
        ("/api/v1/lessons?per_page=100&q=lesson&stage=S1", 4),
        ("/api/v1/lessons/lesson-1", 2),
        (f"/api/v1/lessons/exists?{asked}", 2),
        ("/api/v1/curriculum/statements?per_page=100", 3),
        ("/lessons/changes.atom", 2),
        ("/sitemap.xml", 3),
    ):
        with counted() as seen:
            browser.get(url)
        assert len([one for one in seen if not one.startswith("BEGIN")]) <= most, (url, seen)


# Vocabularies.


def test_vocabularies_follow_their_files(browser: Browser, site: Path) -> None:
    found = data(browser, "/api/v1/vocabularies")
    assert found["complete"]
    assert found["substances"] == [{"key": "nicotine-vapes", "label": "Vapes", "also": ["puff bar", "e-cig"]}]
    assert found["support"] == [
        {"key": "childline", "label": "Childline", "phone": None, "url": None, "for": None}
    ]
    (site / "vocab" / "topics.yaml").write_text("driving: {label: Driving}\n")
    assert data(browser, "/api/v1/vocabularies")["topics"] == [{"key": "driving", "label": "Driving"}]
    assert data(browser, "/api/v1/lessons?topic=driving")["total"] == 0
    assert data(browser, "/api/v1/lessons?topic=vaping")["total"] == 1


def test_a_broken_vocabulary_takes_nothing_down(browser: Browser, site: Path) -> None:
    (site / "vocab" / "topics.yaml").write_text("[broken")
    found = data(browser, "/api/v1/vocabularies")
    assert (found["complete"], found["topics"]) == (False, [])
    assert data(browser, "/api/v1/lessons?topic=vaping")["total"] == 1


# Manners.


@pytest.mark.usefixtures("site")
def test_who_has_it_already_is_told_so(browser: Browser) -> None:
    for url in (*ADDRESSES, "/robots.txt", "/sitemap.xml", "/lessons/changes.atom"):
        first = browser.get(url)
        assert first.headers["Cache-Control"] == "public, no-cache", url
        again = browser.get(url, status=304, headers={"If-None-Match": first.headers["ETag"]})
        assert again.data == b"", url
        assert browser.get(url, headers={"If-None-Match": '"another"'}).data == first.data, url


@pytest.mark.usefixtures("site")
def test_head_is_the_same_without_a_body(browser: Browser) -> None:
    for url in (*ADDRESSES, "/developers", "/robots.txt", "/sitemap.xml", "/lessons/changes.atom"):
        got, asked = browser.send("GET", url), browser.send("HEAD", url)
        assert (asked.status_code, asked.data) == (200, b""), url
        assert asked.headers.get("ETag") == got.headers.get("ETag"), url


@pytest.mark.usefixtures("site")
def test_any_site_may_read_the_data_and_nothing_else(browser: Browser) -> None:
    asked = browser.send("OPTIONS", LESSON)
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in asked.headers
    for url in ("/lessons/a-lesson", "/lessons/changes.atom", "/", "/sign-in"):
        assert "Access-Control-Allow-Origin" not in browser.get(url).headers, url
    assert browser.send("POST", LESSON).status_code in {400, 405}


def test_whoever_asks_the_answer_is_the_same(browser: Browser, site: Path, people: Any, sign_in: Any) -> None:
    signed_in = sign_in(people.teacher)
    for url in ADDRESSES:
        first, second = browser.get(url), signed_in.get(url)
        assert first.data == second.data, url
        assert second.headers["Cache-Control"] == "public, no-cache"


def test_nothing_at_an_address_is_a_problem_in_json(browser: Browser) -> None:
    for url in ("/api/v1/nothing", "/api/v1/lessons/nothing", "/api/v1/case/CFItems/nothing"):
        found = browser.get(url, status=404)
        assert found.mimetype == "application/problem+json"
        assert found.get_json(force=True)["detail"] == "There is nothing at this address."
    assert browser.send("DELETE", "/api/v1/lessons").status_code in {400, 405}


# The document.


def test_the_document_names_every_address_and_no_other(app: Flask) -> None:
    document = openapi_document()
    rules = {route["rule"] for route in listed_routes(app) if route["rule"].startswith("/api/")}
    written = {rule.replace("<string:", "{").replace("<uuid:", "{").replace(">", "}") for rule in rules}
    assert set(document["paths"]) == written
    names = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(names) == len(set(names))


def test_every_schema_is_one(app: Flask) -> None:
    document = openapi_document()
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for methods in document["paths"].values():
        Draft202012Validator.check_schema(
            methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        )


def test_the_page_for_developers(browser: Browser, app: Flask) -> None:
    page = browser.page("/developers")
    for path, methods in openapi_document()["paths"].items():
        assert path in page.text
        assert methods["get"]["summary"] in page.text
    assert "level, stage, topic, substance, code, q, updated_since, page, per_page." in page.text
    for url in page.links().values():
        if url.startswith(("/api/", "/sitemap", "/lessons/changes")) and "topic=" not in url:
            browser.get(url)
    assert browser.page("/about").link("Developers") == "/developers"


def test_a_lesson_that_vanished_is_withdrawn_here_too(browser: Browser, site: Path) -> None:
    write_content(site, other=lesson_text("other"))
    build(site)
    remove(site, "a-lesson")
    build(site)
    found = data(browser, LESSON)
    assert "no longer among the lessons" in found["withdrawn"]["reason"]
    assert found["withdrawn"]["at"] is not None
