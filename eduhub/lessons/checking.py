"""Asking for a check of the lessons' files from the site: by a job, for it renders them, which no server process does."""

from datetime import timedelta

from sqlalchemy import select

from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import Job, enqueue
from eduhub.lessons.findings import totals

CHECK = "lessons.check"
CHECK_LINKS = "lessons.check_links"
EVERY = timedelta(days=1)


@action
def ask_for_check() -> None:
    """A check in the queue, unless one is there."""
    if check_under_way() is None:
        enqueue(CHECK, {})


@action
def ask_for_links() -> None:
    """A check of links to other sites in the queue, unless one is there."""
    if check_under_way(CHECK_LINKS) is None:
        enqueue(CHECK_LINKS, {})


def check_under_way(kind: str = CHECK) -> Job | None:
    """The check that waits or runs."""
    statement = select(Job).where(Job.kind == kind, Job.done_at.is_(None), Job.failed_at.is_(None))
    return db.session.scalars(statement.order_by(Job.created_at.desc()).limit(1)).first()


def check_daily() -> None:
    """Dates pass without a change of files: once a day everything is checked anew."""
    last = totals()["checked_at"]
    if last is not None and last < now() - EVERY:
        ask_for_check()
