"""What teachers, officers and learners see around a class's questions."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import inspect, select, text

from eduhub.accounts.models import Role
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.evaluation import actions, queries
from eduhub.evaluation.models import ClassSession, Response, Wave
from eduhub.evaluation.questions import SKIP
from eduhub.lessons.models import LessonVersion
from eduhub.visits.models import Delivery
from tests.conftest import People
from tests.evaluation.conftest import SignIn
from tests.evaluation.scenes import answer_all, asked, begin, fill, planned, press, recorded
from tests.pages import Browser


def test_a_learner_answers_one_question_a_page(browser: Browser, session: ClassSession) -> None:
    code = session.code
    page = browser.submit("/answer", {"code": f" {code[:3].lower()} {code[3:]} "})
    assert page.h1 == "Some questions for your class"
    page = begin(browser, code)
    assert page.h1 == "Question 1 of 7"
    missing = browser.send("POST", f"/answer/{code}", data=page.form())
    assert missing.status_code == 422
    assert "Choose an answer" in missing.text
    assert db.session.query(Response).count() == 0
    assert answer_all(browser, code).h1 == "Thank you"
    kept = db.session.scalars(select(Response)).one()
    assert set((kept.answers or {}).values()) == {"4"}


def test_going_back_shows_what_was_chosen(browser: Browser, session: ClassSession) -> None:
    code = session.code
    second = press(browser, begin(browser, code), code, answer="1")
    third = press(browser, second, code, answer="2")
    back = press(browser, third, code, back="yes")
    assert (back.h1, back.form()["answer"]) == ("Question 2 of 7", "2")
    first = press(browser, back, code, back="yes")
    assert (first.h1, first.form()["answer"]) == ("Question 1 of 7", "1")
    again = press(browser, first, code, answer="5")
    assert again.form()["answer"] == "2"


def test_the_next_learner_on_the_same_device_is_kept_too(browser: Browser, session: ClassSession) -> None:
    code = session.code
    first = browser.page(f"/answer/{code}")
    assert "state" not in first.form()
    thanks = answer_all(browser, code)
    assert thanks.link("Next learner") == f"/answer/{code}"
    answer_all(browser, code, "2")
    # Somebody goes back in the browser to the very first page and begins there.
    page = press(browser, first, code, begin="yes")
    while page.h1.startswith("Question"):
        page = press(browser, page, code, answer="3")
    assert db.session.query(Response).count() == 3


def test_sent_twice_counts_once(browser: Browser, session: ClassSession, people: People) -> None:
    code = session.code
    page = begin(browser, code)
    while page.h1.startswith("Question"):
        before, page = page, press(browser, page, code, answer="5")
    assert press(browser, before, code, answer="5").h1 == "Thank you"
    fill(session, 9)
    actions.close_session(session, people.teacher)
    assert press(browser, before, code, answer="5").h1 == "Thank you"
    known = db.session.get_one(ClassSession, session.id)
    assert (known.responses, known.released) == (10, 10)


def test_pages_of_learners_are_kept_nowhere(app: Flask, browser: Browser, session: ClassSession) -> None:
    code = session.code
    page = begin(browser, code)
    for response in (
        Browser(app).send("GET", "/answer"),
        Browser(app).send("GET", f"/answer/{code}"),
        Browser(app).send("GET", "/answer/thanks"),
        browser.send("POST", f"/answer/{code}", data={**page.form(), "answer": "1"}),
        browser.send("POST", "/answer", data={**page.form(), "code": code}),
        Browser(app).send("GET", "/answer/ACDEFG"),
    ):
        assert response.headers["Cache-Control"] == "no-store", response.request.path


def test_the_size_of_a_page_tells_nothing(browser: Browser, session: ClassSession) -> None:
    code = session.code
    second = begin(browser, code)
    lengths = set()
    for choice in (SKIP, "1", "5"):
        page = press(browser, second, code, answer=choice)
        lengths.add(len(page.form()["state"]))
        lengths.add(len(press(browser, page, code, answer="1").form()["state"]))
    assert len(lengths) == 1
    response = browser.send("POST", f"/answer/{code}", data={**second.form(), "answer": "1"})
    assert "Content-Encoding" not in response.headers


def test_nothing_of_a_learner_is_kept(
    app: Flask, browser: Browser, session: ClassSession, caplog: pytest.LogCaptureFixture
) -> None:
    """An address and a browser's name are planted, then looked for in every table and every log line."""
    caplog.set_level(logging.DEBUG)
    code = session.code
    marks = {"REMOTE_ADDR": "203.0.113.77"}
    headers = {"User-Agent": "PLANTED-AGENT/9", "X-Forwarded-For": "203.0.113.78"}
    browser.send("GET", "/answer/ACDEFG", environ_base=marks, headers=headers)
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


