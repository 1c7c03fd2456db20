"""The whole way of a visit in pages, as teacher and officer, without JavaScript; and bad input, which loses nothing."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import local, today
from eduhub.core.db import db
from eduhub.lessons.models import LessonVersion
from eduhub.visits import actions
from eduhub.visits.models import Delivery, Outcome, Visit, VisitState
from tests.conftest import People
from tests.pages import Browser
from tests.visits.scenes import ask, class_of, morning

SignIn = Callable[[Person], Browser]


def times(*days: int, hour: int = 10) -> dict[str, str]:
    rows = {}
    for row, day in enumerate(days, 1):
        moment = local(morning(day, hour))
        rows[f"date_{row}"] = f"{moment:%Y-%m-%d}"
        rows[f"time_{row}"] = f"{moment:%H:%M}"
    return rows


def only_visit() -> Visit:
    return db.session.scalars(select(Visit)).one()


def test_from_the_lesson_to_the_record(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    teacher, officer = sign_in(people.teacher), sign_in(people.officer)
    page = teacher.page("/visits/new?lesson=a-lesson")
    assert "First make the class" in page.main_text
    teacher.submit(
        "/classes/new?next=/visits/new",
        {"label": "2B2", "stages": "S2", "learners": "24", "school_year": "2026-27"},
    )
    sent = teacher.submit(
        "/visits/new?lesson=a-lesson",
        {
            "learners": "24",
            "room": "Room 4",
            "staying": "Mairi Grant",
            "sensitive_note": "SECRET",
            **times(1, 2, 3),
        },
    )
    assert "With the officers of your division" in sent.main_text
    visit = only_visit()
    queue = officer.page("/visits/queue")
    assert "Lochside Academy, 2B2" in queue.main_text
    assert "SECRET" not in officer.page(f"/visits/{visit.id}").main_text
    moment = local(morning(4))
    officer.submit(
        f"/visits/{visit.id}",
        {"day": f"{moment:%Y-%m-%d}", "clock": "10:00"},
        at=f"/visits/{visit.id}/offer",
    )
    assert "SECRET" in officer.page(f"/visits/{visit.id}").main_text
    confirmed = teacher.submit(f"/visits/{visit.id}", at=f"/visits/{visit.id}/confirm")
    assert "Calum Ross comes; Mairi Grant stays in the room" in confirmed.main_text
    delivery = db.session.scalars(select(Delivery)).one()
    early = officer.submit(
        f"/deliveries/{delivery.id}", {"outcome": "delivered", "learners_present": "22"}, status=422
    )
    assert "has not come yet" in early.main_text


def test_accepting_one_of_the_schools_times(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    page = sign_in(people.officer).submit(f"/visits/{visit.id}", at=f"/visits/{visit.id}/accept")
    assert "Confirmed" in page.main_text
    assert only_visit().state is VisitState.CONFIRMED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (times(1, 2), "at least three"),
        ({**times(1, 2, 3), "date_2": ""}, "Time 2: write the date too"),
        ({**times(1, 2, 3), "time_3": ""}, "Time 3: write the time too"),
        (times(1, 1, 1), "at least three"),
        (times(1, 2, 3, hour=6), "open from 8.30am"),
        ({**times(1, 2, 3), "date_1": f"{today() - timedelta(days=7)}"}, "past"),
        ({**times(1, 2, 3), "date_1": "2020-01-06"}, "check the year"),
        ({**times(1, 2, 3), "date_1": "9999-12-31", "time_1": "23:59"}, "check the year"),
        ({**times(1, 2, 3), "date_1": "rubbish"}, "Write a date, such as"),
        ({**times(1, 2, 3), "learners": "many"}, "Write a number"),
        ({**times(1, 2, 3), "learners": "0"}, "from 1 to 400"),
        ({**times(1, 2, 3), "staying": " "}, "a visitor never takes a class alone"),
        ({**times(1, 2, 3), "room": ""}, "which room"),
        ({**times(1, 2, 3), "class_id": str(uuid4())}, "Choose one of those listed"),
        ({**times(1, 2, 3), "needs": "x" * 1001}, "at most 1000"),
    ],
)
def test_a_bad_request_says_why_and_loses_nothing(
    people: People, sign_in: SignIn, lesson: LessonVersion, changes: dict[str, str], message: str
) -> None:
    class_of(people.teacher)
    browser = sign_in(people.teacher)
    data = {"learners": "24", "room": "Room 4", "staying": "Mairi Grant", "needs": "Adaptor", **changes}
    page = browser.submit("/visits/new?lesson=a-lesson", data, status=422)
    assert message in page.main_text
    kept = page.form()
    for name in ("learners", "needs", "date_3"):
        assert kept.get(name, "").strip() == data.get(name, "").strip()
    assert db.session.query(Visit).count() == 0


def test_just_taken_shows_the_next_free_times(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    first, second = ask(people.teacher, lesson, "A"), ask(people.teacher, lesson, "B")
    officer = sign_in(people.officer)
    officer.submit(f"/visits/{first.id}", at=f"/visits/{first.id}/accept")
    page = officer.submit(f"/visits/{second.id}", at=f"/visits/{second.id}/accept", status=409)
    assert "That time has just been taken" in page.main_text
    assert "You and the class are both free" in page.main_text


def test_a_stale_page_is_a_clear_409(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    browser = sign_in(people.teacher)
    values = {**browser.page(f"/visits/{visit.id}/cancel").form(), "reason": "other"}
    actions.offer_time(visit, people.officer, morning(4), visit.version)
    response = browser.post(f"/visits/{visit.id}/cancel", values, status=409)
    assert "after you opened the page" in response.text
    assert only_visit().state is VisitState.OFFERED


def test_cancelling_needs_a_reason_and_can_be_taken_back(
    people: People, sign_in: SignIn, lesson: LessonVersion
) -> None:
    visit = ask(people.teacher, lesson)
    browser = sign_in(people.teacher)
    url = f"/visits/{visit.id}/cancel"
    assert "Choose a reason" in browser.submit(url, {"words": "Snow"}, status=422).main_text
    page = browser.submit(url, {"reason": "school-closed", "words": "Snow"})
    assert "School closed or timetable changed: Snow" in page.main_text
    browser.submit(f"/visits/{visit.id}", at=f"/visits/{visit.id}/restore")
    assert only_visit().state is VisitState.REQUESTED


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SCHOOL_LEAD, Role.LIAISON_OFFICER, Role.DIVISION_LEAD])
def test_others_elsewhere_find_nothing(
    people: People, sign_in: SignIn, lesson: LessonVersion, role: Role
) -> None:
    visit = ask(people.teacher, lesson)
    stranger = sign_in(people(role, "there"))
    stranger.page(f"/visits/{visit.id}", status=404)
    assert "2B2" not in stranger.page("/visits").text
    for step in ("cancel", "restore"):
        stranger.post(f"/visits/{visit.id}/{step}", {"seen": "1"}, status=404)


def test_the_officers_diary(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson)
    actions.accept_time(visit, people.officer, morning(1), visit.version)
    officer = sign_in(people.officer)
    assert "A lesson, Lochside Academy" in officer.page("/visits/diary").main_text
    day = f"{local(morning(2)):%Y-%m-%d}"
    data = {"first_day": day, "first_time": "09:00", "last_day": day, "last_time": "08:00", "what": "Court"}
    page = officer.submit("/visits/diary", data, status=422, at="/visits/diary")
    assert "must end after it begins" in page.main_text
    assert page.form("/visits/diary")["what"] == "Court"
    done = officer.submit("/visits/diary", {**data, "last_time": "12:00"}, at="/visits/diary")
    assert "Court" in done.main_text


def test_a_delivery_without_a_visit(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    class_of(people.teacher)
    browser = sign_in(people.teacher)
    day = f"{local(morning(0)):%Y-%m-%d}"
    page = browser.submit("/deliveries/new?lesson=a-lesson", {"day": day})
    assert page.h1 == "A lesson for 2B2"
    delivery = db.session.scalars(select(Delivery)).one()
    assert delivery.outcome is Outcome.PLANNED
    sign_in(people.teacher_elsewhere).page(f"/deliveries/{delivery.id}", status=404)
    bad = browser.submit(f"/deliveries/{delivery.id}", {"outcome": "part"}, status=422)
    assert "how many learners" in bad.main_text
    assert "Choose why" in bad.main_text
