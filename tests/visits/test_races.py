"""Many processes at once on one database: nobody is ever booked twice, and nobody sees an error but "just taken".

Two hundred rounds of eight workers each, with overlapping but unequal times, on the database the tests run on.
"""

import itertools
import multiprocessing
import os
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from eduhub.accounts.models import Person, Role, RoleHeld, RoleState
from eduhub.app import create_app
from eduhub.core.clock import now
from eduhub.core.db import db, transaction
from eduhub.core.web import StaleVersion
from eduhub.lessons.models import LessonVersion
from eduhub.programmes.models import SchoolClass
from eduhub.visits import actions
from eduhub.visits.commitments import DateTaken
from eduhub.visits.models import Commitment, Visit, VisitState, VisitTime
from tests.conftest import People
from tests.databases import Database, settings_for
from tests.visits.scenes import class_of, morning

WORKERS = 8
ROUNDS = int(os.environ.get("EDUHUB_RACE_ROUNDS", "200"))
pytestmark = pytest.mark.race


@dataclass(frozen=True)
class Try:
    """One thing one worker does in a round."""

    what: str
    visit: UUID
    person: UUID
    begin: datetime
    seen: int


def attempt(one: Try) -> str:
    """Do it, and say how it ended; anything but the two facts a person may be shown is an error."""
    visit = db.session.get_one(Visit, one.visit)
    person = db.session.get_one(Person, one.person)
    try:
        if one.what == "offer":
            actions.offer_time(visit, person, one.begin, one.seen)
        elif one.what == "confirm":
            actions.confirm_visit(visit, person, one.seen)
        elif one.what == "move":
            actions.move_visit(visit, person, one.begin, "other", "", one.seen)
        else:
            actions.restore_visit(visit, person, one.seen)
    except (DateTaken, StaleVersion, actions.StepNotAllowed) as fact:
        return type(fact).__name__
    except Exception as error:  # every other ending is what the test looks for
        return f"error: {type(error).__name__}: {error}"
    return "done"


def work(
    url: str, data: str, rounds: list[Try], barrier: Barrier, answers: "multiprocessing.Queue[list[str]]"
) -> None:
    """A process of its own: one try a round, all beginning together."""
    app = create_app(settings_for(Path(data), url))
    endings = []
    for one in rounds:
        with app.app_context():
            barrier.wait(60)
            endings.append(attempt(one))
    answers.put(endings)


