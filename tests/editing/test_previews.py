"""A draft as each audience will see it: the real pages, nothing of another audience, for nobody else's eyes."""

from pathlib import Path

import pytest
from flask import Flask

from eduhub.accounts.models import Role
from eduhub.core.jobs import run_all
from eduhub.editing.packing import clear_files
from tests.conftest import People
from tests.editing.conftest import SignIn, begin, change, decide, file_of, submit
from tests.lessons.samples import HIDDEN, SEEN, lesson_text, picture_lesson
from tests.pages import Browser, text_of

AUDIENCES = ("practitioner", "learner", "family")
PAGES = {"practitioner": "", "learner": "/learner", "family": "/family"}


def body_of(browser: Browser, url: str) -> str:
    """The words of a lesson's text on a page."""
    page = browser.page(url)
    (body,) = page.all("div", class_="lesson-body")
    return text_of(body)


def test_a_preview_shows_what_the_page_will_show(content: Path, editor: Browser, reviewer: Browser) -> None:
    address = begin(editor)
    text = lesson_text(title="Better").replace("SEEN-learner", "SEEN-learner and more")
    editor.submit(
        f"{address}/text", {"text": text.replace("MARKER-parent", "MARKER-parent too")}, at=f"{address}/text"
    )
    run_all()
    before = {one: body_of(editor, f"{address}/previews/{one}") for one in AUDIENCES}
    submit(editor, address)
    decide(reviewer, address)
    assert before == {one: body_of(editor, f"/lessons/a-lesson{PAGES[one]}") for one in AUDIENCES}
    assert "SEEN-learner and more" in before["learner"]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_audience_sees_what_is_another_ones(editor: Browser, audience: str) -> None:
    html = editor.page(f"{begin(editor)}/previews/{audience}").html
    hidden = {
        "practitioner": set(),
        "learner": set(HIDDEN),
        "family": {*HIDDEN, *SEEN} - {"parent"},
    }[audience]
    assert {
        one for one in hidden if f"MARKER-{one}" in html or (audience == "family" and f"SEEN-{one}" in html)
    } == set()
    assert ("MARKER-parent" if audience != "learner" else "SEEN-learner") in html


@pytest.mark.parametrize(
    "path", ["previews/practitioner", "previews/learner", "previews/family", "assets/a.svg"]
)
def test_nobody_keeps_a_preview_and_few_may_see_it(
    content: Path, editor: Browser, browser: Browser, people: People, sign_in: SignIn, path: str
) -> None:
    file_of(content).write_text(picture_lesson(content))
    address = begin(editor)
    answer = editor.get(f"{address}/{path}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert browser.get(f"{address}/{path}", status=303).location.startswith("/sign-in")
    sign_in(people.teacher).get(f"{address}/{path}", status=403)
    sign_in(people(Role.CONTENT_REVIEWER)).get(f"{address}/{path}")


def test_pictures_are_those_of_the_folder(content: Path, editor: Browser) -> None:
    file_of(content).write_text(picture_lesson(content, words="of the draft"))
    address = begin(editor)
    (picture,) = editor.page(f"{address}/previews/learner").all("img")
    assert "of the draft" in editor.get(picture.get("src")).get_data(as_text=True)
    for name in ("b.svg", "..%2Flesson.md", "%00", ".."):
        editor.get(f"{address}/assets/{name}", status=404)


def test_a_draft_has_no_version_number(editor: Browser) -> None:
    page = editor.page(f"{begin(editor)}/previews/practitioner")
    assert "Version 1." not in page.main_text
    assert "Ask for a visit" not in page.main_text
    assert "all versions" not in page.main_text


def test_what_cannot_be_shown_is_said(editor: Browser) -> None:
    address = begin(editor)
    change(editor, address, "about", title="")
    for audience in AUDIENCES:
        assert editor.page(f"{address}/previews/{audience}").h1 == "No preview yet"
    editor.get(f"{address}/previews/anybody", status=404)
    text = lesson_text().replace("SEEN-learner", "<b>no</b>")
    editor.submit(f"{address}/text", {"text": text}, at=f"{address}/text")
    run_all()
    assert "Parts with errors are left out." in editor.page(f"{address}/previews/learner").main_text


def test_a_draft_leaks_nowhere(content: Path, editor: Browser, browser: Browser) -> None:
    address = begin(editor)
    change(editor, address, title="Secret name")
    for url in (
        "/lessons",
        "/lessons?q=secret",
        "/lessons/a-lesson",
        "/sitemap.xml",
        "/api/v1/lessons",
        "/lessons/changes.atom",
    ):
        assert "Secret name" not in browser.get(url).get_data(as_text=True)


def test_the_files_of_the_pack_as_they_will_be(content: Path, editor: Browser, app: Flask) -> None:
    file_of(content).write_text(picture_lesson(content, words="of the draft"))
    address = begin(editor)
    change(editor, address, title="A better name")
    page = editor.submit(address, at=f"{address}/files")
    assert "Being made …" in page.main_text
    run_all()
    page = editor.page(address)
    learner = editor.get(page.link("Learner page for a USB stick")).get_data(as_text=True)
    assert "A better name" in learner
    assert "of the draft" in learner or "data:image/svg" in learner
    assert not any(f"MARKER-{one}" in learner for one in HIDDEN)
    teacher = editor.get(page.link("The whole lesson for a USB stick"))
    assert "MARKER-answer" in teacher.get_data(as_text=True)
    assert teacher.headers["Cache-Control"] == "no-store"
    editor.get(f"{address}/files/..%2F..%2Feduhub.db", status=404)
    place = Path(app.instance_path) / "drafts"
    assert len(list(place.iterdir())) == 1
    clear_files()
    assert len(list(place.iterdir())) == 1
    old = page.link("Learner page for a USB stick")
    change(editor, address, title="Another name")
    editor.get(old, status=404)
    editor.submit(f"{address}/drop", at=f"{address}/drop")
    clear_files()
    assert list(place.iterdir()) == []
