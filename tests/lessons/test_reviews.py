"""Sign-offs: read with care, counted by one rule, shown for the version they were given to."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from eduhub.core.audit import AuditEntry
from eduhub.core.clock import today
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons.actions import LessonsFaulty, build
from eduhub.lessons.models import Lesson, LessonVersion
from eduhub.lessons.queries import unreviewed
from eduhub.lessons.reviews import Signed, read_reviews
from eduhub.lessons.rules import Review, approvals, last_words, months_after, review_by, standing, up_to
from tests.lessons.samples import lesson_text, review, sign, write_content
from tests.pages import Browser

HEALTH, POLICE = ("health", "A board"), ("police", "A division")


def signed(
    who: tuple[str, str], day: str, outcome: str = "approved", version: str = "1.0", **more: Any
) -> Review:
    record: Review = {
        "version": version,
        "role": who[0],
        "organisation": who[1],
        "date": day,
        "outcome": outcome,
    }
    return {**record, "next_review": None, "note": None, **more}


# What counts.


@pytest.mark.parametrize(
    ("reviews", "approved"),
    [
        ([], 0),
        ([signed(HEALTH, "2026-01-05")], 1),
        ([signed(HEALTH, "2026-01-05"), signed(POLICE, "2026-01-06")], 2),
        ([signed(HEALTH, "2026-01-05", "changes-needed")], 0),
        ([signed(HEALTH, "2026-01-05"), signed(HEALTH, "2026-01-06", "changes-needed")], 0),
        ([signed(HEALTH, "2026-01-06", "changes-needed"), signed(HEALTH, "2026-01-05")], 0),
        ([signed(HEALTH, "2026-01-05", "changes-needed"), signed(HEALTH, "2026-01-06")], 1),
        ([signed(HEALTH, "2026-01-05", "changes-needed"), signed(HEALTH, "2026-01-05")], 1),
        ([signed(HEALTH, "2026-01-05"), signed(POLICE, "2026-01-06", "changes-needed")], 0),
        ([signed(POLICE, "2026-01-05", "changes-needed"), signed(HEALTH, "2026-01-06")], 0),
        ([signed(HEALTH, "2026-01-05", version="1.1")], 0),
        ([signed(("health", "A Board"), "2026-01-05", "changes-needed"), signed(HEALTH, "2026-01-06")], 1),
    ],
)
def test_a_version_stands_on_the_last_word_of_every_reviewer(reviews: list[Review], approved: int) -> None:
    assert len(approvals(reviews, "1.0")) == approved


def test_an_older_version_keeps_what_was_said_of_it() -> None:
    reviews = [signed(HEALTH, "2026-01-05"), signed(POLICE, "2026-03-05", "changes-needed", "1.10")]
    assert [one["version"] for one in up_to(reviews, "1.9")] == ["1.0"]
    assert len(up_to(reviews, "1.10")) == 2
    stands = standing("1.10", reviews, "12 months", date(2026, 2, 1))
    assert (stands.approvals, len(stands.asking), len(stands.earlier)) == ([], 1, 1)
    assert stands.earlier[0]["date"] == date(2026, 1, 5)
    own = standing("1.0", reviews, "12 months", date(2026, 1, 1))
    assert (len(own.approvals), own.asking, own.earlier) == (1, [], [])


@pytest.mark.parametrize(
    ("reviews", "review_in", "due"),
    [
        ([], "12 months", date(2027, 8, 31)),
        ([], "6 months", date(2027, 2, 28)),
        ([], "1 month", date(2026, 9, 30)),
        ([], "a year", None),
        ([signed(HEALTH, "2026-09-05")], "12 months", date(2027, 9, 5)),
        ([signed(HEALTH, "2026-09-05"), signed(POLICE, "2026-10-05")], "12 months", date(2027, 10, 5)),
        ([signed(HEALTH, "2026-09-05", next_review="2026-12-01")], "12 months", date(2026, 12, 1)),
        ([signed(HEALTH, "2026-09-05", next_review="2026-12-01")], "a year", date(2026, 12, 1)),
    ],
)
def test_when_it_is_to_be_gone_through_again(reviews: list[Review], review_in: str, due: date | None) -> None:
    assert review_by(last_words(reviews, "1.0"), review_in, date(2026, 8, 31)) == due


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_after_never_leaves_the_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later.replace(day=28).month == later.month and later.day >= 28)


# The file.


def read(folder: Path, text: str | bytes) -> Signed:
    (folder / "a-lesson").mkdir(exist_ok=True)
    (folder / "a-lesson" / "reviews.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
    return read_reviews(folder / "a-lesson", "1.2", today())


ONE = review()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (ONE + review("1.3"), 2, "there is no version 1.3: the lesson is at 1.2"),
        (ONE + review("9"), 2, "is not a version"),
        (ONE + review(date="2999-01-01"), 2, "has not come yet"),
        (ONE + review(date="2026-01"), 2, "is not a day such as 2026-11-24"),
        (ONE + review(date="2026-02-30"), 2, "day"),
        (ONE + review(role="parent"), 2, "not one of education, health, police"),
        (ONE + review(outcome="fine"), 2, "not one of approved, changes-needed"),
        (ONE + review(organisation="<b>x"), 2, "without HTML"),
        (ONE + ONE.replace("role", "rolle"), 2, "Did you mean role?"),
        (ONE + ONE.replace(", outcome: approved", ""), 2, "outcome is missing"),
        (ONE + ONE.replace("}", ", next_review: 2026-01-05}"), 2, "not after the date"),
        (ONE + ONE.replace("}", ", next_review: soon}"), 2, "is not a day"),
        (ONE + ONE.replace("}", f", note: {'x' * 501}}}"), 2, "at most 500 characters"),
        (ONE + "- approved\n", 2, "not keys and values"),
        ("version: 1.0\n", 1, "is not a list"),
        (ONE + "- {\n", 3, "not YAML"),
        (ONE + "- &a {x: *a}\n", 2, "anchors, aliases and tags"),
        (ONE + "- !!python/name:os.system\n", 2, "anchors, aliases and tags"),
        (ONE + "\x00", 2, "NUL"),
        ("[" * 9000, 1, "nested too deeply"),
        (ONE.encode() + b"\xff", 2, "not UTF-8"),
        (ONE * 3000, 1, "larger than 200 kB"),
        (ONE * 201, 201, "more than 200 sign-offs"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, text: str | bytes, line: int, words: str) -> None:
    found = read(tmp_path, text)
    assert [f.line for f in found.findings if words in str(f)] == [line], list(map(str, found.findings))
    assert str(found.findings[0]).startswith("a-lesson/reviews.yaml:")
    assert found.reviews == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = write_content(tmp_path, a_lesson=lesson_text()) / "lessons" / "a-lesson"
    (folder / "reviews.yaml").symlink_to("/etc/passwd")
    assert [f.code for f in read_reviews(folder, "1.0", today()).findings] == ["link"]


@pytest.mark.parametrize("text", ["", "# none yet\n", "[]\n"])
def test_an_empty_list_is_no_fault(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text).findings == []


def test_a_day_is_over_when_it_is_over_in_scotland(tmp_path: Path) -> None:
    with time_machine.travel("2026-06-30T23:30:00+00:00", tick=False):
        assert read(tmp_path, review(date="2026-07-01")).findings == []
    with time_machine.travel("2026-06-30T22:30:00+00:00", tick=False):
        assert read(tmp_path, review(date="2026-07-01")).findings != []


def test_a_faulty_list_stops_the_build(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    sign(content, review(), review("1.4"))
    with pytest.raises(
        LessonsFaulty, match=r"a-lesson/reviews\.yaml:2: error: reviews: there is no version 1\.4"
    ):
        build(content)


def test_a_version_between_two_that_never_was_is_found(app: Flask, tmp_path: Path) -> None:
    for version in ("1.1", "1.3"):
        build(write_content(tmp_path, a_lesson=lesson_text(version=version)))
    sign(tmp_path, review("1.0"), review("1.2"))
    with pytest.raises(LessonsFaulty, match=r"reviews\.yaml:2.*Name one of 1\.1, 1\.3"):
        build(tmp_path)
    sign(tmp_path, review("1.0"), review("1.1"))
    build(tmp_path)


def test_what_was_in_front_matter_is_told_where_it_belongs(app: Flask, tmp_path: Path) -> None:
    old = lesson_text().replace("owner:", "review: []\nreviewed_on: null\nowner:")
    with pytest.raises(LessonsFaulty) as caught:
        build(write_content(tmp_path, a_lesson=old))
    assert [f.code for f in caught.value.findings] == ["unknown-key", "unknown-key"]
    assert "reviews.yaml beside this file" in str(caught.value)


# What is shown.


def test_signing_off_needs_no_new_version(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    build(content)
    run_all()
    before = {row.id: (row.content_hash, row.built_at) for row in db.session.query(LessonVersion)}
    assert [lesson.slug for lesson in unreviewed()] == ["a-lesson"]
    sign(content, review().replace("}", ", next_review: 2027-03-01}"))
    assert build(content).refreshed == 1
    assert unreviewed() == []
    assert {row.id: (row.content_hash, row.built_at) for row in db.session.query(LessonVersion)} == before
    page = browser.page("/lessons/a-lesson").main_text
    assert "Reviewed by health (A board, 5 Jan 2026). Next review by 1 Mar 2027." in page
    assert db.session.query(Lesson).one().card["review_by"] == "2027-03-01"
    assert "Health (A board), 5 Jan 2026: approved, next review 1 Mar 2027" in (
        browser.page("/lessons/a-lesson/versions").main_text
    )
    run_all()
    archive = zipfile.ZipFile(io.BytesIO(browser.get("/lessons/a-lesson/packs/1.0/a-lesson-1.0.zip").data))
    assert json.loads(archive.read("MANIFEST.json"))["reviewed"] is True
    noted = db.session.query(AuditEntry).filter(AuditEntry.verb == "review").one()
    assert noted.detail == {"version": "1.0", "before": 0, "after": 1}
    assert build(content).unchanged == 1


def test_a_sign_off_that_is_taken_out_is_noted(app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    sign(content, review())
    build(content)
    (content / "lessons" / "a-lesson" / "reviews.yaml").unlink()
    build(content)
    details = [row.detail for row in db.session.query(AuditEntry).filter(AuditEntry.verb == "review")]
    assert sorted(detail["after"] for detail in details) == [0, 1]


def test_a_review_of_an_older_version_is_shown_as_such(browser: Browser, app: Flask, tmp_path: Path) -> None:
    content = write_content(tmp_path, a_lesson=lesson_text())
    sign(content, review())
    build(content)
    build(write_content(tmp_path, a_lesson=lesson_text(version="1.1")))
    words = "Version 1.0 was approved by health (A board, 5 Jan 2026); this version has not been."
    for part in ("", "/learner", "/family"):
        assert words in browser.page(f"/lessons/a-lesson{part}").main_text
    assert "Not yet reviewed" in browser.page("/lessons").main_text
    assert "Reviewed by health" in browser.page("/lessons/a-lesson/versions/1.0").main_text
    history = browser.page("/lessons/a-lesson/versions").main_text
    assert "No reviewer has signed this version off yet" in history
    assert "Health (A board), 5 Jan 2026: approved" in history
    sign(content, review(), review("1.1", "police", "A division", "2026-02-05", "changes-needed"))
    build(content)
    assert "Police asked for changes to this version" in browser.page("/lessons/a-lesson").main_text
    assert "Reviewed by health" in browser.page("/lessons/a-lesson/versions/1.0").main_text
