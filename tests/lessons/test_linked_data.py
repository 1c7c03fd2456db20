"""schema.org data on a lesson's page: true, of the version shown, and no way out of its block."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from markupsafe import escape

from eduhub.app import create_app
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.settings import settings
from eduhub.curriculum.case import item_id
from eduhub.lessons import linked_data
from eduhub.lessons.actions import build
from eduhub.lessons.linked_data import accessibility_features, script
from eduhub.lessons.models import Lesson, LessonVersion, Status
from tests.lessons.samples import HIDDEN, lesson_text, picture_lesson, remove, rename, write_content
from tests.pages import Browser, Document, find_problems

BLOCK = "application/ld+json"
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "</SCRIPT/x>",
    "]]> & &lt; ' \" \\ \\u003c",
    "\u2028\u2029",
    "a < b > c",
    "{{ 7 * 7 }}",
)


def data(page: Document) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.one("script", type=BLOCK).text)
    return found


def make(folder: Path, text: str) -> Path:
    content = write_content(folder, a_lesson=text)
    build(content)
    return content


def test_what_is_said_of_a_lesson(browser: Browser, app: Flask, tmp_path: Path) -> None:
    text = lesson_text(title="Lungs").replace(
        "topics: [vaping]",
        "  - {code: HWB 3-39a, relation: assesses}\n  - {code: HWB 3-40a, relation: supports}\n"
        "series: {name: Three lessons, position: 2}\ntopics: [vaping]",
    )
    make(tmp_path, text)
    found = data(browser.page("/lessons/a-lesson"))
    assert found["@type"] == "LearningResource"
    assert found["url"] == "http://localhost/lessons/a-lesson"
    assert (found["name"], found["description"]) == ("Lungs", "A short summary of the lesson.")
    assert (found["timeRequired"], found["inLanguage"], found["version"]) == ("PT30M", "en", "1.0")
    assert found["educationalLevel"] == ["Third level", "S2"]
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["author"] == [{"@type": "Organization", "name": "Somebody"}]
    assert found["isAccessibleForFree"] is True
    assert [one["termCode"] for one in found["teaches"]] == ["HWB 3-38a"]
    assert [one["termCode"] for one in found["assesses"]] == ["HWB 3-39a"]
    term = found["teaches"][0]
    assert term["@id"] == f"urn:uuid:{item_id('HWB 3-38a')}"
    assert "Curriculum for Excellence" in term["inDefinedTermSet"]["name"]
    assert browser.page(term["url"].removeprefix("http://localhost")).h1 == "HWB 3-38a"
    assert [one["name"] for one in found["isPartOf"]] == ["eduhub lessons", "Three lessons"]
    assert found["position"] == 2
    assert found["accessibilityFeature"] == ["structuralNavigation"]
    (supported,) = found["educationalAlignment"]
    assert (supported["alignmentType"], supported["targetName"]) == ("supports", "HWB 3-40a")
    assert browser.page(supported["targetUrl"].removeprefix("http://localhost")).h1 == "HWB 3-40a"
    assert "HWB 3-40a" not in json.dumps([found["teaches"], found["assesses"]])


def test_each_version_speaks_for_itself(browser: Browser, app: Flask, tmp_path: Path) -> None:
    make(tmp_path, lesson_text(title="First"))
    make(tmp_path, lesson_text(version="2.0", title="Second"))
    old, new = (data(browser.page(f"/lessons/a-lesson{rest}")) for rest in ("/versions/1.0", ""))
    assert (old["name"], old["version"]) == ("First", "1.0")
    assert old["url"] == "http://localhost/lessons/a-lesson/versions/1.0"
    assert (new["name"], new["version"]) == ("Second", "2.0")
    assert old["@id"] != new["@id"]


def test_a_lesson_renamed_or_moved_to_another_host_is_named_anew(
    browser: Browser, app: Flask, tmp_path: Path
) -> None:
    content = make(tmp_path, lesson_text())
    rename(content, "a-lesson", "better")
    built = build(content)
    assert (built.changed, built.refreshed) == (1, 0)
    assert data(browser.page("/lessons/better"))["url"] == "http://localhost/lessons/better"
    other = create_app(replace(settings(), base_url="https://eduhub.example/"))
    with other.app_context():
        build(content)
        db.session.remove()
        db.engine.dispose()
    assert data(browser.page("/lessons/better"))["url"] == "https://eduhub.example/lessons/better"


def test_a_lesson_withdrawn_is_not_offered(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a=lesson_text("a"), b=lesson_text("b"), c=lesson_text("c"))
    build(content)
    text = lesson_text("a").replace("published", "withdrawn\nreason: Wrong.", 1).replace('"1.0"', '"1.1"')
    write_content(tmp_path, a=text)
    remove(tmp_path, "b")
    build(content)
    for url in ("/lessons/a", "/lessons/a/versions/1.0", "/lessons/b"):
        assert browser.page(url).all("script", type=BLOCK) == [], url
    write_content(tmp_path, a=lesson_text("a", "1.2"), b=lesson_text("b"))
    build(content)
    for url in ("/lessons/a", "/lessons/a/versions/1.0", "/lessons/b"):
        assert data(browser.page(url))["version"], url


def test_nothing_is_made_for_a_request(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, lesson_text())
    monkeypatch.setattr(linked_data, "learning_resource", None)
    assert data(browser.page("/lessons/a-lesson"))["name"] == "A lesson"


# Hostile words.


def version_called(title: str) -> LessonVersion:
    """A version made by hand: files with such titles are refused before."""
    key = uuid4()
    lesson = Lesson(id=uuid4(), slug="a", status=Status.PUBLISHED, current_version_id=key)
    front = {
        "lang": "en",
        "licence": "CC-BY-4.0",
        "authors": [title],
        "series": {"name": title, "position": 1},
    }
    return LessonVersion(
        id=key,
        lesson=lesson,
        version="1.0",
        title=title,
        summary=title,
        minutes=5,
        levels=["third"],
        stages=["S2"],
        built_at=now(),
        practitioner_html="",
        front={**front, "outcomes": [{"code": title, "relation": "teaches"}]},
    )


@pytest.mark.parametrize("title", HOSTILE)
def test_no_text_ends_the_block(app: Flask, title: str) -> None:
    block = str(script(version_called(title)))
    inside = block.removeprefix(f'<script type="{BLOCK}">').removesuffix("</script>")
    assert not set("<>&'\u2028\u2029") & set(inside)
    found = json.loads(inside)
    assert found["name"] == found["author"][0]["name"] == found["teaches"][0]["termCode"] == title


def test_a_title_with_signs_reaches_the_page_whole(browser: Browser, app: Flask, tmp_path: Path) -> None:
    title = "a < b & 'c' > \\\"d\\\" < / é 💨"
    make(tmp_path, lesson_text().replace("title: A lesson", f'title: "{title}"', 1))
    page = browser.page("/lessons/a-lesson")
    assert data(page)["name"] == page.h1 == title.replace('\\"', '"')
    assert str(escape("a < b & 'c'")) in page.html


@pytest.mark.parametrize(
    ("html", "features"),
    [
        ("", []),
        ("<h2 id='a'>A</h2>", ["structuralNavigation"]),
        ('<img src="a" alt="A drawing">', ["alternativeText"]),
        ('<img src="a" alt="A drawing"><img src="b" alt="">', []),
        ('<img src="a">', []),
    ],
)
def test_only_what_is_there_is_claimed(html: str, features: list[str]) -> None:
    assert accessibility_features(html) == features


def test_a_picture_with_words_is_claimed(browser: Browser, app: Flask, tmp_path: Path) -> None:
    make(tmp_path, picture_lesson(tmp_path))
    assert "alternativeText" in data(browser.page("/lessons/a-lesson"))["accessibilityFeature"]


# What the judge of pages allows.


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ('<script type="application/ld+json">{"a": 1}</script>', ""),
        ('<script type="application/ld+json">{a: 1}</script>', "a data block that is not JSON"),
        ('<script type="application/ld+json" id="x">{}</script>', "inline <script>"),
        ('<script type="application/json">{}</script>', "inline <script>"),
        ('<script type="importmap">{}</script>', "inline <script>"),
        ('<script type="module">1</script>', "inline <script>"),
        ("<script>1</script>", "inline <script>"),
        ('<style type="application/ld+json">{}</style>', "inline <style>"),
    ],
)
def test_the_judge_allows_this_block_and_no_other(
    browser: Browser, app: Flask, block: str, problem: str
) -> None:
    page = browser.page("/about")
    page.response.set_data(page.html.replace("</main>", f"{block}</main>"))
    assert list(find_problems(Document(page.response))) == ([problem] if problem else [])


# What must not get out.

FRONT = """supervision: MARKER-supervision
visitor_role: MARKER-visitor
content_guidance: MARKER-guidance
safeguarding: MARKER-safeguarding
alternatives: MARKER-alternatives
misconceptions:
  - {misconception: Everybody does it., response: MARKER-response}
