"""Writing feedback, deciding on its words, and answering it. Each says which state its page showed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update

from eduhub.accounts.models import Person, Role
from eduhub.core import throttle
from eduhub.core.audit import record
from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.web import Problem, StaleVersion
from eduhub.feedback.models import Feedback, Fit, Pace, Reason, Setting, State, TookPart
from eduhub.feedback.queries import later_versions, own
from eduhub.feedback.rules import HOUR, MOST_AN_HOUR, PRACTITIONERS, REASONS, setting_of
from eduhub.lessons.models import Lesson, LessonVersion
from eduhub.notifications.actions import send_email
from eduhub.organisations.models import School

# What the writer is told once an editor has decided: subject and template.
NEWS = {
    State.PUBLISHED: ("Your feedback is published", "feedback/published"),
    State.DECLINED: ("Your feedback is not published", "feedback/declined"),
}


class TooMuch(Problem):
    """Somebody tells more in an hour than anybody teaches."""

    status = 429


@dataclass(frozen=True)
class Told:
    """What a practitioner says of a version: closed answers, and words that may be empty."""

    stage: str
    fit: Fit
    pace: Pace
    took_part: TookPart
    minutes: int | None = None
    changed: str = ""
    support: str = ""
    problem: str = ""

    @property
    def words(self) -> tuple[str, str, str]:
        return self.changed, self.support, self.problem


def tell(person: Person, version: LessonVersion, told: Told, seen: int) -> Feedback:
    """Say how it went, or say it anew; ``seen`` is 0 for the first time. Raises TooMuch, StaleVersion."""
    key, version_id = str(person.id), version.id
    if throttle.count("feedback", key, HOUR) > MOST_AN_HOUR:
        raise TooMuch(
            f"You sent feedback {MOST_AN_HOUR} times within the hour, which is the most. "
            "Keep this page open and send it again in an hour."
        )
    return _tell(person, version_id, told, seen)


@action
def _tell(person: Person, version_id: UUID, told: Told, seen: int) -> Feedback:
    # One after the other for each person, so that two windows do not make two.
    db.session.scalar(select(Person.id).where(Person.id == person.id).with_for_update())
    found = own(person.id, version_id)
    if found is not None:
        db.session.refresh(found, with_for_update=True)
    if (found.version if found else 0) != seen:
        raise StaleVersion(
            "Your feedback was changed in another window, or by an editor, after you opened this."
        )
    feedback = found or Feedback(lesson_version_id=version_id, person_id=person.id, version=0, answer="")
    same_words = found is not None and found.words == told.words
    for name, value in asdict(told).items():
        setattr(feedback, name, value)
    feedback.role, feedback.setting = _standing(person)
    feedback.told_at, feedback.version = now(), feedback.version + 1
    if not same_words:
        _begin_anew(feedback)
    db.session.add(feedback)
    db.session.flush()
    # Without the writer: the trail is kept for good, and nothing is to tie it to them once they have left.
    record("change" if found else "tell", "feedback", feedback.id)
    _count(feedback)
    return feedback


def _standing(person: Person) -> tuple[Role, Setting]:
    """As what somebody speaks: their first role as a practitioner, and the kind of school it is held at."""
    held = {one.role: one for one in person.held}
    role = next((role for role in PRACTITIONERS if role in held), None)
    if role is None:
        raise Problem("Your role has ended: only practitioners say how a lesson went.")
    place = held[role].organisation
    if not isinstance(place, School):
        return role, Setting.OTHER
    return role, setting_of(place.has_primary, place.has_secondary, place.has_special)


def _begin_anew(feedback: Feedback) -> None:
    """Other words: nobody has read them, and an answer to the old ones does not fit."""
    feedback.state = State.WAITING if any(feedback.words) else State.PUBLISHED
    feedback.reason, feedback.reason_words = None, ""
    feedback.answer, feedback.answered_at, feedback.mended_in_id = "", None, None


@action
def withdraw(feedback_id: UUID, seen: int) -> None:
    """Take one's feedback back: nothing of it is kept. Raises StaleVersion."""
    feedback = _seen(feedback_id, seen)
    record("withdraw", "feedback", feedback.id)
    version = feedback.lesson_version
    db.session.delete(feedback)
    db.session.flush()
    _count_lesson(version.lesson_id)


