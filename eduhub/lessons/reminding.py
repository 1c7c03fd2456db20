"""Reminding those who keep lessons of reviews that fall due: once a day, never twice of the same."""

from collections.abc import Sequence
from datetime import time, timedelta

from sqlalchemy import select, update

from eduhub.accounts.queries import people_with
from eduhub.core.clock import at_local, local, now, today
from eduhub.core.db import action, db, insert_missing
from eduhub.core.jobs import Job, enqueue
from eduhub.core.settings import settings
from eduhub.lessons.due import BANDS, Band, Due, any_due, due_lessons
from eduhub.lessons.models import ReviewReminder
from eduhub.lessons.permissions import KEEPERS
from eduhub.notifications.actions import send_email

REMIND = "lessons.remind"
# In the morning, so that it is read the same day.
FROM_HOUR = 7
# An overdue lesson is named again after so many days.
AGAIN = 7
# An e-mail names so many lessons of each kind; the page has all.
MOST_NAMED = 30


def remind_daily() -> None:
    """Once a day, from the morning on, where reminders are wanted and there is something to remind of."""
    is_time = settings().review_reminders and local(now()).hour >= FROM_HOUR
    if is_time and not _asked_today() and any_due():
        ask_to_remind()


def _asked_today() -> bool:
    midnight = at_local(today(), time(0))
    statement = select(Job.id).where(Job.kind == REMIND, Job.created_at >= midnight)
    return db.session.scalar(statement.limit(1)) is not None


@action
def ask_to_remind() -> None:
    """A reminder in the queue. Two of them on one day remind once."""
    enqueue(REMIND, {})


@action
def remind() -> int:
    """Write to all editors and reviewers what they were not told yet; how many lessons that is."""
    people = people_with(*KEEPERS)
    news = [one for one in due_lessons() if one.band is not Band.NEVER and _is_news(one)] if people else []
    for person in people if news else ():
        send_email(
            to=person.email,
            subject=_subject(news),
            template="lessons/reviews",
            context={"name": person.name, "parts": _parts(news), "most": MOST_NAMED},
        )
    return len(news)


def _is_news(one: Due) -> bool:
    """Note that people are told now; false where they were before, for whoever noted it first tells them."""
    moment = now()
    key = {"lesson_id": one.lesson_id, "due_on": one.due, "days_before": one.band.days}
    if insert_missing(ReviewReminder, {**key, "sent_at": moment}, keys=list(key)):
        return True
    if one.band is not Band.OVERDUE:
        return False
    week_ago = at_local(today() - timedelta(days=AGAIN - 1), time(0))
    again = update(ReviewReminder).filter_by(**key).where(ReviewReminder.sent_at < week_ago)
    changed = db.session.execute(again.values(sent_at=moment).returning(ReviewReminder.lesson_id))
    return changed.first() is not None


def _subject(news: Sequence[Due]) -> str:
    late = sum(one.band is Band.OVERDUE for one in news)
    if not late:
        return f"{_lessons(len(news))} due for review soon"
    soon = f", {len(news) - late} due soon" if len(news) > late else ""
    return f"{_lessons(late)} overdue for review{soon}"


def _lessons(count: int) -> str:
    return f"{count} lesson{'' if count == 1 else 's'}"


def _parts(news: Sequence[Due]) -> list[tuple[str, list[Due]]]:
    found = [(BANDS[band], [one for one in news if one.band is band]) for band in Band]
    return [(words, lessons) for words, lessons in found if lessons]
