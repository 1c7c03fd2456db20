"""Made-up classes, visits in every state, deliveries and answers: the same in every demonstration."""

import random
from datetime import datetime, time, timedelta

from sqlalchemy import select, update

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import at_local, today
from eduhub.core.db import action, db
from eduhub.demo.feedback import make_feedback
from eduhub.demo.people import fixed_id
from eduhub.evaluation.actions import close_session, keep_response, open_session
from eduhub.evaluation.models import ClassSession, Wave
from eduhub.evaluation.questions import question_sets
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.queries import current
from eduhub.lists import actions as lists
from eduhub.programmes.actions import ClassFacts, make_class
from eduhub.programmes.models import SchoolClass
from eduhub.visits import actions
from eduhub.visits.models import Delivery, Outcome, Visit
from eduhub.visits.planning import Report, plan_own_delivery, record_delivery

SLUG = "vaping-what-is-in-it-for-whom"
LISTED = (SLUG, "a-night-out-looking-after-each-other")
DICE = random.Random(20261124)  # noqa: S311 -- made-up answers, the same every time


def make_data() -> None:
    """Put in what is missing; does nothing the second time."""
    if db.session.scalar(select(SchoolClass.id).limit(1)) is not None:
        return
    shown = current(SLUG)
    if shown is None:
        return
    lesson = shown.version
    for side in ("here", "there"):
        teacher, officer = _person(Role.TEACHER, side), _person(Role.LIAISON_OFFICER, side)
        classes = [_class(teacher, label, size) for label, size in (("2B2", 24), ("2C1", 22), ("3A1", 26))]
        _past_deliveries(teacher, classes, lesson)
        _visits(teacher, officer, classes, lesson)
        _list(teacher)
    make_feedback(lesson)


def _person(role: Role, side: str) -> Person:
    return db.session.get_one(Person, fixed_id(role.value, side))


def _class(teacher: Person, label: str, size: int) -> SchoolClass:
    school = teacher.held[0].organisation_id
    return make_class(teacher, school, ClassFacts(label, [f"S{label[0]}"], size, "2026-27"))


def school_morning(days: int, hour: int = 10) -> datetime:
    """A time on the n-th weekday from tomorrow."""
    day = today()
    while days >= 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return at_local(day, time(hour))


def _past_deliveries(teacher: Person, classes: list[SchoolClass], lesson: LessonVersion) -> None:
    for number, known in enumerate(classes[:2]):
        day = today() - timedelta(days=7 * (number + 1))
        delivery = plan_own_delivery(teacher, known, lesson, day)
        for wave, lift in ((Wave.BEFORE, 0), (Wave.AFTER, 1)):
            session = open_session(delivery, wave, teacher)
            _answer(session, known.learners - 2, lift)
            close_session(session, teacher)
        present = known.learners - 1
        record_delivery(delivery, teacher, Report(Outcome.DELIVERED, day, present, "", ""), 1)


def _answer(session: ClassSession, count: int, lift: int) -> None:
    chosen = question_sets()[session.question_set]
    for _ in range(count):
        answers = {}
        for question in chosen.questions:
            change = lift if question.hoped == "up" else -lift
            value = DICE.choices((1, 2, 3, 4, 5), (2, 3, 4, 5, 2))[0] + (change if DICE.random() < 0.7 else 0)
            answers[question.key] = str(min(5, max(1, value)))
        keep_response(session.id, fixed_id("response", str(DICE.random())), answers)


def _ask(teacher: Person, known: SchoolClass, lesson: LessonVersion, first: int) -> Visit:
    times = [school_morning(first + n) for n in range(3)]
    wanted = actions.Request(times, known.learners, "Room 12", "", teacher.name, "")
    return actions.ask_for_visit(teacher, known, lesson, wanted)


def _visits(teacher: Person, officer: Person, classes: list[SchoolClass], lesson: LessonVersion) -> None:
    _ask(teacher, classes[0], lesson, 8)
    offered = _ask(teacher, classes[1], lesson, 5)
    actions.offer_time(offered, officer, school_morning(6, 11), offered.version)
    confirmed = _ask(teacher, classes[2], lesson, 2)
    actions.accept_time(confirmed, officer, school_morning(2), confirmed.version)
    delivery = db.session.scalars(select(Delivery).where(Delivery.visit_id == confirmed.id)).one()
    _open_for_long(open_session(delivery, Wave.BEFORE, teacher))
    actions.add_busy_time(officer, school_morning(1, 9), school_morning(1, 13), "Court")


def _list(teacher: Person) -> None:
    """A list of lessons, shared by a link."""
    first, *others = [shown.lesson.id for slug in LISTED if (shown := current(slug))]
    made = lists.make_list_with(teacher, "S2, before and after the visit", first, "Ask for the visit first.")
    for lesson_id in others:
        lists.add_lesson(made.id, lesson_id, "")
    lists.share_list(made.id, made.version, shows_owner=False)


@action
def _open_for_long(session: ClassSession) -> None:
    """A demonstration's session stays open for a month."""
    later = session.closes_at + timedelta(days=30)
    db.session.execute(
        update(ClassSession).where(ClassSession.id == session.id).values(closes_at=later, code=_code(session))
    )


def _code(session: ClassSession) -> str:
    """A fixed code for the first school, so that a demonstration can show it in advance."""
    first = session.school_id == fixed_id("school", "9900001")
    return "DEMA34" if first else "DEMA67"
