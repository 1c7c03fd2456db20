"""A class that answers; used wherever answers are needed."""

from uuid import uuid4

from eduhub.accounts.models import Person
from eduhub.core.clock import today
from eduhub.evaluation import actions, jobs
from eduhub.evaluation.models import ClassSession, Wave
from eduhub.evaluation.questions import question_sets
from eduhub.lessons.models import LessonVersion
from eduhub.visits.models import Delivery, Outcome
from eduhub.visits.planning import Report, plan_own_delivery, record_delivery
from tests.pages import Browser, Document
from tests.visits.scenes import class_of


def fill(session: ClassSession, count: int, choice: str = "4") -> None:
    """So many learners give the same answer to everything."""
    key, set_key = session.id, session.question_set
    answers = {question.key: choice for question in question_sets()[set_key].questions}
    for _ in range(count):
        actions.keep_response(key, uuid4(), answers)


def asked(delivery: Delivery, person: Person, wave: Wave, **answers: int) -> ClassSession:
    """A session filled (c4=10, c2=3) and closed by hand."""
    session = actions.open_session(delivery, wave, person)
    for name, count in answers.items():
        fill(session, count, name[1:])
    actions.close_session(session, person)
    return session


def planned(person: Person, lesson: LessonVersion, label: str) -> Delivery:
    """A delivery today to a class of that name."""
    return plan_own_delivery(person, class_of(person, label), lesson, today())


def recorded(delivery: Delivery, person: Person, present: int = 24) -> None:
    """Say that a delivery took place; the worker follows."""
    report = Report(Outcome.DELIVERED, today(), present, "", "")
    record_delivery(delivery, person, report, delivery.version)
    jobs.follow_deliveries()


def press(browser: Browser, page: Document, code: str, **values: str) -> Document:
    """Send the form of a learner's page with these values, and judge the page that follows."""
    data = {**page.form(), **values}
    response = browser.send("POST", f"/answer/{code}", data=data, follow_redirects=True)
    return browser._judged(response)


def begin(browser: Browser, code: str) -> Document:
    """The first question."""
    return browser.submit(f"/answer/{code}", {"begin": "yes"})


def answer_all(browser: Browser, code: str, choice: str = "4") -> Document:
    """From the first page to the last."""
    page = begin(browser, code)
    while page.h1.startswith("Question"):
        page = press(browser, page, code, answer=choice)
    return page