parents: MARKER-parents
"""


def test_nothing_for_practitioners_alone_is_in_the_data(browser: Browser, app: Flask, tmp_path: Path) -> None:
    """One marker stands in every block that is not for learners and in every field that is for preparing."""
    make(
        tmp_path,
        lesson_text().replace("deliverers: [teacher]", f"deliverers: [teacher, police]\n{FRONT.strip()}"),
    )
    page = browser.page("/lessons/a-lesson")
    assert [name for name in HIDDEN if f"MARKER-{name}" not in page.html] == []
    assert "MARKER-safeguarding" in page.html
    shown = {"the block of data": page.one("script", type=BLOCK).text}
    for url in (
        "/sitemap.xml",
        "/robots.txt",
        "/lessons/changes.atom",
        "/lessons?q=marker",
        "/lessons?q=seen",
        "/api/v1/lessons",
        "/api/v1/lessons?q=marker",
        "/api/v1/lessons/a-lesson",
        "/api/v1/lessons/a-lesson/versions",
        "/api/v1/lessons/exists?slug=a-lesson",
        "/api/v1/vocabularies",
        "/api/v1/openapi.json",
        "/api/v1/curriculum/statements",
    ):
        shown[url] = browser.get(url).get_data(as_text=True)
    assert '"total":1' in shown["/api/v1/lessons?q=marker"]
    assert [where for where, text in shown.items() if "MARKER" in text] == []
    # Excerpts of a search are taken from what learners see.
    assert [where for where, text in shown.items() if "SEEN" in text] == ["/lessons?q=seen"]
