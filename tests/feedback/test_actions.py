"""Feedback on its own: two at once, whoever left is forgotten, and nothing ties what they said to them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError

from eduhub.accounts.actions import decide_role, set_disabled
from eduhub.accounts.models import Person, Role, RoleState, SignInSession
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import sweep
from eduhub.core.web import Problem
from eduhub.feedback import actions
from eduhub.feedback.jobs import forget_old
from eduhub.feedback.models import Feedback, Reason, Setting, State
from eduhub.feedback.queries import counts, own
from eduhub.lessons.models import Lesson, LessonVersion
from tests.accounts.letters import messages
from tests.conftest import People
from tests.feedback.conftest import SignIn
from tests.feedback.scenes import TOLD, count, published, say
from tests.pages import Browser


def at_once(app: Flask, *calls: object) -> list[str]:
    """Call all at the same moment; the facts that were raised."""
    ready, raised = Barrier(len(calls)), []

    def run(call: object) -> None:
        with app.app_context():
            ready.wait()
            try:
                call()  # type: ignore[operator]
            except Problem as problem:
                raised.append(type(problem).__name__)

    threads = [Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return raised


def test_told_twice_at_once_is_told_once(app: Flask, people: People, lesson: LessonVersion) -> None:
    person_id, version_id = people.teacher.id, lesson.id
    db.session.rollback()

    def telling() -> None:
        person = db.session.get_one(Person, person_id)
        actions.tell(person, db.session.get_one(LessonVersion, version_id), TOLD, 0)

    assert at_once(app, *[telling] * 4) == ["StaleVersion"] * 3
    assert count() == 1
    assert db.session.query(Lesson).one().feedback_count == 1


def test_decided_twice_at_once_is_decided_once(
    app: Flask, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = say(people.teacher, lesson, changed="Words")
    key, editor_id, version = kept.id, editor.id, kept.version
    db.session.rollback()

    def publishing() -> None:
        actions.publish(key, db.session.get_one(Person, editor_id), version)

    def declining() -> None:
        actions.decline(key, db.session.get_one(Person, editor_id), version, Reason.HURTFUL, "")

    assert at_once(app, publishing, declining) == ["StaleVersion"]
    assert len(messages(people.teacher.email)) == 1


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": State.DECLINED}, "declined_for_a_reason"),
        ({"minutes": 0}, "minutes"),
        ({"answer": "Without a day"}, "answered_in_words"),
    ],
)
def test_what_the_database_refuses(
    people: People, lesson: LessonVersion, values: dict[str, object], constraint: str
) -> None:
    kept = say(people.teacher, lesson)
    with pytest.raises(IntegrityError, match=constraint):
        _set(kept, values)


@action
def _set(kept: Feedback, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(kept, name, value)


@pytest.mark.parametrize(
    ("role", "setting"),
    [
        (Role.TEACHER, Setting.SECONDARY),
        (Role.LIAISON_OFFICER, Setting.OTHER),
        (Role.PARTNER_PRACTITIONER, Setting.OTHER),
        (Role.NATIONAL_LEAD, Setting.OTHER),
    ],
)
def test_as_what_somebody_speaks(people: People, lesson: LessonVersion, role: Role, setting: Setting) -> None:
    kept = say(people(role), lesson)
    assert (kept.role, kept.setting) == (role, setting)


def test_whose_role_has_ended_says_nothing_new_but_may_withdraw(
    people: People, lesson: LessonVersion, sign_in: SignIn
) -> None:
    teacher = people.teacher
    key = say(teacher, lesson, changed="From before").id
    decide_role(teacher.held[0], RoleState.ENDED, people(Role.ADMINISTRATOR))
    with pytest.raises(Problem, match="Your role has ended"):
        say(teacher, lesson, changed="From after")
    browser: Browser = sign_in(teacher)
    page = browser.page("/account/feedback")
    assert "From before" in page.main_text
    assert not any(text.startswith("Change") for text in page.links())
    browser.submit(page.link("Withdraw"))
    assert db.session.scalar(select(Feedback).where(Feedback.id == key)) is None


# Who has left.


def test_nobody_is_written_to_whose_account_is_closed(
    people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = say(people.teacher, lesson, changed="Words")
    before = len(messages(people.teacher.email))
    set_disabled(people.teacher, True, people(Role.ADMINISTRATOR))
    actions.publish(kept.id, editor, kept.version)
    actions.answer(kept.id, editor, kept.version, "Thank you.", "")
    assert len(messages(people.teacher.email)) == before


def test_a_month_after_somebody_left_nothing_ties_it_to_them(
    browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = published(people.teacher, lesson, editor, changed="It stays")
    waiting = say(people.officer, lesson, changed="It waits")
    person = people.teacher
    set_disabled(person, True, people(Role.ADMINISTRATOR))
    for days, known in ((29, True), (31, False)):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            sweep()
        db.session.refresh(kept)
        assert (kept.person_id == person.id) is known
    db.session.refresh(waiting)
    assert waiting.person_id == people.officer.id
    assert "It stays" in browser.page("/lessons/a-lesson/feedback").main_text
    assert own(person.id, lesson.id) is None
    assert _tied(str(kept.id), str(person.id)) == []
    actions.answer(kept.id, editor, kept.version, "To nobody we know.", "")


def _tied(thing: str, person: str) -> list[str]:
    """The tables with a row that holds both ids."""
    found = []
    wanted = [{key, key.replace("-", "")} for key in (thing, person)]
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            words = " ".join(str(value) for value in row)
            if all(any(key in words for key in keys) for keys in wanted):
                found.append(table.name)
    return found


def test_that_search_finds_what_is_tied(people: People, lesson: LessonVersion) -> None:
    kept = say(people.teacher, lesson)
    assert _tied(str(kept.id), str(people.teacher.id)) == ["feedback"]


def test_feedback_outlives_a_person_who_is_deleted(people: People, lesson: LessonVersion) -> None:
    kept = say(people.officer, lesson)
    _delete(people.officer)
    db.session.refresh(kept)
    assert kept.person_id is None


@action
def _delete(person: Person) -> None:
    db.session.execute(delete(SignInSession).where(SignInSession.person_id == person.id))
    db.session.execute(text("DELETE FROM role_held WHERE person_id = :key"), {"key": _as_stored(person)})
    db.session.execute(delete(Person).where(Person.id == person.id))


def _as_stored(person: Person) -> str:
    return person.id.hex if db.engine.dialect.name == "sqlite" else str(person.id)


@pytest.mark.usefixtures("lesson")
def test_where_nobody_left_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eduhub.feedback.jobs.forget_writers", lambda _before: pytest.fail("it wrote"))
    forget_old()
    assert (counts().waiting, counts().problems) == (0, 0)
