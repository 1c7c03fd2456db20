"""The calendar entry in the e-mail: replaced and removed as it should be, at the time on the wall."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from icalendar import Calendar

from eduhub.core.clock import LONDON, at_local
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons.models import LessonVersion
from eduhub.visits import actions
from eduhub.visits.models import Visit
from tests.conftest import People
from tests.notifications.conftest import Post
from tests.visits.scenes import ask, make_lesson, morning

# Clocks go back on Sunday 25 October 2026.
BEFORE_CHANGE = at_local(date(2026, 10, 23), time(10, 15))
AFTER_CHANGE = at_local(date(2026, 10, 26), time(10, 15))
Book = Callable[..., Visit]


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> LessonVersion:
    return make_lesson(tmp_path)


@pytest.fixture
def book(people: People, lesson: LessonVersion) -> Book:
    """A confirmed visit, with a time of one's choosing."""

    def booked(begin: datetime | None = None) -> Visit:
        chosen = begin or morning(1)
        visit = ask(people.teacher, lesson, "2B2", chosen, morning(2), morning(3))
        actions.accept_time(visit, people.officer, chosen, visit.version)
        return visit

    return booked


def parts(message: EmailMessage) -> dict[str, EmailMessage]:
    return {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}


def entry(message: EmailMessage) -> tuple[str, Any]:
    """The method and the one event of a message's calendar part."""
    calendar = Calendar.from_ical(parts(message)["text/calendar"].get_content())
    events = calendar.walk("VEVENT")
    assert len(events) == 1
    return str(calendar["METHOD"]), events[0]


def test_text_and_calendar_are_two_forms_of_one_message(post: Post, book: Book, people: People) -> None:
    book()
    run_all()
    assert {message["To"] for message in post.messages} == {people.teacher.email, people.officer.email}
    for message in post.messages:
        assert message.get_content_type() == "multipart/alternative"
        assert list(parts(message)) == ["text/plain", "text/calendar"]
        part = parts(message)["text/calendar"]
        assert part.get_param("method") == "REQUEST"
        assert part.get_content_charset() == "utf-8"


def test_the_entry_says_who_where_and_when(post: Post, book: Book, people: People) -> None:
    visit = book()
    run_all()
    method, event = entry(post.to(people.teacher.email)[0])
    assert method == "REQUEST"
    assert event.start == visit.starts_at
    assert event.end == visit.ends_at
    assert "Room 4, Lochside Academy" in event["LOCATION"]
    assert str(event["ORGANIZER"]) == "MAILTO:no-reply@eduhub.example"
    assert str(event["ATTENDEE"]) == f"MAILTO:{people.teacher.email}"
    assert event["STATUS"] == "CONFIRMED"


def test_nothing_sensitive_travels_by_mail(post: Post, book: Book) -> None:
    book()
    run_all()
    for message in post.messages:
        assert all("recent loss" not in part.get_content() for part in parts(message).values())


def test_a_cancellation_removes_the_entry_it_belongs_to(post: Post, book: Book, people: People) -> None:
    visit = book()
    actions.cancel_visit(visit, people.teacher, "other", "", visit.version)
    run_all()
    for person in (people.teacher, people.officer):
        (asked, first), (off, last) = (entry(message) for message in post.to(person.email))
        assert (asked, off) == ("REQUEST", "CANCEL")
        assert first["UID"] == last["UID"]
        assert last["SEQUENCE"] > first["SEQUENCE"]
        assert last["STATUS"] == "CANCELLED"
        assert parts(post.to(person.email)[1])["text/calendar"].get_param("method") == "CANCEL"


def test_every_change_has_a_higher_number_under_one_name(post: Post, book: Book, people: People) -> None:
    visit = book()
    actions.move_visit(visit, people.officer, morning(4), "other", "", visit.version)
    actions.confirm_visit(visit, people.teacher, visit.version)
    actions.cancel_visit(visit, people.officer, "other", "", visit.version)
    actions.restore_visit(visit, people.officer, visit.version)
    run_all()
    found = [entry(message) for message in post.to(people.teacher.email) if "text/calendar" in parts(message)]
    found.sort(key=lambda one: int(one[1]["SEQUENCE"]))
    assert [method for method, _ in found] == ["REQUEST", "CANCEL", "REQUEST", "CANCEL", "REQUEST"]
    assert len({str(event["UID"]) for _, event in found}) == 1
    numbers = [int(event["SEQUENCE"]) for _, event in found]
    assert numbers == sorted(set(numbers))
    assert found[-1][1].start == visit.starts_at


def test_two_visits_and_two_people_have_names_of_their_own(post: Post, book: Book) -> None:
    book()
    book(morning(5))
    run_all()
    assert len({str(entry(message)[1]["UID"]) for message in post.messages}) == 4


@pytest.mark.parametrize(
    ("begin", "in_utc"),
    [
        (BEFORE_CHANGE, datetime(2026, 10, 23, 9, 15, tzinfo=UTC)),
        (AFTER_CHANGE, datetime(2026, 10, 26, 10, 15, tzinfo=UTC)),
    ],
    ids=["summer time", "winter time"],
)
def test_a_quarter_past_ten_is_that_on_the_wall_on_either_side_of_the_clock_change(
    post: Post, book: Book, people: People, begin: datetime, in_utc: datetime
) -> None:
    with time_machine.travel(datetime(2026, 10, 1, 8, tzinfo=UTC), tick=False):
        book(begin)
        run_all()
    message = post.to(people.teacher.email)[0]
    _, event = entry(message)
    assert event.start == in_utc
    assert event.start.astimezone(LONDON).time() == time(10, 15)
    assert f"DTSTART:{in_utc:%Y%m%dT%H%M%SZ}" in parts(message)["text/calendar"].get_content()
    assert "10.15am" in parts(message)["text/plain"].get_content()
    db.session.rollback()
