"""Made-up feedback on a lesson: some published, one of it answered, one waiting for an editor."""

from eduhub.accounts.models import Person, Role
from eduhub.core.db import db
from eduhub.demo.people import fixed_id
from eduhub.feedback import actions
from eduhub.feedback.actions import Told
from eduhub.feedback.models import Fit, Pace, TookPart
from eduhub.lessons.models import LessonVersion

CARDS = "Pictures to sort instead of cards to read aloud: everybody stayed with their group."
SAID: tuple[tuple[Role, str, Told], ...] = (
    (
        Role.TEACHER,
        "here",
        Told(
            "S2",
            Fit.YES,
            Pace.LONGER,
            TookPart.MOST,
            60,
            changed="I kept the sorting for a second period and began it with a short recall.",
            support=CARDS,
        ),
    ),
    (
        Role.TEACHER,
        "there",
        Told(
            "S3",
            Fit.PARTLY,
            Pace.AS_PLANNED,
            TookPart.MOST,
            50,
            problem="It says “count the devices” before anybody has seen the picture.",
        ),
    ),
    (Role.SCHOOL_LEAD, "here", Told("S2", Fit.YES, Pace.AS_PLANNED, TookPart.HALF, 50)),
    (Role.SCHOOL_LEAD, "there", Told("S1", Fit.YES, Pace.LONGER, TookPart.MOST, 55)),
    (
        Role.LIAISON_OFFICER,
        "here",
        Told(
            "S2",
            Fit.YES,
            Pace.AS_PLANNED,
            TookPart.MOST,
            50,
            changed="The questions were collected in a box before I came, so nobody had to ask aloud.",
        ),
    ),
    (
        Role.PARTNER_PRACTITIONER,
        "here",
        Told(
            "S2",
            Fit.YES,
            Pace.SHORTER,
            TookPart.MOST,
            40,
            problem="The link to the helpline is easy to miss.",
        ),
    ),
)
WAITING = (
    Role.PARTNER_PRACTITIONER,
    "there",
    Told(
        "S2",
        Fit.YES,
        Pace.LONGER,
        TookPart.HALF,
        65,
        changed="We stopped for the discussion and left the quiz out.",
    ),
)
ANSWER = "Thank you: the picture comes first in the next version."


def make_feedback(lesson: LessonVersion) -> None:
    """Say it, publish all but the last, and answer the first problem."""
    editor = _person(Role.CONTENT_EDITOR, "here")
    for role, side, told in SAID:
        kept = actions.tell(_person(role, side), lesson, told, 0)
        actions.publish(kept.id, editor, kept.version)
        if told.problem and role is Role.TEACHER:
            actions.answer(kept.id, editor, kept.version, ANSWER, "")
    role, side, told = WAITING
    actions.tell(_person(role, side), lesson, told, 0)


def _person(role: Role, side: str) -> Person:
    return db.session.get_one(Person, fixed_id(role.value, side))
