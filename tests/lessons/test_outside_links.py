"""Links of lessons to other sites: found, remembered for a day, shown with line and day, and never asked by a build."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons import outside, outside_links, rechecking
from eduhub.lessons.actions import build
from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.checks.checked import Checked
from eduhub.lessons.cli import commands
from eduhub.lessons.codes import OF_OTHER_SITES
from eduhub.lessons.findings import keep_findings
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.models import LessonCheck, LinkState, OutsideLink
from eduhub.lessons.outside import Answer, Manners
from eduhub.lessons.outside_links import NoWayOutError, ask_links, find_outside, links_of
from tests.conftest import People
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser

SignIn = Callable[[Person], Browser]
GONE = "https://gone.example/page"


@pytest.fixture
def content(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    text = lesson_text("a").replace("MARKER-hint", f"[what it is]({GONE}#part) and <https://b.example/(x)>")
    folder = write_content(tmp_path, a=text.replace("date: 2020,", "date: 2020, url: https://c.example/,"))
    chosen = replace(app.extensions["eduhub.settings"], content=folder)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    return folder


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """What other sites answer; all others are well. Nobody is asked."""
    found: dict[str, Answer] = {}

    def answered(urls: list[str], _manners: Manners) -> Iterator[tuple[str, Answer]]:
        seen.append(list(urls))
        yield from ((url, found.get(url, Answer(LinkState.WELL))) for url in urls)

    seen: list[list[str]] = []
    monkeypatch.setattr(outside_links, "ask_all", answered)
    found["seen"] = seen  # type: ignore[assignment]
    return found


def lessons_in(content: Path) -> list[Checked]:
    return check_all(lesson_folders(content / "lessons"), read_vocabularies(content), {"HWB 3-38a"})


def test_links_stand_in_text_and_in_front_matter(content: Path) -> None:
    (lesson,) = lessons_in(content)
    text = (content / "lessons" / "a" / "lesson.md").read_text().split("\n")
    line = next(n for n, words in enumerate(text, 1) if "gone.example" in words)
    found = links_of(lesson)
    assert {**found, "https://c.example/": 0} == {
        GONE: line,
        "https://b.example/(x)": line,
        "https://c.example/": 0,
    }
    assert "https://c.example/" in text[found["https://c.example/"] - 1]


def test_what_is_gone_is_a_warning_with_its_line_and_day(content: Path, answers: dict[str, Answer]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    answers["https://c.example/"] = Answer(LinkState.TROUBLE, "it answers 500")
    lessons = lessons_in(content)
    ask_links(lessons, Manners())
    find_outside(lessons)
    found = {one.code: one for one in lessons[0].advice if one.code in OF_OTHER_SITES}
    assert set(found) == {"link-dead", "link-trouble"}
    assert found["link-dead"].message.startswith(f"{GONE}: there is no such page (404), asked on ")
    assert found["link-dead"].line == links_of(lessons[0])[GONE]
    assert lessons[0].findings == []


def test_an_answer_holds_for_a_day_and_says_since_when(content: Path, answers: dict[str, Any]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    lessons = lessons_in(content)
    first = now()
    ask_links(lessons, Manners())
    ask_links(lessons, Manners())
    with time_machine.travel(first + timedelta(days=2)):
        ask_links(lessons, Manners())
        find_outside(lessons)
    assert [len(urls) for urls in answers["seen"]] == [3, 0, 3]
    (finding,) = [one for one in lessons[0].advice if one.code == "link-dead"]
    assert f", as it did on {first:%Y-%m-%d}." in finding.message


def test_what_was_mended_is_forgotten(content: Path, answers: dict[str, Answer]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    build()
    ask_links(lessons_in(content), Manners())
    keep_findings(look_over(lesson_folders(content / "lessons"), read_vocabularies(content)))
    assert "link-dead" in {one["code"] for one in db.session.get_one(LessonCheck, "a").findings}
    answers[GONE] = Answer(LinkState.WELL)
    with time_machine.travel(now() + timedelta(days=2)):
        rechecking.check_links()
    db.session.expire_all()
    assert "link-dead" not in {one["code"] for one in db.session.get_one(LessonCheck, "a").findings}
    write_content(content, a=lesson_text("a"))
    ask_links(lessons_in(content), Manners(), all_of_them=False)
    assert db.session.query(OutsideLink).count() == 3
    ask_links(lessons_in(content), Manners())
    assert db.session.query(OutsideLink).count() == 0


def test_a_machine_without_the_internet_blames_no_link(content: Path, answers: dict[str, Answer]) -> None:
    for url in (GONE, "https://b.example/(x)", "https://c.example/"):
        answers[url] = Answer(LinkState.DEAD, outside.NO_NAME)
    with pytest.raises(NoWayOutError):
        ask_links(lessons_in(content), Manners())
    assert db.session.query(OutsideLink).count() == 0


def test_no_build_asks_anybody(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("somebody was asked"))
    build()
    rechecking.check_again()


# The page and the command.


def test_the_page_asks_once_and_shows_what_was_found(
    content: Path, answers: dict[str, Answer], sign_in: SignIn, people: People
) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    editor = sign_in(people(Role.CONTENT_EDITOR))
    for _ in range(2):
        editor.post("/lessons/check/links")
    assert "Other sites are being asked about the links to them." in editor.page("/lessons/check").main_text
    run_all()
    page = editor.page("/lessons/check").main_text
    assert "being asked" not in page
    assert f"{GONE}: there is no such page (404)" in page
    assert len(answers["seen"]) == 1


def test_without_the_internet_the_page_says_so(
    content: Path, answers: dict[str, Answer], sign_in: SignIn, people: People
) -> None:
    for url in (GONE, "https://b.example/(x)", "https://c.example/"):
        answers[url] = Answer(LinkState.DEAD, outside.NO_NAME)
    rechecking.check_links()
    page = sign_in(people(Role.CONTENT_EDITOR)).page("/lessons/check").main_text
    assert "Is this machine on the internet?" in page
    assert "gone.example" not in page


def test_the_command_asks_when_told_to(app: Flask, content: Path, answers: dict[str, Any]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    runner = app.test_cli_runner()
    assert "link-dead" not in runner.invoke(commands, ["check"]).output
    assert answers["seen"] == []
    done = runner.invoke(commands, ["check", "--links"])
    assert "warning: link-dead" in done.output
    assert done.exit_code == 0
