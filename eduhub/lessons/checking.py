"""Checking the lessons' files anew from the site: at once when they are few, else by a job that says how far it is."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from eduhub.core.clock import now
from eduhub.core.db import action, db
from eduhub.core.jobs import Job, enqueue
from eduhub.lessons.check import lesson_folders, read_vocabularies
from eduhub.lessons.findings import keep_failure, keep_findings, totals
from eduhub.lessons.inspecting import content_folder, look_over

CHECK = "lessons.check"
# About half a second.
MOST_AT_ONCE = 10
EVERY = timedelta(days=1)

Progress = Callable[[int, int], None]


def check_again(progress: Progress = lambda _done, _total: None) -> None:
    """Check all lessons and keep what was found; a folder or vocabulary that cannot be read is a finding too."""
    content = content_folder()
    try:
        folders = lesson_folders(content / "lessons")
        checked = look_over(_counted(folders, progress), read_vocabularies(content))
    except ValueError as error:
        db.session.rollback()
        keep_failure(str(error))
        return
    db.session.rollback()
    keep_findings(checked)


def _counted(folders: list[Path], progress: Progress) -> Iterator[Path]:
    for done, folder in enumerate(folders):
        if done % 20 == 0:
            progress(done, len(folders))
        yield folder


def ask_for_check() -> bool:
    """Check at once where that is quick, else put it in the queue; returns whether it is done."""
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
