"""Lessons due for review: who is shown what, the same as CSV, and reminders that are never sent twice."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.actions import set_disabled
from eduhub.accounts.models import Person, Role
from eduhub.core.db import db
from eduhub.core.jobs import Job, run_all, sweep
from eduhub.lessons import reminding
from eduhub.lessons.actions import build
from eduhub.lessons.due import Band, band_of, count_due, due_lessons
from eduhub.lessons.reminding import REMIND, remind, remind_daily
from eduhub.notifications.models import Message
from tests.conftest import People
from tests.lessons.samples import lesson_text, review, sign, write_content
from tests.pages import Browser, text_of

SignIn = Callable[[Person], Browser]
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
# Days from today to the review of each lesson; the last is signed off by nobody and due in a year.
DAYS = {"overdue": -1, "soon": 30, "later": 31, "last": 90, "far": 91}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def content(app: Flask, clock: time_machine.Traveller, tmp_path: Path) -> Path:
    """A lesson for each of the days, signed off by health, and one that nobody signed off."""
    texts = {slug: lesson_text(slug, title=f"Lesson {slug}") for slug in (*DAYS, "never")}
    texts["soon"] = texts["soon"].replace("owner: content editors", "owner: =a team")
    folder = write_content(tmp_path, **texts)
    for slug, days in DAYS.items():
        day = (TODAY + timedelta(days=days)).isoformat()
        line = review(date="2025-11-01").replace("}", f", next_review: {day}}}")
        sign(folder, line, slug=slug)
    build(folder)
    return folder


@pytest.fixture
def editor(content: Path, people: People, sign_in: SignIn) -> Browser:
    return sign_in(people(Role.CONTENT_EDITOR))


def listed(page_of: Browser, query: str = "") -> list[str]:
    """The addresses on the page, in its order."""
    page = page_of.page(f"/lessons/reviews{query}")
    heads = page.all("th", scope="row")
    return [a.get("href").rsplit("/", 1)[1] for th in heads for a in th.iter() if a.get("href")]


# What is due.


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (-400, Band.OVERDUE), (-1, Band.OVERDUE), (0, Band.DAYS_30), (30, Band.DAYS_30), (31, Band.DAYS_60),
        (60, Band.DAYS_60), (61, Band.DAYS_90), (90, Band.DAYS_90), (91, Band.NEVER), (None, Band.NEVER),
    ],
)  # fmt: skip
def test_how_soon(days: int | None, band: Band) -> None:
    due = None if days is None else TODAY + timedelta(days=days)
    assert band_of(due, TODAY) is band


@pytest.mark.usefixtures("content")
def test_the_most_pressing_first_and_nothing_that_is_far_off() -> None:
    found = {one.slug: one.band for one in due_lessons()}
    assert list(found) == ["overdue", "soon", "later", "last", "never"]
    assert list(found.values()) == list(Band)
    assert due_lessons()[0].signed == {"health": date(2025, 11, 1)}
    assert count_due() == (1, 1)


def test_a_lesson_that_is_not_published_is_not_due(content: Path) -> None:
    text = lesson_text("overdue", title="Lesson overdue")
    text = text.replace("status: published", "status: withdrawn\nreason: It was wrong.")
    (content / "lessons" / "overdue" / "lesson.md").write_text(text.replace('"1.0"', '"1.1"'))
    build(content)
    assert "overdue" not in {one.slug for one in due_lessons()}
    assert count_due() == (0, 1)


# The page.


def test_the_page_says_what_is_due_and_who_keeps_it(editor: Browser) -> None:
    start = editor.page("/")
    assert "2 lessons are due for review: 1 overdue, 1 within 30 days." in start.main_text
    page = editor.page(start.link("Lessons due for review"))
    assert (
        "1 overdue, 1 due within 30 days, 1 in 31 to 60, 1 in 61 to 90, 1 due later, but never"
        in page.main_text
    )
    assert [text_of(h2) for h2 in page.all("h2")][:2] == ["Overdue", "Due within 30 days"]
    assert "24 Nov 2026" in page.main_text
    assert "1 Nov 2025" in page.main_text


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["overdue", "soon", "later", "last", "never"]),
        ("?show=overdue", ["overdue"]),
        ("?show=60", ["later"]),
        ("?show=never", ["never"]),
        ("?owner=%3Da+team", ["soon"]),
        ("?unsigned=health", ["never"]),
        ("?unsigned=police&show=30", ["soon"]),
        ("?unsigned=police&show=30&owner=content+editors", []),
        ("?show=nonsense&owner=nobody&unsigned=%00&page=999", ["overdue", "soon", "later", "last", "never"]),
    ],
)
def test_page_and_csv_hold_the_same(editor: Browser, query: str, slugs: list[str]) -> None:
    assert listed(editor, query) == slugs
    rows = list(csv.DictReader(io.StringIO(editor.get(f"/lessons/reviews.csv{query}").text)))
    assert [row["address"].rsplit("/", 1)[1] for row in rows] == slugs
    if slugs:
        link = editor.page(f"/lessons/reviews{query}").link("as CSV")
        assert list(csv.DictReader(io.StringIO(editor.get(link).text))) == rows


def test_what_the_csv_says(editor: Browser) -> None:
    answer = editor.get("/lessons/reviews.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=reviews.csv"
    rows = {row["lesson"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert rows["Lesson soon"] == {
        "when": "Due within 30 days", "lesson": "Lesson soon", "address": "/lessons/soon", "version": "1.0",
        "review by": "2026-12-25", "kept by": "'=a team", "education": "none", "health": "2025-11-01",
        "police": "none",
    }  # fmt: skip


def test_many_come_page_by_page_and_all_in_the_csv(editor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eduhub.lessons.views.reviews.PAGE_SIZE", 2)
    assert listed(editor, "?page=2") == ["later", "last"]
    page = editor.page("/lessons/reviews?unsigned=police")
    assert page.link("Next") == "/lessons/reviews?show=&owner=&unsigned=police&page=2"
    assert page.link("Download all 5 as CSV")
    assert len(editor.get("/lessons/reviews.csv").text.splitlines()) == 6


def test_where_nothing_is_due_it_says_so(app: Flask, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people(Role.ADMINISTRATOR))
    assert "No lessons are due for review within 30 days." in browser.page("/").main_text
    page = browser.page("/lessons/reviews")
    assert "Nothing falls due within 90 days." in page.main_text
    assert "Nothing is due here." in page.main_text


def test_the_lesson_says_that_it_is_overdue_and_stays(
    content: Path, browser: Browser, clock: time_machine.Traveller
) -> None:
    assert "Review overdue since 24 Nov 2026." in browser.page("/lessons/overdue").main_text
    assert "overdue" not in browser.page("/lessons/soon").main_text
    assert browser.get("/lessons?q=overdue").text.count("/lessons/overdue") > 0
    text = lesson_text("overdue", "2.0", title="Lesson overdue")
    (content / "lessons" / "overdue" / "lesson.md").write_text(text)
    build(content)
    for url in ("/lessons/overdue", "/lessons/overdue/versions/1.0"):
        assert "Review overdue" not in browser.page(url).main_text
    clock.move_to(NOW + timedelta(days=366))
    assert "Review overdue since 25 Nov 2027." in browser.page("/lessons/overdue").main_text
    assert "Review overdue" not in browser.page("/lessons/overdue/versions/1.0").main_text


def test_programs_are_told_the_date(content: Path, browser: Browser) -> None:
    rows = browser.get("/api/v1/lessons").get_json(force=True)["items"]
    assert {one["slug"]: one["review_by"] for one in rows}["overdue"] == "2026-11-24"
    one = browser.get("/api/v1/lessons/overdue").get_json(force=True)
    assert one["review_by"] == one["review"]["review_by"] == "2026-11-24"


# Reminders.


def letters(to: Person | None = None) -> list[Message]:
    statement = select(Message).where(Message.subject.contains("review")).order_by(Message.created_at)
    return list(db.session.scalars(statement.where(Message.to == to.email) if to else statement))


@pytest.mark.usefixtures("content")
def test_a_digest_goes_to_every_editor_and_reviewer_once(people: People) -> None:
    assert remind() == 4
    keepers = [
        people(role, side)
        for role in (Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER)
        for side in ("here", "there")
    ]
    assert sorted(letter.to for letter in letters()) == sorted(person.email for person in keepers)
    (letter,) = letters(keepers[0])
    assert letter.subject == "1 lesson overdue for review, 3 due soon"
    for words in (
        "Overdue:", "- Lesson overdue (version 1.0, kept by content editors): by 24 Nov 2026",
        "Due within 30 days:", "http://localhost/lessons/soon", "kept by =a team",
        "Due in 61 to 90 days:", "All of them: http://localhost/lessons/reviews",
    ):  # fmt: skip
        assert words in letter.body
    for words in ("Lesson never", "Lesson far", "more"):
        assert words not in letter.body
    assert remind() == 0
    assert len(letters()) == 4


def expected(due_in: int, until: int) -> list[int]:
    """The days on which a lesson is named: once as it comes within each threshold, then weekly after its day."""
    firsts = {
        max(0, due_in - days) for days, past in ((90, 60), (60, 30), (30, -1)) if due_in > past
    }  # the next threshold is not passed on the first day already
    weekly = range(max(0, due_in + 1), until, 7)
    return sorted({*firsts, *weekly} & {*range(until)})


@pytest.mark.usefixtures("content")
def test_day_by_day(clock: time_machine.Traveller, people: People) -> None:
    """Each threshold once, then weekly once it is overdue, whatever the minute of the day; nothing else."""
    reviewer, told = people(Role.CONTENT_REVIEWER), {slug: list[int]() for slug in (*DAYS, "never")}
    for day in range(110):
        clock.move_to(NOW + timedelta(days=day, minutes=-7 * (day % 9)))
        before = len(letters(reviewer))
        remind()
        for letter in letters(reviewer)[before:]:
            for slug in re.findall(r"/lessons/(\w+)$", letter.body.partition("All of them")[0], re.MULTILINE):
                told[slug].append(day)
    assert told == {**{slug: expected(days, 110) for slug, days in DAYS.items()}, "never": []}
    assert told["far"] == [1, 31, 61, 92, 99, 106]
    assert told["overdue"][:3] == [0, 7, 14]


@pytest.mark.usefixtures("content")
def test_a_new_date_is_reminded_of_anew(content: Path) -> None:
    remind()
    line = review(date="2026-11-01").replace("}", ", next_review: 2026-12-01}")
    sign(content, line, slug="overdue")
    build(content)
    assert remind() == 1


@pytest.mark.usefixtures("content")
def test_two_workers_at_once_remind_once(app: Flask) -> None:
    ready, counts = Barrier(3), []

    def work() -> None:
        with app.app_context():
            ready.wait()
            counts.append(remind())

    db.session.rollback()
    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert sorted(counts) == [0, 0, 4]
    assert len(letters()) == 4


@pytest.mark.usefixtures("content")
def test_the_worker_asks_once_a_day_in_the_morning(app: Flask, clock: time_machine.Traveller) -> None:
    for hour, asked in ((6, 0), (7, 1), (8, 1), (20, 1), (24 + 6, 1), (24 + 7, 2)):
        clock.move_to(NOW.replace(hour=0) + timedelta(hours=hour))
        sweep()
        assert _asked() == asked, hour
    run_all()
    assert len(letters()) == 4, "two jobs, one digest; the next day has another"


def _asked() -> int:
    return db.session.query(Job).filter(Job.kind == REMIND).count()


@contextmanager
def setting(app: Flask, **changes: object) -> Iterator[None]:
    before = app.extensions["eduhub.settings"]
    app.extensions["eduhub.settings"] = replace(before, **changes)
    yield
    app.extensions["eduhub.settings"] = before


@pytest.mark.usefixtures("content")
def test_reminders_can_be_switched_off(app: Flask) -> None:
    with setting(app, review_reminders=False):
        remind_daily()
        assert _asked() == 0
    remind_daily()
    assert _asked() == 1


@pytest.mark.usefixtures("content")
def test_the_fixed_clock_counts(app: Flask) -> None:
    with setting(app, clock=NOW - timedelta(days=1)):
        remind()
    assert letters()[0].subject == "3 lessons due for review soon", "the day before, none was overdue"


@pytest.mark.usefixtures("app")
def test_where_nothing_is_due_nothing_is_asked(clock: time_machine.Traveller) -> None:
    remind_daily()
    assert _asked() == 0


@pytest.mark.usefixtures("content")
def test_who_has_left_is_not_written_to(people: People) -> None:
    admin = people(Role.ADMINISTRATOR)
    gone = people(Role.CONTENT_EDITOR)
    set_disabled(gone, True, admin)
    remind()
    assert letters(gone) == []
    assert len(letters()) == 3


@pytest.mark.usefixtures("content")
def test_while_nobody_keeps_lessons_nothing_counts_as_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as nobody:
        nobody.setattr(reminding, "people_with", lambda *_roles: [])
        assert remind() == 0
    assert remind() == 4


@pytest.mark.usefixtures("content")
def test_a_long_digest_names_the_first(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminding, "MOST_NAMED", 0)
    remind()
    assert letters()[0].body.count("- and 1 more") == 4