@action
def publish(feedback_id: UUID, actor: Person, seen: int) -> None:
    """Let everybody read it. Raises StaleVersion."""
    feedback = _seen(feedback_id, seen)
    if feedback.state is State.PUBLISHED:
        return
    feedback.reason, feedback.reason_words = None, ""
    _decide(feedback, State.PUBLISHED, actor)


@action
def decline(feedback_id: UUID, actor: Person, seen: int, reason: Reason, words: str) -> None:
    """Keep it from everybody but its writer, who is told why. Raises StaleVersion."""
    feedback = _seen(feedback_id, seen)
    if (feedback.state, feedback.reason, feedback.reason_words) == (State.DECLINED, reason, words):
        return
    feedback.reason, feedback.reason_words = reason, words
    _decide(feedback, State.DECLINED, actor)


def _decide(feedback: Feedback, state: State, actor: Person) -> None:
    feedback.state = state
    feedback.version += 1
    db.session.flush()
    record(state.value, "feedback", feedback.id, actor.id)
    _count(feedback)
    _write(feedback, *NEWS[state])


@action
def answer(feedback_id: UUID, actor: Person, seen: int, words: str, mended_in: str) -> None:
    """Answer what is published, for everybody to read, and say in which version it was mended ("" for none).

    The writer is told of the first answer, and of the version. Raises StaleVersion, Problem.
    """
    feedback = _seen(feedback_id, seen)
    if feedback.state is not State.PUBLISHED:
        raise Problem("Only what is published can be answered, for everybody reads the answer.")
    if mended_in and mended_in not in later_versions(feedback):
        raise Problem("That version does not come after the one this is about.")
    is_news = feedback.answered_at is None or (bool(mended_in) and feedback.mended_in_id is None)
    feedback.answer, feedback.answered_at = words, feedback.answered_at or now()
    feedback.mended_in_id = UUID(mended_in) if mended_in else None
    feedback.version += 1
    db.session.flush()
    record("answer", "feedback", feedback.id, actor.id)
    if is_news:
        _write(feedback, "Your feedback is answered", "feedback/answered")


@action
def forget_writers(before: datetime) -> None:
    """Keep what people said whose account was closed by then, and forget who they were."""
    closed = select(Person.id).where(Person.disabled_at < before)
    db.session.execute(update(Feedback).where(Feedback.person_id.in_(closed)).values(person_id=None))


# Inside an action.


def _seen(feedback_id: UUID, seen: int) -> Feedback:
    """The feedback as it is now, after waiting for whoever else changes it; only in the state its page showed."""
    found = db.session.scalar(
        select(Feedback)
        .where(Feedback.id == feedback_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Problem("This feedback was withdrawn after you opened the page.")
    if found.version != seen:
        raise StaleVersion("This feedback was changed after you opened the page. Read it again.")
    return found


def _count(feedback: Feedback) -> None:
    version = db.session.get_one(LessonVersion, feedback.lesson_version_id)
    _count_lesson(version.lesson_id)


def _count_lesson(lesson_id: UUID) -> None:
    """Keep with the lesson how many are published, so that its page need not count."""
    published = (
        select(func.count())
        .select_from(Feedback)
        .join(LessonVersion, LessonVersion.id == Feedback.lesson_version_id)
        .where(LessonVersion.lesson_id == lesson_id, Feedback.state == State.PUBLISHED)
        .scalar_subquery()
    )
    db.session.execute(update(Lesson).where(Lesson.id == lesson_id).values(feedback_count=published))


def _write(feedback: Feedback, subject: str, template: str) -> None:
    """Tell the writer; nobody where they have left."""
    person, told = feedback.person, feedback.lesson_version
    if person is None or not person.is_active:
        return
    send_email(
        to=person.email,
        subject=f"{subject}: {told.title}",
        template=template,
        context={
            "name": person.name,
            "title": told.title,
            "number": told.version,
            "slug": told.lesson.slug,
            "reason": REASONS[feedback.reason] if feedback.reason else "",
        },
    )
