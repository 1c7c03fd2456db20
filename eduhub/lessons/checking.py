"""Asking for a check of the lessons' files from the site: at once when they are few, else by a job."""

from datetime import timedelta

from sqlalchemy import select

from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import Job, enqueue
from eduhub.lessons.findings import totals
from eduhub.lessons.storage import content_folder

CHECK = "lessons.check"
# About half a second.
MOST_AT_ONCE = 10
EVERY = timedelta(days=1)


def ask_for_check() -> bool:
    """Check at once where that is quick, else put it in the queue; returns whether it is done."""
    # Loaded only by who asks: it renders lessons, which no other page does.
    from eduhub.lessons.check import lesson_folders  # noqa: PLC0415
    from eduhub.lessons.rechecking import check_again  # noqa: PLC0415

    try:
        few = len(lesson_folders(content_folder() / "lessons")) <= MOST_AT_ONCE
    except ValueError:
        few = True
    if few:
        check_again()
    else:
        put_in_queue()
    return few


@action
def put_in_queue() -> None:
    """A check in the queue, unless one is there."""
    if check_under_way() is None:
        enqueue(CHECK, {})


def check_under_way() -> Job | None:
    """The check that waits or runs."""
    statement = select(Job).where(Job.kind == CHECK, Job.done_at.is_(None), Job.failed_at.is_(None))
    return db.session.scalars(statement.order_by(Job.created_at.desc()).limit(1)).first()


def check_daily() -> None:
    """Dates pass without a change of files: once a day everything is checked anew."""
    last = totals()["checked_at"]
    if last is not None and last < now() - EVERY:
        put_in_queue()
