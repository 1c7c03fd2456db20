"""Opening, answering, discarding and finding the class of a code, in the database."""

from datetime import timedelta
from random import Random
from threading import Thread
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from eduhub.accounts.models import Person
from eduhub.core.audit import AuditEntry
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.throttle import Throttle
from eduhub.evaluation import actions
from eduhub.evaluation.models import (
    ClassSession,
    Response,
    Wave,
)
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.rules import ALPHABET, most_answers
from eduhub.lessons.models import LessonVersion
from eduhub.visits import actions as visits
from eduhub.visits.models import Delivery
from tests.conftest import People
from tests.evaluation.scenes import fill, planned
from tests.visits.scenes import ask, morning

ANSWERS = {question.key: "4" for question in question_sets()["secondary-1"].questions}


# Opening.


def test_opening_what_is_open_changes_nothing(
    people: People, delivery: Delivery, session: ClassSession
) -> None:
    code, closes = session.code, session.closes_at
    with time_machine.travel(now() + timedelta(minutes=30)):
        again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
        assert (again.id, again.code, again.closes_at) == (session.id, code, closes)
    with time_machine.travel(now() + timedelta(minutes=95)):
        assert actions.open_session(delivery, Wave.BEFORE, people.teacher).code != code


def test_two_open_at_once_and_get_one_session(app: Flask, people: People, delivery: Delivery) -> None:
    delivery_id, person_id = delivery.id, people.teacher.id
    found: list[str] = []
    failed: list[Exception] = []

    def opens() -> None:
        with app.app_context():
            try:
                one = actions.open_session(
                    db.session.get_one(Delivery, delivery_id),
                    Wave.AFTER,
                    db.session.get_one(Person, person_id),
                )
                found.append(one.code)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=opens) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(set(found)) == 1


def test_as_many_as_the_visit_or_the_class_has(people: People, lesson: LessonVersion) -> None:
    visit = ask(people.teacher, lesson, "Joint")

    @action
    def joint_visit() -> None:
        visit.learners = 60

    joint_visit()
    visits.accept_time(visit, people.officer, morning(1), visit.version)
    delivery = db.session.scalars(select(Delivery).where(Delivery.visit_id == visit.id)).one()
    assert actions.open_session(delivery, Wave.BEFORE, people.teacher).most == most_answers(60)


# Answering.


def test_both_sent_at_once_count_once(app: Flask, session: ClassSession) -> None:
    session_id, response_id = session.id, uuid4()
    failed: list[Exception] = []

    def send() -> None:
        with app.app_context():
            try:
                actions.keep_response(session_id, response_id, ANSWERS)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.rollback()
    assert db.session.get_one(ClassSession, session_id).responses == 1


def test_a_full_class_and_a_closed_one_say_so(people: People, session: ClassSession) -> None:
    fill(session, session.most)
    with pytest.raises(actions.SessionFull):
        fill(session, 1)
    assert db.session.query(Response).count() == 27
    with time_machine.travel(now() + timedelta(minutes=110)):
        begun = now() - timedelta(minutes=40)
        with pytest.raises(actions.SessionFull):
            actions.keep_response(session.id, uuid4(), ANSWERS, begun)
    with pytest.raises(actions.SessionClosed):
        actions.keep_response(uuid4(), uuid4(), ANSWERS)


def test_an_answer_is_few_statements(app: Flask, session: ClassSession) -> None:
    session_id = session.id
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        actions.keep_response(session_id, uuid4(), ANSWERS, now())
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert [one.split()[0] for one in seen if not one.startswith("BEGIN")] == ["INSERT", "UPDATE"]


def test_discarding_is_written_down(people: People, session: ClassSession) -> None:
    fill(session, 3)
    actions.discard_answers(session, people.teacher)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "discard")).one()
    assert entry.thing_id == str(session.id)
    assert db.session.query(Response).count() == 0


# Guessing.


def test_ten_thousand_guesses_find_nothing(
    app: Flask, people: People, lesson: LessonVersion, session: ClassSession
) -> None:
    codes = {session.code}
    for n in range(7):
        one = actions.open_session(planned(people.teacher, lesson, f"g{n}"), Wave.BEFORE, people.teacher)
        codes.add(one.code)
    dice = Random(5)
    stopped = 0
    for _ in range(10_000):
        try:
            assert actions.find_session("".join(dice.choices(ALPHABET, k=6)), "203.0.113.9") is None
        except actions.TooManyGuesses:
            stopped += 1
    assert stopped == 10_000 - 300
    for code in codes:
        assert actions.find_session(code, "203.0.113.9") is not None


def test_a_source_has_another_name_each_day_and_no_exact_time(app: Flask, session: ClassSession) -> None:
    with time_machine.travel("2026-11-24T10:07:31+00:00"):
        actions.find_session("ACDEFG", "203.0.113.9")
    with time_machine.travel("2026-11-25T10:17:31+00:00"):
        actions.find_session("ACDEFG", "203.0.113.9")
    rows = db.session.query(Throttle).filter(Throttle.bucket == "guess").all()
    assert len({row.key for row in rows}) == 2
    assert sorted(row.began_at.strftime("%H:%M:%S") for row in rows) == ["10:00:00", "10:10:00"]


def test_the_limit_is_for_ten_minutes(app: Flask, session: ClassSession) -> None:
    with time_machine.travel("2026-11-24T10:07:31+00:00"):
        for _ in range(300):
            actions.find_session("ACDEFG", "203.0.113.9")
        with pytest.raises(actions.TooManyGuesses):
            actions.find_session("ACDEFG", "203.0.113.9")
        assert actions.find_session("ACDEFG", "203.0.113.10") is None
    with time_machine.travel("2026-11-24T10:10:00+00:00"):
        assert actions.find_session("ACDEFG", "203.0.113.9") is None
