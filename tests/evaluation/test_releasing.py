"""Answers are released in batches of ten and more, then forgotten."""

import itertools
from datetime import timedelta
from random import Random

import pytest
import time_machine
from sqlalchemy import func, select

from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.web import Problem
from eduhub.evaluation import actions, jobs, queries
from eduhub.evaluation.models import (
    EVERY_SCHOOL,
    AreaTally,
    ClassSession,
    ClassTally,
    FormKind,
    Response,
    StaffForm,
    StaffTally,
    Wave,
)
from eduhub.evaluation.questions import question_sets
from eduhub.evaluation.rules import FINISHING
from eduhub.lessons.models import LessonVersion
from eduhub.organisations.models import Council, School
from eduhub.visits.models import Delivery
from tests.conftest import People
from tests.evaluation.scenes import asked, fill, planned, recorded

ANSWERS = {question.key: "4" for question in question_sets()["secondary-1"].questions}


def area_count(school_id: object = EVERY_SCHOOL) -> int:
    statement = select(func.sum(AreaTally.count)).where(
        AreaTally.school_id == school_id, AreaTally.question == "norm"
    )
    return int(db.session.scalar(statement) or 0)


def class_count(session: ClassSession) -> int:
    statement = select(func.sum(ClassTally.count)).where(
        ClassTally.session_id == session.id, ClassTally.question == "norm"
    )
    return int(db.session.scalar(statement) or 0)


def waiting() -> int:
    return db.session.query(Response).filter(Response.answers.is_not(None)).count()


def test_nothing_counts_while_the_class_is_open(people: People, session: ClassSession) -> None:
    fill(session, 24)
    jobs.release_closed()
    assert area_count() == class_count(session) == 0
    actions.close_session(session, people.teacher)
    assert area_count() == area_count(session.school_id) == class_count(session) == 24
    assert waiting() == 0


def test_a_class_that_closed_by_itself_is_released_when_nobody_can_be_finishing(
    session: ClassSession,
) -> None:
    fill(session, 24)
    with time_machine.travel(session.closes_at + FINISHING - timedelta(minutes=1)):
        jobs.release_closed()
        assert class_count(session) == 0
    with time_machine.travel(session.closes_at + FINISHING):
        jobs.release_closed()
        jobs.release_closed()
        assert class_count(session) == 24


def test_small_classes_wait_for_each_other(
    people: People, lesson: LessonVersion, session: ClassSession
) -> None:
    fill(session, 6)
    actions.close_session(session, people.teacher)
    other = asked(planned(people.teacher, lesson, "small"), people.teacher, Wave.BEFORE, c2=5)
    assert area_count() == 0
    with time_machine.travel(now() + FINISHING):
        jobs.release_closed()
    assert area_count() == 11
    assert class_count(session) == class_count(other) == 0
    pools = set(db.session.scalars(select(ClassSession.pool_id)))
    assert len(pools) == 1
    assert pools != {None}


def test_one_small_class_hides_nobody_else(
    people: People, lesson: LessonVersion, session: ClassSession
) -> None:
    fill(session, 24)
    actions.close_session(session, people.teacher)
    asked(planned(people.teacher, lesson, "small"), people.teacher, Wave.BEFORE, c2=6)
    assert area_count() == area_count(session.school_id) == 24
    assert waiting() == 6


def test_who_comes_late_waits(people: People, delivery: Delivery, session: ClassSession) -> None:
    fill(session, 12)
    actions.close_session(session, people.teacher)
    again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
    fill(again, 1)
    actions.close_session(again, people.teacher)
    assert class_count(session) == area_count() == 12
    again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
    fill(again, 9)
    actions.close_session(again, people.teacher)
    assert class_count(session) == area_count() == 22
    assert db.session.get_one(ClassSession, session.id).released == 22


def test_another_set_another_school_and_another_council_wait_apart(
    people: People, lesson: LessonVersion, session: ClassSession
) -> None:
    fill(session, 6)
    actions.close_session(session, people.teacher)
    primary = planned(people.teacher, lesson, "P")
    moved = planned(people.teacher, lesson, "moved")
    elsewhere = planned(people.teacher_elsewhere, lesson, "far")

    @action
    def apart() -> None:
        primary.school_class.stages = ["P7"]
        council = db.session.scalars(select(Council).where(Council.id != moved.council_id)).first()
        assert council is not None
        moved.council_id = council.id

    apart()
    for one, person in (
        (primary, people.teacher),
        (moved, people.teacher),
        (elsewhere, people.teacher_elsewhere),
    ):
        asked(one, person, Wave.BEFORE, c4=6)
    with time_machine.travel(now() + FINISHING):
        jobs.release_closed()
    assert area_count() == 0
    assert waiting() == 24


def test_the_tallies_are_what_was_answered(people: People, session: ClassSession) -> None:
    fill(session, 7, "4")
    fill(session, 5, "1")
    actions.close_session(session, people.teacher)
    expected = {(key, choice): n for key in ANSWERS for choice, n in (("4", 7), ("1", 5))}
    assert {(t.question, t.choice): t.count for t in db.session.query(ClassTally)} == expected
    for school_id in (EVERY_SCHOOL, session.school_id):
        rows = db.session.query(AreaTally).filter(AreaTally.school_id == school_id)
        assert {(t.question, t.choice): t.count for t in rows} == expected


