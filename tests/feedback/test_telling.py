"""Saying how a lesson went: bad input first, one for each person and version, changed, and withdrawn."""

from pathlib import Path

import pytest

from eduhub.accounts.models import Person, Role
from eduhub.core.db import db
from eduhub.feedback import actions
from eduhub.feedback.models import Feedback, Reason, Setting, State
from eduhub.feedback.queries import own
from eduhub.lessons.actions import build
from eduhub.lessons.models import Lesson, LessonVersion
from tests.conftest import People
from tests.feedback.conftest import SignIn
from tests.feedback.scenes import ADDRESS, FORM, WORDS, count, published, say
from tests.lessons.samples import remove
from tests.pages import Browser

# What does not do.


def test_every_question_to_choose_from_is_needed(teacher: Browser) -> None:
    page = teacher.submit(ADDRESS, {"stage": "", **WORDS}, status=422)
    for says in (
        "Choose whether it suited the stage.",
        "Choose how long it took.",
        "Choose how many took part.",
        "Choose the stage.",
    ):
        assert says in page.main_text
        assert page.link(says).startswith("#")
    kept = page.form()
    assert {name: kept[name] for name in WORDS} == WORDS
    assert count() == 0


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("stage", "S9", "Choose one of those listed."),
        ("fit", "very", "Choose one of those listed."),
        ("minutes", "0", "Write 1 to 300 minutes."),
        ("minutes", "301", "Write 1 to 300 minutes."),
        ("minutes", "-5", "Write 1 to 300 minutes."),
        ("minutes", "an hour", "Write a number."),
        ("minutes", "9" * 30, "Write 1 to 300 minutes."),
        ("changed", "x" * 1001, "Use at most 1000 characters: this has 1001."),
        ("support", "ask a.b@school.example", "Take an e-mail address out: anybody may read this."),
        ("problem", "ring 01463 123456", "Take a telephone number out: anybody may read this."),
        ("changed", "Mrs Bell helped", "Take somebody’s name out: anybody may read this."),
    ],
)
def test_what_will_not_do_is_said_and_kept(teacher: Browser, field: str, value: str, says: str) -> None:
    page = teacher.submit(ADDRESS, {**FORM, "problem": "A link is broken", field: value}, status=422)
    assert says in page.main_text
    if field not in {"stage", "fit"}:
        assert page.form()[field] == value
    if field != "problem":
        assert page.form()["problem"] == "A link is broken"
    assert count() == 0


def test_characters_that_control_are_left_out(
    teacher: Browser, people: People, lesson: LessonVersion
) -> None:
    teacher.submit(ADDRESS, {**FORM, "changed": " \x00\u202e<b>Two\nlines</b> "})
    kept = own(people.teacher.id, lesson.id)
    assert kept is not None
    assert kept.changed == "<b>Two\nlines</b>"


@pytest.mark.parametrize(
    "address", ["/lessons/a-lesson/versions/9.9/feedback", "/lessons/nothing/versions/1.0/feedback"]
)
def test_of_what_never_was_nothing_is_said(teacher: Browser, address: str) -> None:
    assert teacher.page(address, status=404)
    assert teacher.post(address, FORM, status=404)


def test_a_withdrawn_lesson_is_not_told_about_any_more(
    teacher: Browser, people: People, lesson: LessonVersion, tmp_path: Path
) -> None:
    say(people.teacher, lesson)
    remove(tmp_path, "a-lesson")
    build(tmp_path, force=True)
    assert "withdrawn" in teacher.page(ADDRESS, status=410).main_text
    teacher.post(ADDRESS, FORM, status=410)
    page = teacher.page("/lessons/a-lesson/feedback")
    assert "This lesson has been withdrawn." in page.main_text
    assert "Say how it went" not in page.links()
    teacher.submit(f"{ADDRESS}/withdraw")
    assert count() == 0