def test_who_had_begun_finishes_after_closing(
    browser: Browser, people: People, session: ClassSession
) -> None:
    code = session.code
    page = begin(browser, code)
    actions.close_session(session, people.teacher)
    assert browser.page(f"/answer/{code}", status=410).h1 == "These questions are closed"
    with time_machine.travel(now() + timedelta(minutes=14)):
        while page.h1.startswith("Question"):
            page = press(browser, page, code, answer="2")
    assert page.h1 == "Thank you"
    assert db.session.query(Response).count() == 1


def test_closing_loses_nothing(
    browser: Browser, people: People, delivery: Delivery, session: ClassSession
) -> None:
    """Too late by an hour, at any question: the state stays in the page, and works when the class is opened again."""
    code = session.code
    first = begin(browser, code)
    last = first
    for _ in range(6):
        last = press(browser, last, code, answer="2")
    actions.close_session(session, people.teacher)
    with time_machine.travel(now() + timedelta(minutes=60)):
        early = press(browser, first, code, answer="2")
        late = press(browser, last, code, answer="2")
        for page in (early, late):
            assert page.status == 410
            assert "Try again" in page.main_text
        assert db.session.query(Response).count() == 0
        again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
        assert again.code != code
        assert press(browser, early, code, again="yes").h1 == "Question 2 of 7"
        assert press(browser, late, code, again="yes").h1 == "Thank you"
    assert db.session.query(Response).count() == 1


def test_full_is_not_closed(browser: Browser, session: ClassSession, people: People) -> None:
    code = session.code
    page = begin(browser, code)
    fill(session, session.most)
    assert browser.page(f"/answer/{code}", status=410).h1 == "Enough answers have come"
    full = press(browser, page, code, answer="1")
    assert (full.status, full.h1) == (410, "Enough answers have come")
    assert "state" in full.form()


def test_a_changed_state_or_an_old_one_is_refused(browser: Browser, session: ClassSession) -> None:
    state = actions.seal(actions.first_state(session))
    url = f"/answer/{session.code}"
    browser.post(url, {"state": "x" + state[1:], "begin": "yes"}, status=400)
    browser.post(url, {"state": state[:-3] + "xyz", "begin": "yes"}, status=400)
    with time_machine.travel(now() + timedelta(hours=25)):
        browser.post(url, {"state": state, "begin": "yes"}, status=400)


def test_the_page_of_a_class_finds_it_whatever_the_code(browser: Browser, session: ClassSession) -> None:
    page = begin(browser, session.code)
    for _ in range(actions.WRONG_CODES):
        actions.find_session("ACDEFG", "127.0.0.1")
    assert browser.submit("/answer", {"code": "ACDEFG"}, status=429).status == 429
    assert browser.page(f"/answer/{session.code}").h1 == "Some questions for your class"
    assert press(browser, page, "ACDEFG", answer="1").h1 == "Question 2 of 7"


def test_thirty_learners_behind_one_address_are_not_held_up(app: Flask, session: ClassSession) -> None:
    """Each of thirty types the code wrong twice, then right."""
    code = session.code
    wrong = [f"{a}{b}CDEF" for a in "ACDEFGHJ" for b in "ACDEFGHJKM" if f"{a}{b}CDEF" != code]
    for n in range(26):
        browser = Browser(app)
        for typed in wrong[2 * n : 2 * n + 2]:
            browser.submit("/answer", {"code": typed}, status=422)
        assert browser.submit("/answer", {"code": code}).h1 == "Some questions for your class"
    for n in range(26):
        assert answer_all(Browser(app), code).h1 == "Thank you", n


