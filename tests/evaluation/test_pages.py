"""A class answers before and after without names; what it said shows to those who may see it, from ten on."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import inspect, select, text

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now, today
from eduhub.core.db import db
from eduhub.evaluation import actions, queries
from eduhub.evaluation.models import AreaTally, ClassSession, Response, SessionTally, Wave
from eduhub.evaluation.questions import question_sets
from eduhub.lessons.models import LessonVersion
from eduhub.visits.models import Delivery
from eduhub.visits.planning import plan_own_delivery
from tests.conftest import People
from tests.pages import Browser
from tests.visits.scenes import class_of, make_lesson

SignIn = Callable[[Person], Browser]


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> LessonVersion:
    return make_lesson(tmp_path)


@pytest.fixture
def delivery(people: People, lesson: LessonVersion) -> Delivery:
    return plan_own_delivery(people.teacher, class_of(people.teacher), lesson, today())


@pytest.fixture
def session(people: People, delivery: Delivery) -> ClassSession:
    return actions.open_session(delivery, Wave.BEFORE, people.teacher)


def fill(session: ClassSession, count: int, choice: str = "4") -> None:
    keys = [q.key for q in question_sets()[session.question_set].questions]
    for _ in range(count):
        actions.keep_response(session.id, uuid4(), dict.fromkeys(keys, choice))


def answer_all(browser: Browser, code: str, choice: str = "4") -> str:
    page = browser.page(f"/answer/{code}")
    page = browser.submit(f"/answer/{code}", {"begin": "yes"})
    while page.h1.startswith("Question"):
        values = {**page.form(), "answer": choice}
        response = browser.send("POST", f"/answer/{code}", data=values, follow_redirects=True)
        page = browser._judged(response)
    return page.h1


def test_a_learner_answers_one_question_a_page(browser: Browser, session: ClassSession) -> None:
    code = session.code
    page = browser.submit("/answer", {"code": f" {code[:3].lower()} {code[3:]} "})
    assert page.h1 == "Some questions for your class"
    page = browser.submit(f"/answer/{code}", {"begin": "yes"})
    assert page.h1 == "Question 1 of 7"
    missing = browser.send("POST", f"/answer/{code}", data=page.form())
    assert missing.status_code == 422
    assert "Choose an answer" in missing.text
    assert db.session.query(Response).count() == 0
    assert answer_all(browser, code) == "Thank you"
    kept = db.session.scalars(select(Response)).one()
    assert set(kept.answers.values()) == {"4"}


def test_going_back_and_choosing_again(browser: Browser, session: ClassSession) -> None:
    code = session.code
    page = browser.submit(f"/answer/{code}", {"begin": "yes"})
    second = browser._judged(browser.send("POST", f"/answer/{code}", data={**page.form(), "answer": "1"}))
    assert second.h1 == "Question 2 of 7"
    first = browser._judged(browser.send("POST", f"/answer/{code}", data={**second.form(), "back": "yes"}))
    assert first.h1 == "Question 1 of 7"


def test_sent_twice_counts_once(browser: Browser, session: ClassSession) -> None:
    code = session.code
    page = browser.submit(f"/answer/{code}", {"begin": "yes"})
    while page.h1.startswith("Question"):
        values = {**page.form(), "answer": "5"}
        page = browser._judged(browser.send("POST", f"/answer/{code}", data=values, follow_redirects=True))
    browser.send("POST", f"/answer/{code}", data=values)
    assert db.session.query(Response).count() == 1
    assert db.session.get_one(ClassSession, session.id).responses == 1


def test_nothing_of_a_learner_is_kept(
    app: Flask, browser: Browser, session: ClassSession, caplog: pytest.LogCaptureFixture
) -> None:
    """An address and a browser's name are planted, then looked for in every table and every log line."""
    caplog.set_level(logging.DEBUG)
    code = session.code
    marks = {"REMOTE_ADDR": "203.0.113.77"}
    headers = {"User-Agent": "PLANTED-AGENT/9", "X-Forwarded-For": "203.0.113.78"}
    page = browser._judged(browser.send("GET", f"/answer/{code}", environ_base=marks, headers=headers))
    values = {**page.form(), "begin": "yes"}
    while True:
        response = browser.send("POST", f"/answer/{code}", data=values, environ_base=marks, headers=headers)
        if response.status_code == 303:
            break
        values = {**browser._judged(response).form(), "answer": "3"}
    kept = db.session.scalars(select(Response)).one()
    dump = "\n".join(
        str(row)
        for table in inspect(db.engine).get_table_names()
        for row in db.session.execute(text(f'SELECT * FROM "{table}"'))
    )
    for mark in ("203.0.113", "PLANTED-AGENT"):
        assert mark not in dump
        assert mark not in caplog.text
    columns = {column["name"] for column in inspect(db.engine).get_columns("response")}
    assert columns == {"id", "session_id", "answers"}
    assert str(kept.id) not in caplog.text
    names = {cookie.key for cookie in (browser.client._cookies or {}).values()}
    assert names <= {"eduhub"}


