"""Signing a version off in the browser: kept beside the lesson, said on its page, never by who wrote it."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from eduhub.core.clock import today
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons.actions import build
from eduhub.lessons.reviews import with_review
from eduhub.notifications.models import Message
from tests.editing.conftest import begin, change, decide, submit
from tests.pages import Browser, Document

FORM = "/drafts/lessons/a-lesson/sign-off"
GOOD = {"role": "health", "organisation": "NHS Example", "outcome": "approved"}


def sign(browser: Browser, status: int = 200, **data: str) -> Document:
    page = browser.submit(FORM, {**GOOD, **data}, status=status)
    run_all()
    return page


def kept(content: Path) -> str:
    return (content / "lessons" / "a-lesson" / "reviews.yaml").read_text()


def test_what_a_reviewer_says_stands_on_the_page_and_in_the_file(
    content: Path, reviewer: Browser, browser: Browser
) -> None:
    assert "No education, health or police reviewer" in browser.page("/lessons/a-lesson").main_text
    assert reviewer.page("/lessons/a-lesson").link("Sign this version off") == FORM
    later = (today() + timedelta(days=200)).isoformat()
    page = sign(reviewer, organisation='NHS "Example": north', next_review=later, note="Dose read twice")
    assert "Thank you." in page.text
    told = browser.page("/lessons/a-lesson").main_text
    assert 'NHS "Example": north' in told
    assert "No education, health or police reviewer" not in told
    assert "Dose read twice" not in told
    assert kept(content) == (
        '- {version: "1.0", role: health, organisation: "NHS \\"Example\\": north", outcome: approved, '
        f'next_review: {later}, note: "Dose read twice", date: {today().isoformat()}}}\n'
    )
    build()
    assert 'NHS "Example": north' in browser.page("/lessons/a-lesson").main_text


def test_the_last_word_of_a_reviewer_counts(content: Path, reviewer: Browser, browser: Browser) -> None:
    sign(reviewer)
    sign(reviewer, outcome="changes-needed")
    assert kept(content).count("\n") == 2
    assert "Not yet reviewed" in browser.page("/lessons/a-lesson").main_text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"role": ""}, "Say which kind of reviewer you are."),
        ({"organisation": " "}, "Write for whom you look at it."),
        ({"organisation": "<b>"}, "Write plain words without the sign &lt;."),
        ({"organisation": "n" * 201}, "at most 200"),
        ({"outcome": ""}, "Choose what you say of it."),
        ({"next_review": "2020-01-01"}, "Write a day after today."),
        ({"next_review": "soon"}, "date"),
        ({"note": "n" * 501}, "at most 500"),
        ({"read": "0.9"}, "There is another version now"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_is_kept(
    content: Path, reviewer: Browser, data: dict[str, str], says: str
) -> None:
    page = sign(reviewer, status=422, **{"note": "Kept words", **data})
    assert says.lower() in page.html.lower()
    assert "note" in data or page.form(FORM)["note"] == "Kept words"
    assert not (content / "lessons" / "a-lesson" / "reviews.yaml").exists()


def test_who_wrote_a_version_does_not_sign_it_off(both: Browser, reviewer: Browser) -> None:
    address = begin(both)
    change(both, address, title="A better name")
    submit(both, address)
    decide(reviewer, address)
    page = both.submit(FORM, GOOD, status=422)
    assert "You wrote this version: somebody else signs it off." in page.main_text
    assert "Thank you." in sign(reviewer).text


def test_what_cannot_be_kept_changes_nothing_and_the_reviewer_is_told(
    app: Flask, content: Path, reviewer: Browser
) -> None:
    broken = "- {version: '9.9', role: health, organisation: O, date: 2026-01-01, outcome: approved}\n"
    path = content / "lessons" / "a-lesson" / "reviews.yaml"
    path.write_text(broken)
    sign(reviewer)
    assert path.read_text() == broken
    message = db.session.query(Message).filter(Message.subject == "Your sign-off could not be kept").one()
    assert "there is no version 9.9" in message.body
    assert FORM in message.body


def test_a_file_by_hand_gets_one_more_line() -> None:
    by_hand = "# By hand\n- version: '1.0'\n  role: police\n"
    assert with_review(by_hand, {"version": "1.0", "role": "health", "note": ""}) == (
        by_hand + '- {version: "1.0", role: health}\n'
    )
