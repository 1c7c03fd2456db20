"""A class, a lesson and times to ask for a visit with; used wherever a visit is needed."""

from datetime import datetime, time, timedelta
from pathlib import Path

from eduhub.accounts.models import Person
from eduhub.core.clock import at_local, today
from eduhub.core.db import db
from eduhub.lessons.actions import build
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.queries import current
from eduhub.programmes.actions import ClassFacts, make_class
from eduhub.programmes.models import SchoolClass
from eduhub.visits.actions import Request, ask_for_visit
from eduhub.visits.models import Visit
from tests.lessons.samples import lesson_text, write_content


def make_lesson(folder: Path) -> LessonVersion:
    """A published lesson of thirty minutes."""
    build(write_content(folder, a_lesson=lesson_text()))
    shown = current("a-lesson")
    assert shown is not None
    return shown.version


def class_of(person: Person, label: str = "2B2") -> SchoolClass:
    """A class of twenty-four taught by somebody at their school."""
    school = person.held[0].organisation_id
    return make_class(person, school, ClassFacts(label, ["S2"], 24, "2026-27"))


def morning(days: int, hour: int = 10, minute: int = 0) -> datetime:
    """A time on the n-th school day from tomorrow."""
    day = today()
    while days >= 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return at_local(day, time(hour, minute))


def wanted(*times: datetime) -> Request:
    """A request with these times, or three mornings."""
    chosen = list(times) or [morning(1), morning(2), morning(3)]
    return Request(chosen, 24, "Room 4", "A projector is there", "Mairi Grant", "A recent loss in the class")


def ask(person: Person, lesson: LessonVersion, label: str = "2B2", *times: datetime) -> Visit:
    """A visit asked for by somebody for a class of their own."""
    visit = ask_for_visit(person, class_of(person, label), lesson, wanted(*times))
    db.session.refresh(visit)
    return visit