def test_the_order_of_rows_tells_nothing(app: Flask, session: ClassSession) -> None:
    if db.engine.dialect.name != "sqlite":
        return
    with pytest.raises(Exception, match="no such column: rowid"):
        db.session.execute(text("SELECT rowid FROM response"))


@pytest.mark.parametrize("typed", ["", "ABC", "ACDEF0", "ÄÖÜ", "A" * 500, "ACDEFG"])
def test_a_wrong_code_is_a_clear_page_that_loses_nothing(browser: Browser, typed: str) -> None:
    page = browser.submit("/answer", {"code": typed}, status=422)
    assert "code" in page.main_text
    assert page.form()["code"].strip() == typed
    browser.page("/answer/ACDEFG", status=404)


def test_closed_by_itself_by_hand_and_when_full(
    browser: Browser, people: People, delivery: Delivery, session: ClassSession
) -> None:
    code = session.code
    page = browser.submit(f"/answer/{code}", {"begin": "yes"})
    with time_machine.travel(now() + timedelta(minutes=91)):
        assert browser.page(f"/answer/{code}", status=410).h1 == "These questions are closed"
    for _ in range(6):
        page = browser._judged(browser.send("POST", f"/answer/{code}", data={**page.form(), "answer": "2"}))
    actions.close_session(session, people.teacher)
    last = browser.send("POST", f"/answer/{code}", data={**page.form(), "answer": "2"})
    assert last.status_code == 410
    assert db.session.query(Response).count() == 0
    again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
    fill(again, again.most)
    with pytest.raises(actions.SessionClosed):
        fill(again, 1)
    assert db.session.get_one(ClassSession, again.id).responses == 27


def test_a_changed_or_foreign_state_is_refused(
    browser: Browser, people: People, delivery: Delivery, session: ClassSession
) -> None:
    other = actions.open_session(delivery, Wave.AFTER, people.teacher)
    state = actions.seal(actions.first_state(other))
    browser.post(f"/answer/{session.code}", {"state": state, "begin": "yes"}, status=400)
    browser.post(f"/answer/{session.code}", {"state": state[:-3] + "xyz", "begin": "yes"}, status=400)


def test_thirty_learners_behind_one_address_are_not_held_up(app: Flask, session: ClassSession) -> None:
    for _ in range(26):
        assert answer_all(Browser(app), session.code) == "Thank you"
    assert db.session.get_one(ClassSession, session.id).responses == 26


def test_guessing_codes_finds_nothing(browser: Browser, session: ClassSession) -> None:
    token = browser.page("/answer").form()["csrf_token"]
    seen = [
        browser.send("POST", "/answer", data={"csrf_token": token, "code": f"ACDE{a}{b}"}).status_code
        for a in "FGHJKMNPQR"
        for b in "ACDEFGHJ"
    ]
    assert seen.count(422) == 60
    assert seen.count(429) == 20


def test_results_show_from_ten_on(
    people: People, sign_in: SignIn, delivery: Delivery, session: ClassSession
) -> None:
    teacher = sign_in(people.teacher)
    url = f"/deliveries/{delivery.id}/questions"
    fill(session, 9)
    assert "Once ten learners have answered" in teacher.page(url).main_text
    fill(session, 1)
    page = teacher.page(url)
    assert "100% agreed before" in page.main_text
    assert page.html.count("<svg viewBox=\"0 0 640") == 7