def contest(database: Database, folder: Path, rounds: list[list[Try]]) -> Counter[str]:
    """Run the rounds, each with all workers at once; how all tries ended."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(WORKERS)
    answers: multiprocessing.Queue[list[str]] = context.Queue()
    shares = [[tries[n] for tries in rounds] for n in range(WORKERS)]
    processes = [
        context.Process(target=work, args=(database.url, str(folder), share, barrier, answers))
        for share in shares
    ]
    db.session.rollback()
    for process in processes:
        process.start()
    endings = Counter(ending for _ in processes for ending in answers.get(timeout=300))
    for process in processes:
        process.join(30)
    db.session.rollback()
    return endings


def officers(people: People, count: int) -> list[UUID]:
    """Colleagues of the officer here."""
    place = people.officer.held[0].organisation_id
    made = []
    with transaction():
        for n in range(count):
            person = Person(
                email=f"officer{n}@eduhub.example",
                name=f"Officer {n}",
                password_hash="x",
                created_at=now(),
                verified_at=now(),
            )
            person.roles.append(
                RoleHeld(
                    organisation_id=place, role=Role.LIAISON_OFFICER, state=RoleState.HELD, asked_at=now()
                )
            )
            db.session.add(person)
            made.append(person)
        db.session.flush()
        return [person.id for person in made]


def visits(people: People, lesson: LessonVersion, classes: list[SchoolClass], count: int) -> list[UUID]:
    """Requests for these classes in turn."""
    division = people.officer.held[0].organisation_id
    teacher, school = people.teacher.id, classes[0].school_id
    keys, version = [one.id for one in classes], lesson.id
    with transaction():
        made = [
            Visit(
                class_id=keys[n % len(keys)],
                school_id=school,
                division_id=division,
                lesson_version_id=version,
                asked_by_id=teacher,
                asked_at=now(),
                state=VisitState.REQUESTED,
                learners=20,
                room="R",
                needs="",
                staying="M",
                sensitive_note="",
                times=[VisitTime(starts_at=morning(1))],
            )
            for n in range(count)
        ]
        db.session.add_all(made)
        db.session.flush()
        return [visit.id for visit in made]


def doubles() -> int:
    """Pairs of commitments of one holder that overlap: must be none."""
    rows = db.session.execute(
        select(Commitment.holder_id, Commitment.busy_from, Commitment.busy_to).order_by(
            Commitment.holder_id, Commitment.busy_from
        )
    ).all()
    return sum(
        one.holder_id == two.holder_id and two.busy_from < one.busy_to
        for one, two in itertools.pairwise(rows)
    )


def test_one_officer_many_classes(
    app: Flask, database: Database, people: People, lesson: LessonVersion, tmp_path: Path
) -> None:
    classes = [class_of(people.teacher, f"C{n}") for n in range(WORKERS)]
    made = visits(people, lesson, classes, ROUNDS * WORKERS)
    officer, start = people.officer.id, morning(1)
    rounds = [
        [
            Try("offer", made[r * WORKERS + n], officer, start + timedelta(days=r, minutes=5 * n), 1)
            for n in range(WORKERS)
        ]
        for r in range(ROUNDS)
    ]
    assert contest(database, tmp_path, rounds) == {"done": ROUNDS, "DateTaken": ROUNDS * (WORKERS - 1)}
    assert doubles() == 0
    assert db.session.query(Visit).filter(Visit.state == VisitState.OFFERED).count() == ROUNDS


def test_one_class_many_officers(
    app: Flask, database: Database, people: People, lesson: LessonVersion, tmp_path: Path
) -> None:
    crew = officers(people, WORKERS)
    made = visits(people, lesson, [class_of(people.teacher)], ROUNDS * WORKERS)
    start = morning(1)
    rounds = [
        [
            Try("offer", made[r * WORKERS + n], crew[n], start + timedelta(days=r, minutes=3 * n), 1)
            for n in range(WORKERS)
        ]
        for r in range(ROUNDS)
    ]
    assert contest(database, tmp_path, rounds) == {"done": ROUNDS, "DateTaken": ROUNDS * (WORKERS - 1)}
    assert doubles() == 0


def test_confirm_confirm_move_confirm_and_restore(
    app: Flask, database: Database, people: People, lesson: LessonVersion, tmp_path: Path
) -> None:
    """In every round, all at once on one officer's day.

    The same visit is confirmed by three and moved by a fourth; one visit is moved, one restored and one offered
    into the same time; and another is offered the time that the moved one may leave.
    """
    classes = [class_of(people.teacher, f"C{n}") for n in range(5)]
    made = visits(people, lesson, classes, 5 * ROUNDS)
    officer, teacher = people.officer, people.teacher
    officer_id, teacher_id = officer.id, teacher.id
    rounds = []
    for r in range(ROUNDS):
        pending, moving, dropped, fresh, heir = made[5 * r : 5 * r + 5]
        base = morning(1, 8) + timedelta(days=r)
        leaving, contested = base + timedelta(hours=2), base + timedelta(hours=5)
        actions.offer_time(db.session.get_one(Visit, pending), officer, base, 1)
        for key, begin in ((moving, leaving), (dropped, contested)):
            actions.offer_time(db.session.get_one(Visit, key), officer, begin, 1)
            actions.confirm_visit(db.session.get_one(Visit, key), teacher, 2)
        actions.cancel_visit(db.session.get_one(Visit, dropped), teacher, "other", "", 3)
        rounds.append(
            [
                *[Try("confirm", pending, teacher_id, base, 2)] * 3,
                Try("move", pending, officer_id, base + timedelta(minutes=10), 2),
                Try("move", moving, officer_id, contested + timedelta(minutes=5), 3),
                Try("restore", dropped, teacher_id, contested, 4),
                Try("offer", fresh, officer_id, contested - timedelta(minutes=5), 1),
                Try("offer", heir, officer_id, leaving, 1),
            ]
        )
    endings = contest(database, tmp_path, rounds)
    assert {ending for ending in endings if ending.startswith("error")} == set()
    assert 2 * ROUNDS <= endings["done"] <= 3 * ROUNDS, endings
    assert doubles() == 0