def test_the_most_within_an_hour(teacher: Browser, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_AN_HOUR", 2)
    for number in range(2):
        teacher.submit(ADDRESS, {**FORM, "changed": f"Number {number}"})
    page = teacher.submit(ADDRESS, {**FORM, "changed": "Number 3"}, status=429)
    assert "You sent feedback 2 times within the hour, which is the most." in page.main_text
    assert page.form()["changed"] == "Number 3"
    assert db.session.query(Feedback).one().changed == "Number 1"


def test_two_windows_lose_nothing(teacher: Browser, people: People, lesson: LessonVersion) -> None:
    page = teacher.page(ADDRESS)
    say(people.teacher, lesson, changed="From the first window")
    values = {**page.form(), **FORM, "changed": "From the second window"}
    answer = teacher.post(ADDRESS, values, status=409)
    assert "changed in another window" in answer.text
    assert "From the second window" in answer.text
    kept = own(people.teacher.id, lesson.id)
    assert kept is not None
    assert kept.changed == "From the first window"
    assert f'name="seen" value="{kept.version}"' in answer.text, "sent again, it is taken"


def test_a_window_with_a_mistake_in_it_loses_nothing_either(
    teacher: Browser, people: People, lesson: LessonVersion
) -> None:
    values = {**teacher.page(ADDRESS).form(), **FORM, "changed": "From the second window", "fit": ""}
    say(people.teacher, lesson, changed="From the first window")
    page = teacher.post(ADDRESS, values, status=422).text
    assert 'name="seen" value="0"' in page
    teacher.post(ADDRESS, {**values, "fit": "yes"}, status=409)
    assert db.session.query(Feedback).one().changed == "From the first window"


# What does.


def test_from_the_lesson_to_thank_you(teacher: Browser, people: People, lesson: LessonVersion) -> None:
    page = teacher.page(teacher.page("/lessons/a-lesson").link("Taught it? Say how it went"))
    assert "Nobody has said yet how it went." in page.main_text
    address = page.link("Say how it went")
    assert address == ADDRESS
    form = teacher.page(address)
    assert "Never name a learner, a colleague or a school," in form.main_text
    assert form.form()["stage"] == "S2", "the only stage it is written for"
    page = teacher.submit(address, {**FORM, **WORDS, "pace": "longer", "minutes": "45"})
    assert page.h1 == "Your feedback"
    assert "An editor reads your words before anybody else." in page.main_text
    assert "Waits for an editor" in page.main_text
    kept = own(people.teacher.id, lesson.id)
    assert kept is not None
    assert (kept.state, kept.role, kept.setting) == (State.WAITING, Role.TEACHER, Setting.SECONDARY)
    assert (kept.stage, kept.minutes, kept.problem) == ("S2", 45, "PROBLEM-not-yet")


def test_without_words_it_counts_at_once(teacher: Browser, browser: Browser) -> None:
    page = teacher.submit(ADDRESS, {**FORM, "minutes": ""})
    assert "Thank you. It counts." in page.main_text
    assert db.session.query(Lesson).one().feedback_count == 1
    assert (
        browser.page("/lessons/a-lesson").link("What practitioners say (1)") == "/lessons/a-lesson/feedback"
    )
    assert "1 so far. Figures are shown from 5 on" in browser.page("/lessons/a-lesson/feedback").main_text


def test_another_version_has_its_own(
    teacher: Browser, people: People, lesson: LessonVersion, later: LessonVersion
) -> None:
    say(people.teacher, lesson, changed="Of the first")
    page = teacher.page("/lessons/a-lesson/feedback")
    newest = page.link("Say how it went")
    assert newest == ADDRESS.replace("1.0", "2.0")
    form = teacher.page(newest)
    assert form.form()["changed"] == ""
    assert form.link("version 1.0") == ADDRESS
    teacher.submit(newest, {**FORM, "changed": "Of the second"})
    assert teacher.page(ADDRESS).form()["changed"] == "Of the first"
    assert count() == 2
    texts = teacher.page("/account/feedback").main_text
    assert "Of the first" in texts
    assert "Of the second" in texts


def test_other_words_are_read_anew_and_lose_their_answer(
    teacher: Browser, browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = published(people.teacher, lesson, editor, problem="The first words")
    actions.answer(kept.id, editor, kept.version, "We look at it.", "")
    page = teacher.page(ADDRESS)
    assert "the answer to the old ones goes" in page.main_text
    assert page.form()["problem"] == "The first words"
    teacher.submit(ADDRESS, {"problem": "Other words"})
    seen = browser.page("/lessons/a-lesson/feedback").main_text
    assert "Other words" not in seen
    assert "The first words" not in seen
    assert "We look at it." not in seen
    assert db.session.query(Lesson).one().feedback_count == 0
    assert own(people.teacher.id, lesson.id).state is State.WAITING  # type: ignore[union-attr]


def test_other_closed_answers_need_no_editor(
    teacher: Browser, browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = published(people.teacher, lesson, editor, problem="The same words")
    actions.answer(kept.id, editor, kept.version, "We look at it.", "")
    teacher.submit(ADDRESS, {"fit": "no"})
    seen = browser.page("/lessons/a-lesson/feedback").main_text
    assert "The same words" in seen
    assert "We look at it." in seen


def test_the_same_words_stay_declined(
    teacher: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    kept = say(people.teacher, lesson, changed="Declined words")
    actions.decline(kept.id, editor, kept.version, Reason.HURTFUL, "")
    page = teacher.submit(ADDRESS, {"fit": "no"})
    assert "Your words are as before, so they are not published." in page.main_text
    assert "It could hurt somebody who reads it." in page.main_text
    assert db.session.query(Lesson).one().feedback_count == 0


def test_words_taken_out_wait_for_nobody(teacher: Browser, people: People, lesson: LessonVersion) -> None:
    say(people.teacher, lesson, changed="Not so sure")
    teacher.submit(ADDRESS, {"changed": ""})
    assert own(people.teacher.id, lesson.id).state is State.PUBLISHED  # type: ignore[union-attr]


def test_withdrawn_is_gone(
    teacher: Browser, browser: Browser, people: People, lesson: LessonVersion, editor: Person
) -> None:
    published(people.teacher, lesson, editor, changed="Taken back")
    page = teacher.page(teacher.page("/account/feedback").link("Withdraw"))
    assert "Taken back" in page.main_text
    page = teacher.submit(f"{ADDRESS}/withdraw")
    assert "Nothing of it is kept." in page.main_text
    assert count() == 0
    assert db.session.query(Lesson).one().feedback_count == 0
    assert "Taken back" not in browser.page("/lessons/a-lesson/feedback").main_text
    assert teacher.page(f"{ADDRESS}/withdraw", status=404)


def test_what_changed_meanwhile_is_not_withdrawn_unseen(
    teacher: Browser, people: People, lesson: LessonVersion
) -> None:
    say(people.teacher, lesson, changed="One")
    form = teacher.page(f"{ADDRESS}/withdraw").form()
    say(people.teacher, lesson, changed="Two")
    teacher.post(f"{ADDRESS}/withdraw", form, status=409)
    assert count() == 1


def test_nobody_withdraws_what_is_not_theirs(people: People, lesson: LessonVersion, sign_in: SignIn) -> None:
    say(people.teacher, lesson, changed="Mine")
    other = sign_in(people.teacher_elsewhere)
    assert other.page(f"{ADDRESS}/withdraw", status=404)
    other.post(f"{ADDRESS}/withdraw", {"seen": "1"}, status=404)
    assert "Mine" not in other.page("/account/feedback").main_text
    assert other.page(ADDRESS).form()["changed"] == ""
    assert count() == 1


def test_editors_are_not_offered_what_practitioners_do(desk: Browser) -> None:
    assert "Say how it went" not in desk.page("/lessons/a-lesson/feedback").links()
    assert desk.page(ADDRESS, status=403)
