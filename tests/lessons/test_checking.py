"""What checks found is kept at build, shown to those who keep lessons, and made anew on request and once a day."""

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import time_machine
from flask import Flask

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import Job, run_all, run_next
from eduhub.lessons import checking, rechecking
from eduhub.lessons.actions import LessonsFaulty, build
from eduhub.lessons.checking import check_daily, check_under_way
from eduhub.lessons.checks.checked import Checked
from eduhub.lessons.cli import commands
from eduhub.lessons.findings import keep_findings
from eduhub.lessons.models import LessonCheck
from eduhub.lessons.rechecking import check_again
from tests.conftest import People
from tests.lessons.samples import lesson_text, rename, write_content
from tests.pages import Browser

SignIn = Callable[[Person], Browser]
HERE = "[click here](https://a.example/x)"


@pytest.fixture
def content(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_content(tmp_path, a=lesson_text("a").replace("MARKER-hint", HERE), b=lesson_text("b"))
    chosen = dataclasses.replace(app.extensions["eduhub.settings"], content=folder)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    return folder


@pytest.fixture
def editor(sign_in: SignIn, people: People) -> Browser:
    return sign_in(people(Role.CONTENT_EDITOR))


def kept(slug: str) -> set[str]:
    db.session.expire_all()
    row = db.session.get(LessonCheck, slug)
    return {finding["code"] for finding in row.findings} if row else set()


def test_a_build_keeps_what_it_found(app: Flask, content: Path) -> None:
    build()
    assert "link-words" in kept("a")
    assert "link-words" not in kept("b")
    assert "no-follow-up" in kept("b")


def test_what_needs_the_rendered_text_is_remembered(
    app: Flask, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    monkeypatch.setattr("eduhub.lessons.body.render_texts", None)
    rename(content, "a", "c")
    assert build().unchanged == 1
    assert kept("a") == set()
    assert "link-words" in kept("c")
    row = db.session.get_one(LessonCheck, "c")
    assert {finding["file"] for finding in row.findings} == {"c/lesson.md"}


def test_a_link_to_a_lesson_that_came_later_is_lost_no_more(app: Flask, content: Path) -> None:
    write_content(content, a=lesson_text("a").replace("MARKER-hint", "[the next lesson](/lessons/c)"))
    build()
    assert "link-lost" in kept("a")
    write_content(content, c=lesson_text("c"))
    build()
    assert "link-lost" not in kept("a")


def test_a_refused_build_says_why_on_the_page(app: Flask, content: Path, editor: Browser) -> None:
    build()
    write_content(content, b=lesson_text("b").replace("minutes: 30", "minutes: 45"), c="")
    with pytest.raises(LessonsFaulty):
        build()
    page = editor.page("/lessons/check")
    assert "2 errors" in page.main_text
    assert (
        "Line 16: the parts add up to 30 minutes, the lesson says 45. Change one or the other."
        in page.main_text
    )
    assert "c/lesson.md" in page.main_text
    assert [h for h in page.main_text.split() if h == "Errors"] != []
    only = editor.page("/lessons/check?show=error").main_text
    assert "click here" not in only
    assert "no lesson comes after it" not in only


def test_a_change_without_a_version_is_told(app: Flask, content: Path, editor: Browser) -> None:
    build()
    write_content(content, b=lesson_text("b").replace("MARKER-hint", "Other words"))
    editor.post("/lessons/check")
    run_all()
    assert "the lesson changed but version 1.0 is published" in editor.page("/lessons/check").main_text


def test_lessons_are_checked_when_somebody_asks(app: Flask, content: Path, editor: Browser) -> None:
    assert "Nothing has been checked yet" in editor.page("/lessons/check").main_text
    done = editor.submit("/lessons/check", at="/lessons/check")
    assert "A check is under way" in done.main_text
    run_all()
    page = editor.page("/lessons/check")
    assert "in 2 lessons" in page.main_text
    assert "the words 'click here' do not say where the link leads" in page.main_text
    assert "Skills fade without practice" in page.main_text
    assert "no reviewer has signed this version off" not in page.main_text
    assert (
        "no reviewer has signed this version off" in editor.page("/lessons/check?show=information").main_text
    )


def test_the_job_is_asked_for_once_and_says_how_far_it_is(
    app: Flask, content: Path, editor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        editor.post("/lessons/check")
    assert db.session.query(Job).filter_by(kind=checking.CHECK).count() == 1
    assert "A check is under way" in editor.page("/lessons/check").main_text
    seen: list[str] = []

    def noted(checked: list[Checked]) -> None:
        seen.append(editor.page("/lessons/check").main_text)
        keep_findings(checked)

    monkeypatch.setattr(rechecking, "keep_findings", noted)
    run_next("worker")
    assert "0 of 2 lessons so far" in seen[0]
    page = editor.page("/lessons/check").main_text
    assert "under way" not in page
    assert "in 2 lessons" in page


def test_when_nothing_is_wrong_it_is_said(app: Flask, content: Path, editor: Browser) -> None:
    good = lesson_text("a").replace("dosage:", "next_lessons: [b]\ndosage:").replace("input, g", "quiz, g")
    other = lesson_text("b").replace("dosage:", "next_lessons: [a]\ndosage:").replace("input, g", "quiz, g")
    write_content(content, a=good, b=other)
    check_again()
    assert "No errors and no warnings." in editor.page("/lessons/check").main_text


def test_a_vocabulary_that_cannot_be_read_is_a_finding(app: Flask, content: Path, editor: Browser) -> None:
    build()
    (content / "vocab" / "topics.yaml").write_text("a: [")
    check_again()
    page = editor.page("/lessons/check").main_text
    assert "topics.yaml:1: this is not YAML" in page
    assert "click here" in page
    (content / "vocab" / "topics.yaml").write_text("vaping: {label: Vaping}\n")
    check_again()
    assert "topics.yaml" not in editor.page("/lessons/check").main_text


def test_hostile_words_stand_on_the_page_as_words(app: Flask, content: Path, editor: Browser) -> None:
    write_content(content, b=lesson_text("b", title="<script>alert(1)</script>"))
    check_again()
    page = editor.page("/lessons/check")
    assert "write plain words without HTML" in page.main_text
    assert "<script>alert" not in page.html


def test_once_a_day_everything_is_checked_anew(app: Flask, content: Path) -> None:
    check_daily()
    assert check_under_way() is None
    check_again()
    check_daily()
    assert check_under_way() is None
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        check_daily()
        check_daily()
        assert db.session.query(Job).filter_by(kind=checking.CHECK).count() == 1
        run_all()
        check_daily()
        assert check_under_way() is None


def test_a_lesson_may_not_take_the_address_of_the_page(app: Flask, content: Path) -> None:
    write_content(content, check=lesson_text("check"))
    with pytest.raises(LessonsFaulty, match="belongs to a page of this site"):
        build()


# What speaks for a plan, on its page.


def test_the_page_of_a_lesson_tells_what_speaks_for_it(app: Flask, content: Path, browser: Browser) -> None:
    reason = "It is the last of the year."
    accepted = f"evidence_override: [{{check: no-follow-up, reason: {reason}}}]\nminutes: 30"
    write_content(content, b=lesson_text("b").replace("minutes: 30", accepted))
    build()
    panel = browser.page("/lessons/a").one("details", id="evidence")
    words = " ".join(panel.itertext())
    assert "How this plan compares with research" in words
    assert "The teacher leads and stays in the room." in words
    assert "No lesson comes after it." in words
    assert "Universities of Stirling and Edinburgh" in words
    words = " ".join(" ".join(browser.page("/lessons/b").one("details", id="evidence").itertext()).split())
    assert f"Their reason: {reason}" in words
    assert "to think about" in words


def test_an_older_version_keeps_what_was_said_of_it(app: Flask, content: Path, browser: Browser) -> None:
    build()
    changed = lesson_text("b", version="1.1").replace("dosage:", "next_lessons: [a]\ndosage:")
    write_content(content, b=changed)
    build()
    assert "No lesson comes after it" in browser.page("/lessons/b/versions/1.0").html
    assert "No lesson comes after it" not in browser.page("/lessons/b").html


# On paper.


def run(app: Flask, *words: str, code: int) -> str:
    result = app.test_cli_runner().invoke(commands, ["check", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_what_the_command_ends_with(app: Flask, content: Path) -> None:
    said = run(app, code=0)
    assert re.search(r"^a/lesson\.md:\d\d: warning: link-words: the words", said, re.MULTILINE)
    assert said.splitlines()[-1].endswith("notes in 2 lessons.")
    run(app, "--strict", code=1)
    write_content(content, b=lesson_text("b").replace("minutes: 30", "minutes: 45"))
    assert "1 error, " in run(app, code=2)
    run(app, "--strict", code=2)


def test_findings_as_json(app: Flask, content: Path) -> None:
    data = json.loads(run(app, "--format", "json", code=0))
    assert (data["lessons"], data["errors"]) == (2, 0)
    assert data["warnings"] == sum(one["severity"] == "warning" for one in data["findings"])
    one = next(one for one in data["findings"] if one["code"] == "no-follow-up")
    assert (one["group"], one["file"]) == ("safety", "a/lesson.md")
    assert all(one[key] for key in ("line", "message", "mend", "why", "source"))


def test_findings_as_junit(app: Flask, content: Path) -> None:
    for words, failing in (((), 0), (("--strict",), 1)):
        root = ElementTree.fromstring(run(app, "--format", "junit", *words, code=failing))
        suites = {suite.get("name"): suite for suite in root}
        assert set(suites) == {"a/lesson.md", "b/lesson.md"}
        suite = suites["a/lesson.md"]
        assert suite.get("tests") == str(len(suite))
        assert (suite.get("failures") != "0") is bool(failing)
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures", "0"))
    write_content(content, a=lesson_text("a").replace("title: A", 'title: "\\x07 <A>'), b="")
    ElementTree.fromstring(run(app, "--format", "junit", code=2))