@pytest.mark.parametrize("seed", range(4))
def test_at_any_time_every_group_is_a_sum_of_batches(
    people: People, lesson: LessonVersion, seed: int
) -> None:
    """A random term at two schools: the tallies of any group, on any two days, differ by nobody or by ten and more."""
    dice = Random(seed)
    sides = [people.teacher, people.teacher_elsewhere]
    classes = [(planned(sides[n % 2], lesson, f"c{n}"), sides[n % 2]) for n in range(6)]
    history: list[dict[str, int]] = []
    for _ in range(40):
        delivery, person = dice.choice(classes)
        session = actions.open_session(delivery, Wave.BEFORE, person)
        room = session.most - session.responses
        fill(session, min(dice.randint(1, 14), room))
        if dice.random() < 0.7:
            actions.close_session(session, person)
        with time_machine.travel(now() + FINISHING):
            jobs.release_closed()
        history.append(groups())
    for name in {name for day in history for name in day}:
        values = sorted({day.get(name, 0) for day in history})
        assert all(b - a >= 10 for a, b in itertools.pairwise(values)), name
    for day in history:
        for inner, outer in (("class", "school"), ("school", "nation")):
            total = sum(count for name, count in day.items() if name.startswith(inner))
            whole = sum(count for name, count in day.items() if name.startswith(outer))
            assert whole - total == 0 or whole - total >= 10


def groups() -> dict[str, int]:
    """Every figure there is now: classes, schools, and the nation."""
    found: dict[str, int] = {}
    for tally in db.session.query(ClassTally).filter(ClassTally.question == "norm"):
        found[f"class {tally.session_id}"] = found.get(f"class {tally.session_id}", 0) + tally.count
    for area in db.session.query(AreaTally).filter(AreaTally.question == "norm"):
        name = "nation" if area.school_id == EVERY_SCHOOL else f"school {area.school_id}"
        found[name] = found.get(name, 0) + area.count
    return found


# The response rate follows what is recorded, corrections too.


def test_a_corrected_record_is_followed(people: People, delivery: Delivery, session: ClassSession) -> None:
    recorded(delivery, people.teacher, 2)
    db.session.refresh(session)
    assert session.present == 2
    recorded(delivery, people.teacher, 22)
    assert queries.records_to_follow() == []
    db.session.refresh(session)
    assert session.present == 22


# Forgetting.


def test_what_is_released_is_deleted(people: People, session: ClassSession) -> None:
    fill(session, 12)
    actions.close_session(session, people.teacher)
    assert {row.answers for row in db.session.query(Response)} == {None}
    jobs.settle()
    assert db.session.query(Response).count() == 12
    with time_machine.travel(now() + timedelta(days=1, minutes=1)):
        jobs.settle()
    assert db.session.query(Response).count() == 0


def test_what_never_became_ten_is_deleted_when_the_year_is_over(
    people: People, delivery: Delivery, session: ClassSession
) -> None:
    fill(session, 4)
    actions.close_session(session, people.teacher)
    jobs.settle()
    assert waiting() == 4
    with time_machine.travel(now() + timedelta(days=300)):
        jobs.settle()
        assert waiting() == 0
        again = actions.open_session(delivery, Wave.BEFORE, people.teacher)
        fill(again, 9)
        actions.close_session(again, people.teacher)
        assert area_count() == 0


# Practitioners' forms.


def test_forms_are_counted_from_five_on_once_they_have_settled(people: People, lesson: LessonVersion) -> None:
    answers = {"as_planned": "yes", "fitted": "no", "confident": "4", "changed": "names"}
    for n in range(6):
        delivery = planned(people.teacher, lesson, f"f{n}")
        recorded(delivery, people.teacher)
        actions.keep_staff_form(delivery, FormKind.TEACHER, people.teacher, answers)
        if n == 3:
            with time_machine.travel(now() + timedelta(days=2)):
                jobs.settle()
            assert db.session.query(StaffTally).count() == 0
    with time_machine.travel(now() + timedelta(days=2)):
        jobs.settle()
        jobs.settle()
        with pytest.raises(Problem, match="already counted"):
            actions.keep_staff_form(delivery, FormKind.TEACHER, people.teacher, answers)
    assert {(t.question, t.choice): t.count for t in db.session.query(StaffTally)} == {
        ("as_planned", "yes"): 6,
        ("fitted", "no"): 6,
        ("confident", "4"): 6,
    }
    assert db.session.query(StaffForm).filter(StaffForm.released).count() == 6


def test_places_with_too_little_are_not_tried_again(people: People, session: ClassSession) -> None:
    fill(session, 4)
    with time_machine.travel(session.closes_at + FINISHING):
        assert queries.places_to_release() == []
    assert db.session.get_one(School, session.school_id) is not None