def test_tallies_equal_the_answers(app: Flask, session: ClassSession) -> None:
    fill(session, 7, "4")
    fill(session, 5, "1")
    counts = {(t.question, t.choice): t.count for t in db.session.query(SessionTally)}
    assert counts["norm", "4"] == 7
    assert counts["norm", "1"] == 5
    assert {(t.question, t.choice): t.count for t in db.session.query(AreaTally)} == counts
    stored = [json.loads(json.dumps(r.answers)) for r in db.session.query(Response)]
    assert sum(answers["norm"] == "4" for answers in stored) == 7


def test_projector_and_hub(people: People, sign_in: SignIn, delivery: Delivery) -> None:
    teacher = sign_in(people.teacher)
    page = teacher.submit(
        f"/deliveries/{delivery.id}/questions", at=f"/deliveries/{delivery.id}/questions/before/open"
    )
    opened = queries.sessions_of(delivery)[Wave.BEFORE]
    assert page.h1 == "Code for 2B2, before"
    assert f"{opened.code[:3]} {opened.code[3:]}" in page.main_text
    assert page.html.count("<svg") == 1
    for stranger in (people.teacher_elsewhere, people.officer_elsewhere, people.officer):
        sign_in(stranger).page(f"/deliveries/{delivery.id}/questions", status=404)


def test_the_teachers_view_is_kept_and_can_be_changed(
    people: People, sign_in: SignIn, delivery: Delivery
) -> None:
    teacher = sign_in(people.teacher)
    url = f"/deliveries/{delivery.id}/teacher-form"
    bad = teacher.submit(url, {"changed": "Shorter"}, status=422)
    assert "Choose one" in bad.main_text
    assert bad.form()["changed"].strip() == "Shorter"
    teacher.submit(url, {"as_planned": "yes", "fitted": "partly", "confident": "4", "changed": "Shorter"})
    assert teacher.page(url).form()["fitted"] == "partly"
    sign_in(people.officer).page(f"/deliveries/{delivery.id}/officer-form", status=404)


def test_leads_see_their_area_and_only_that(
    people: People, sign_in: SignIn, lesson: LessonVersion, delivery: Delivery, session: ClassSession
) -> None:
    fill(session, 12, "2")
    after = actions.open_session(delivery, Wave.AFTER, people.teacher)
    fill(after, 12, "5")
    for role in (Role.COUNCIL_LEAD, Role.DIVISION_LEAD, Role.NATIONAL_LEAD, Role.SCHOOL_LEAD):
        page = sign_in(people(role)).page("/results")
        assert "0% agreed before and 100% after: a change as hoped" in page.main_text, role
        assert "Highland" in page.main_text
    for role in (Role.COUNCIL_LEAD, Role.DIVISION_LEAD, Role.SCHOOL_LEAD):
        page = sign_in(people(role, "there")).page("/results")
        assert "agreed before" not in page.main_text
        stranger = sign_in(people(role, "there"))
        stranger.page(f"/results?area={delivery.council_id}", status=404)
        stranger.get(f"/results.csv?area={delivery.council_id}", status=404)
    sign_in(people.teacher).page("/results", status=403)
    assert sign_in(people(Role.NATIONAL_LEAD)).page("/results?area=nonsense", status=404)


def test_the_csv_holds_what_the_page_shows(
    people: People, sign_in: SignIn, delivery: Delivery, session: ClassSession
) -> None:
    lead = sign_in(people(Role.COUNCIL_LEAD))
    fill(session, 9)
    assert "before" not in lead.get("/results.csv").text
    fill(session, 3)
    table = lead.get("/results.csv").text
    assert "before" in table
    assert "100%" in table


def test_a_small_class_hides_the_school_total(
    people: People, sign_in: SignIn, lesson: LessonVersion, session: ClassSession
) -> None:
    fill(session, 24)
    small = plan_own_delivery(people.teacher, class_of(people.teacher, "small"), lesson, today())
    other = actions.open_session(small, Wave.BEFORE, people.teacher)
    lead = sign_in(people(Role.SCHOOL_LEAD))
    assert "100% agreed before" in lead.page("/results").main_text
    fill(other, 6)
    assert "showing this would give away a small group" in lead.page("/results").main_text
