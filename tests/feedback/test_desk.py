"""Editors read words first: published, declined for a reason, answered in public; and nothing leaks before."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import run_all
from eduhub.core.web import Problem
from eduhub.feedback import actions
from eduhub.feedback.models import Feedback, Fit, Pace, Reason, State, TookPart
from eduhub.lessons.actions import build
from eduhub.lessons.models import Lesson, LessonVersion
from tests.accounts.letters import messages
from tests.conftest import People
from tests.feedback.scenes import ADDRESS, TOLD, WORDS, published, say, say_all
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser

PAGE = "/lessons/a-lesson/feedback"
# Everything somebody without an account, a program or a learner can read of a lesson.
PUBLIC = (
    PAGE,
    "/lessons/a-lesson",
    "/lessons/a-lesson/versions",
    "/lessons/a-lesson/since/1.0",
    "/lessons/a-lesson/versions/1.0",
    "/lessons/a-lesson/learner",
    "/lessons/a-lesson/family",
    "/lessons/a-lesson/teach",
    "/lessons/a-lesson/project",
    "/lessons?q=PROBLEM-not-yet",
    "/lessons?q=lesson",
    "/lessons/changes.atom",
    "/api/v1/lessons",
    "/api/v1/lessons/a-lesson",
    "/api/v1/lessons/a-lesson/versions",
)


@pytest.fixture
def asked(people: People, lesson: LessonVersion, editor: Person) -> Feedback:
    """A published problem without an answer."""
    return published(people.teacher, lesson, editor, problem="The link is broken")


def at(feedback: Feedback) -> str:
    return f"/lessons/feedback/{feedback.id}"


def leaked(browser: Browser) -> set[str]:
    run_all()
    pages = [(url, browser.get(url).text) for url in PUBLIC if "q=PROBLEM" not in url]
    pages.append(("search", browser.get("/lessons?q=CHANGED").text))
    return {url for url, text in pages if "not-yet" in text}


# Nothing leaks.


def test_words_nobody_read_are_nowhere(browser: Browser, people: People, lesson: LessonVersion) -> None:
    say(people.teacher, lesson, **WORDS)
    assert leaked(browser) == set()
    assert db.session.query(Lesson).one().feedback_count == 0


def test_words_that_were_declined_are_nowhere(
    browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = published(people.teacher, lesson, editor, **WORDS)
    actions.answer(kept.id, editor, kept.version, "ANSWER-not-yet", "")
    assert leaked(browser) == {PAGE}
    actions.decline(kept.id, editor, kept.version, Reason.HURTFUL, "REASON-not-yet")
    assert leaked(browser) == set()
    assert db.session.query(Lesson).one().feedback_count == 0


def test_what_is_published_stands_on_its_page_alone(
    browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    published(people.teacher, lesson, editor, **WORDS)
    assert leaked(browser) == {PAGE}
    html = browser.get(PAGE).text
    assert "A secondary teacher, S2" in html
    school = people.teacher.held[0].organisation
    for private in (people.teacher.name, people.teacher.email, school.name, str(people.teacher.id)):
        assert private not in html


def test_what_people_wrote_is_plain_text(
    browser: Browser, desk: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = say(people.teacher, lesson, changed="<script>alert(1)</script>")
    assert "<script>alert" not in desk.get(at(kept)).text
    actions.publish(kept.id, editor, kept.version)
    actions.answer(kept.id, editor, kept.version, "<b>bold</b>", "")
    html = browser.get(PAGE).text
    assert "<script>alert" not in html
    assert "&lt;b&gt;bold" in html


# Deciding.


def test_from_the_queue_to_the_page(
    desk: Browser, browser: Browser, people: People, lesson: LessonVersion
) -> None:
    kept = say(people.teacher, lesson, **WORDS)
    assert "1 waiting to be read, no problems without an answer." in desk.page("/").main_text
    page = desk.page(desk.page("/").link("Feedback on lessons"))
    one = desk.page(page.link("A lesson"))
    assert "CHANGED-not-yet" in one.main_text
    assert people.teacher.name not in one.main_text
    page = desk.submit(at(kept), {"decision": "published"})
    assert "Published." in page.main_text
    assert "Nothing waits to be read." in page.main_text
    assert "PROBLEM-not-yet" in browser.page(PAGE).main_text
    assert db.session.query(Lesson).one().feedback_count == 1
    (letter,) = messages(people.teacher.email)
    assert letter.subject == "Your feedback is published: A lesson"
    assert "not-yet" not in letter.body


def test_a_decision_needs_its_reason(desk: Browser, people: People, lesson: LessonVersion) -> None:
    kept = say(people.teacher, lesson, **WORDS)
    page = desk.submit(at(kept), {"words": "Kept"}, status=422)
    assert "Choose whether to publish it." in page.main_text
    page = desk.submit(at(kept), {"decision": "declined", "words": "Kept"}, status=422)
    assert "Choose why it is not published: the writer is told." in page.main_text
    assert page.form()["words"] == "Kept"
    for wrong in ({"reason": "because"}, {"reason": "hurtful", "words": "x" * 1001}, {"decision": "perhaps"}):
        desk.submit(at(kept), {"decision": "declined", **wrong}, status=422)
    db.session.refresh(kept)
    assert kept.state is State.WAITING
    assert messages(people.teacher.email) == []


def test_the_writer_is_told_why_and_tries_again(
    desk: Browser, teacher: Browser, people: People, lesson: LessonVersion
) -> None:
    kept = say(people.teacher, lesson, **WORDS)
    desk.submit(
        at(kept), {"decision": "declined", "reason": "names-somebody", "words": "Leave the class out."}
    )
    (letter,) = messages(people.teacher.email)
    assert "It names somebody, or says enough to tell who is meant" in letter.body
    assert "Leave the class out" not in letter.body
    own = teacher.page("/account/feedback").main_text
    assert "Not published" in own
    assert "It names somebody" in own
    assert "Leave the class out." in own
    teacher.submit(ADDRESS, {"changed": "Better words"})
    assert "Better words" in desk.page("/lessons/feedback").main_text
    assert "It names somebody" not in teacher.page("/account/feedback").main_text


def test_nobody_decides_on_words_they_did_not_see(
    desk: Browser, people: People, lesson: LessonVersion
) -> None:
    kept = say(people.teacher, lesson, changed="Harmless")
    form = desk.page(at(kept)).form()
    say(people.teacher, lesson, changed="Something else")
    answer = desk.post(f"{at(kept)}/decide", {**form, "decision": "published"}, status=409)
    assert "This feedback was changed after you opened the page." in answer.text
    assert "Something else" in answer.text
    db.session.refresh(kept)
    assert kept.state is State.WAITING


def test_what_was_withdrawn_meanwhile_is_not_decided(
    desk: Browser, people: People, lesson: LessonVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = say(people.teacher, lesson, changed="Gone soon")
    url, form = at(kept), desk.page(at(kept)).form()
    publish = actions.publish

    def too_late(*values: object) -> None:
        actions.withdraw(kept.id, kept.version)
        publish(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "publish", too_late)
    answer = desk.post(f"{url}/decide", {**form, "decision": "published"}, status=409)
    assert "This feedback was withdrawn after you opened the page." in answer.text
    assert desk.page(url, status=404)


def test_nobody_decides_on_their_own(desk: Browser, editor: Person, lesson: LessonVersion) -> None:
    _also_teaches(editor)
    kept = say(editor, lesson, changed="My own")
    page = desk.page("/lessons/feedback")
    assert "yours: somebody else decides" in page.main_text
    assert "A lesson" not in page.links()
    assert desk.page(at(kept), status=404)
    desk.post(f"{at(kept)}/decide", {"decision": "published", "seen": "1"}, status=404)


@action
def _also_teaches(person: Person) -> None:
    school = People().teacher.held[0].organisation_id
    moment = now()
    held = RoleHeld(
        person_id=person.id, organisation_id=school, role=Role.TEACHER, state=RoleState.HELD,
        asked_at=moment, decided_at=moment,
    )  # fmt: skip
    db.session.add(held)


def test_deciding_the_same_twice_writes_once(people: People, lesson: LessonVersion, editor: Person) -> None:
    kept = published(people.teacher, lesson, editor, changed="Once")
    actions.publish(kept.id, editor, kept.version)
    actions.decline(kept.id, editor, kept.version, Reason.HURTFUL, "")
    actions.decline(kept.id, editor, kept.version, Reason.HURTFUL, "")
    assert len(messages(people.teacher.email)) == 2


def test_published_words_can_be_taken_off_the_page(
    desk: Browser, browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = published(people.teacher, lesson, editor, changed="Too much after all")
    assert "Too much after all" in desk.page("/lessons/feedback?show=decided").main_text
    desk.submit(at(kept), {"reason": "private-detail"}, at=f"{at(kept)}/decide")
    assert "Too much after all" not in browser.page(PAGE).main_text


@pytest.mark.parametrize("show", ["", "nonsense", "waiting'--", "problems", "decided"])
def test_a_desk_with_nothing_on_it(desk: Browser, show: str) -> None:
    assert desk.page(f"/lessons/feedback?show={show}&page=999").all("div", class_="empty")


# Answering.


def test_an_answer_names_the_version_and_stands_in_the_history(
    desk: Browser, browser: Browser, people: People, asked: Feedback, later: LessonVersion
) -> None:
    assert "1 problem without an answer" in desk.page("/").main_text
    page = desk.page(desk.page("/").link("Feedback on lessons"))
    assert page.h1 == "Feedback on lessons: problems without an answer"
    assert page.link("A lesson") == at(asked)
    answering = f"{at(asked)}/answer"
    desk.submit(at(asked), {"answer": "We mended it."}, at=answering)
    assert "Every problem has an answer." in desk.page("/lessons/feedback?show=problems").main_text
    assert "The editors answer We mended it." in browser.page(PAGE).main_text
    desk.submit(at(asked), {"mended_in": str(later.id)}, at=answering)
    page = browser.page(PAGE)
    assert "You said, we changed We mended it." in page.main_text
    assert page.link("What changed in version 2.0").endswith("compare?from=1.0&to=2.0")
    for url in ("/lessons/a-lesson/versions", "/lessons/a-lesson/since/1.0"):
        assert "You said: The link is broken We changed: We mended it." in browser.page(url).main_text
    letters = [letter.subject for letter in messages(people.teacher.email)]
    assert letters[1:] == ["Your feedback is answered: A lesson"] * 2
    desk.submit(at(asked), {"answer": "We mended it at last."}, at=answering)
    assert len(messages(people.teacher.email)) == 3, "another wording is no news"
    say(people.teacher, asked.lesson_version, problem="Another problem")
    assert "You said:" not in browser.page("/lessons/a-lesson/versions").main_text


def test_what_is_taken_off_the_page_leaves_the_history_too(
    browser: Browser, asked: Feedback, later: LessonVersion, editor: Person
) -> None:
    actions.answer(asked.id, editor, asked.version, "We mended it.", str(later.id))
    assert "The link is broken" in browser.page("/lessons/a-lesson/versions").main_text
    actions.decline(asked.id, editor, asked.version, Reason.NAMES_SOMEBODY, "")
    for url in ("/lessons/a-lesson/versions", "/lessons/a-lesson/since/1.0", PAGE):
        text = browser.page(url).main_text
        assert "The link is broken" not in text
        assert "We mended it." not in text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"answer": " "}, "Write an answer."),
        ({"answer": "x" * 1001}, "Use at most 1000 characters: this has 1001."),
        ({"answer": "Good", "mended_in": "2.0"}, "Choose one of those listed."),
    ],
)
def test_an_answer_that_will_not_do(
    desk: Browser, asked: Feedback, later: LessonVersion, wrong: dict[str, str], says: str
) -> None:
    page = desk.submit(at(asked), wrong, status=422, at=f"{at(asked)}/answer")
    assert says in page.main_text
    assert page.form(f"{at(asked)}/answer")["answer"].strip() == wrong["answer"].strip()
    db.session.refresh(asked)
    assert asked.is_open_problem


def test_only_what_is_published_is_answered(
    desk: Browser, people: People, lesson: LessonVersion, later: LessonVersion
) -> None:
    kept = say(people.teacher, lesson, problem="Not read yet")
    values = {"answer": "Too early", "mended_in": "", "seen": "1"}
    answer = desk.post(f"{at(kept)}/answer", values, status=409)
    assert "Only what is published can be answered" in answer.text
    with pytest.raises(Problem, match="does not come after"):
        _answer_out_of_order(people, later, lesson)


def _answer_out_of_order(people: People, later: LessonVersion, lesson: LessonVersion) -> None:
    editor = people(Role.CONTENT_EDITOR)
    kept = published(people.officer, later, editor, problem="Of the new one")
    actions.answer(kept.id, editor, kept.version, "Mended before", str(lesson.id))


# What everybody sees.


def test_figures_from_five_on(app: Flask, browser: Browser, people: People, lesson: LessonVersion) -> None:
    other = actions.Told("S3", Fit.NO, Pace.LONGER, TookPart.FEW, 60)
    say_all(people, lesson, [TOLD] * 3 + [other])
    page = browser.page(PAGE).main_text
    assert "4 so far. Figures are shown from 5 on, so that they point to nobody." in page
    assert " of 4 " not in page
    say(people(Role.COUNCIL_LEAD), lesson)
    page = browser.page(PAGE).main_text
    assert "4 of 5 say it suits the stage." in page
    assert "4 of 5 say the time is about right, 1 that it takes longer." in page
    assert "The middle of the times they give is 30 minutes." in page
    assert "4 of 5 say most learners took part." in page


def test_versions_are_counted_apart(
    browser: Browser, people: People, lesson: LessonVersion, later: LessonVersion
) -> None:
    say_all(people, lesson, [TOLD] * 5)
    say(people.teacher, later)
    page = browser.page(PAGE)
    assert "5 of 5 say it suits the stage." in page.main_text
    assert "1 so far." in page.main_text
    assert [" ".join(h2.itertext()) for h2 in page.all("h2")] == ["Version 2.0, in use", "Version 1.0"]


def test_many_words_come_page_by_page(
    browser: Browser, people: People, lesson: LessonVersion, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eduhub.feedback.queries.PAGE_SIZE", 1)
    published(people.teacher, lesson, editor, changed="The first to speak")
    published(people.officer, lesson, editor, changed="The second to speak")
    first, second = browser.page(PAGE), browser.page(f"{PAGE}?page=2")
    assert "The second to speak" in first.main_text
    assert "The first to speak" in second.main_text
    assert first.title != second.title


def test_a_build_keeps_the_count(people: People, lesson: LessonVersion, tmp_path: Path) -> None:
    say(people.teacher, lesson)
    build(write_content(tmp_path, a_lesson=lesson_text(version="2.0")))
    assert db.session.query(Lesson).one().feedback_count == 1


def test_the_lesson_page_asks_nothing_more_of_the_database(
    browser: Browser, people: People, lesson: LessonVersion
) -> None:
    before = statements(browser, "/lessons/a-lesson")
    say(people.teacher, lesson)
    assert statements(browser, "/lessons/a-lesson") == before
    assert not any("feedback" in one.split("FROM")[-1] for one in before)


def statements(browser: Browser, url: str) -> list[str]:
    """What a page asks of the database."""
    ran: list[str] = []

    def note(*values: Any) -> None:
        ran.append(values[2])

    event.listen(db.engine, "before_cursor_execute", note)
    browser.page(url)
    event.remove(db.engine, "before_cursor_execute", note)
    assert ran
    return ran
