"""What somebody says of a lesson, published or not; used wherever feedback is needed."""

from collections.abc import Iterable
from dataclasses import replace

from eduhub.accounts.models import Person, Role
from eduhub.core.db import db
from eduhub.feedback import actions
from eduhub.feedback.actions import Told
from eduhub.feedback.models import Feedback, Fit, Pace, TookPart
from eduhub.feedback.queries import own
from eduhub.lessons.models import LessonVersion
from tests.conftest import People

TOLD = Told("S2", Fit.YES, Pace.AS_PLANNED, TookPart.MOST, 30)
# The form of the same, and words that must be seen by nobody before an editor.
FORM = {"stage": "S2", "fit": "yes", "pace": "as-planned", "minutes": "30", "took_part": "most"}
WORDS = {
    "changed": "CHANGED-not-yet",
    "support": "SUPPORT-not-yet",
    "problem": "PROBLEM-not-yet",
}
ADDRESS = "/lessons/a-lesson/versions/1.0/feedback"
TELLERS = (
    (Role.TEACHER, "here"),
    (Role.TEACHER, "there"),
    (Role.SCHOOL_LEAD, "here"),
    (Role.LIAISON_OFFICER, "here"),
    (Role.PARTNER_PRACTITIONER, "here"),
    (Role.COUNCIL_LEAD, "here"),
)


def say(person: Person, version: LessonVersion, **more: object) -> Feedback:
    """What somebody says of a version, over what they said before."""
    known = own(person.id, version.id)
    told = replace(TOLD, **more)  # type: ignore[arg-type]
    return actions.tell(person, version, told, known.version if known else 0)


def published(person: Person, version: LessonVersion, editor: Person, **more: object) -> Feedback:
    """The same, read by an editor."""
    kept = say(person, version, **more)
    actions.publish(kept.id, editor, kept.version)
    return kept


def say_all(people: People, version: LessonVersion, answers: Iterable[Told]) -> None:
    """One practitioner after another says something, without words."""
    for (role, side), told in zip(TELLERS, answers, strict=False):
        actions.tell(people(role, side), version, told, 0)


def count() -> int:
    return db.session.query(Feedback).count()