def test_a_class_is_shown_once_closed_and_from_ten_on(
    people: People, sign_in: SignIn, delivery: Delivery, session: ClassSession
) -> None:
    teacher = sign_in(people.teacher)
    url = f"/deliveries/{delivery.id}/questions"
    fill(session, 12)
    fill(session, 12, "2")
    assert "shown soon after the questions are closed" in teacher.page(url).main_text
    assert "agreed" not in teacher.page(url).main_text
    teacher.submit(url, at=f"{url}/before/close")
    page = teacher.page(url)
    assert "50% agreed before" in page.main_text
    assert "about 20 answers" in page.main_text
    assert page.html.count('role="img"') == 7
    assert "not asked" in page.main_text


def test_a_small_class_is_told_so(
    people: People, sign_in: SignIn, delivery: Delivery, session: ClassSession
) -> None:
    fill(session, 9)
    actions.close_session(session, people.teacher)
    page = sign_in(people.teacher).page(f"/deliveries/{delivery.id}/questions")
    assert "fewer than 10 answers so far" in page.main_text
    assert "Fewer are never shown" in page.main_text


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


def test_discarding_asks_first(
    people: People, sign_in: SignIn, browser: Browser, delivery: Delivery, session: ClassSession
) -> None:
    code = session.code
    learner = begin(browser, code)
    fill(session, 3)
    teacher = sign_in(people.teacher)
    url = f"/deliveries/{delivery.id}/questions"
    ask = teacher.page(teacher.page(url).link("Discard these answers"))
    assert "deleted for good" in ask.main_text
    teacher.submit(f"{url}/before/discard")
    assert db.session.query(Response).count() == 0
    again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
    assert again.responses == 0
    assert press(browser, learner, code, answer="1").status == 400
    fill(again, 10)
    actions.close_session(again, people.teacher)
    assert "Discard" not in teacher.page(url).main_text
    assert "cannot be taken out again" in teacher.page(f"{url}/before/discard").main_text
    teacher.post(f"{url}/before/discard", status=409)


VIEW = {"as_planned": "yes", "fitted": "partly", "confident": "4", "changed": "Shorter"}


def test_practitioners_are_asked_once_the_delivery_is_recorded(
    people: People, sign_in: SignIn, delivery: Delivery
) -> None:
    teacher = sign_in(people.teacher)
    url = f"/deliveries/{delivery.id}/teacher-form"
    hub = f"/deliveries/{delivery.id}/questions"
    assert "teacher’s view" not in teacher.page(hub).main_text
    teacher.page(url, status=409)
    teacher.post(url, VIEW, status=409)
    recorded(delivery, people.teacher)
    assert "teacher’s view" in teacher.page(hub).main_text
    bad = teacher.submit(url, {"changed": "Shorter"}, status=422)
    assert "Choose one" in bad.main_text
    assert bad.form()["changed"].strip() == "Shorter"
    teacher.submit(url, VIEW)
    assert teacher.page(url).form()["fitted"] == "partly"
    sign_in(people.officer).page(f"/deliveries/{delivery.id}/officer-form", status=404)


def test_each_person_has_a_view_of_their_own(people: People, sign_in: SignIn, delivery: Delivery) -> None:
    recorded(delivery, people.teacher)
    url = f"/deliveries/{delivery.id}/teacher-form"
    teacher, lead = sign_in(people.teacher), sign_in(people(Role.SCHOOL_LEAD))
    teacher.submit(url, VIEW)
    assert "fitted" not in lead.page(url).form()
    lead.submit(url, {**VIEW, "fitted": "no"})
    assert teacher.page(url).form()["fitted"] == "partly"
    assert lead.page(url).form()["fitted"] == "no"


def test_two_sets_are_never_mixed(people: People, sign_in: SignIn, lesson: LessonVersion) -> None:
    """The class changed between before and after, and with it the questions: each set stands by itself."""
    delivery = planned(people.teacher, lesson, "7A")
    asked(delivery, people.teacher, Wave.BEFORE, c4=12, c2=12)

    @action
    def now_primary() -> None:
        delivery.school_class.stages = ["P7"]

    now_primary()
    asked(delivery, people.teacher, Wave.AFTER, c5=12, c1=12)
    page = sign_in(people.teacher).page(f"/deliveries/{delivery.id}/questions")
    assert page.html.count('role="img"') == 7 + 5
    assert not re.search(r"agreed before and", page.main_text)
