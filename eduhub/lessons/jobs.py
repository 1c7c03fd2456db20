"""Building packs ahead of the first download, checking the lessons' files, reminders, and forgetting old searches."""

from uuid import UUID

from eduhub.core.jobs import Job, each_minute, job, report
from eduhub.lessons.checking import CHECK, CHECK_LINKS, check_daily
from eduhub.lessons.misses import forget_old_misses
from eduhub.lessons.packing import BUILD_PACK, build_pack
from eduhub.lessons.rechecking import check_again, check_links
from eduhub.lessons.reminding import REMIND, remind, remind_daily


@job(BUILD_PACK)
def run_build_pack(work: Job) -> None:
    """Make the files of a version."""
    build_pack(UUID(work.payload["version"]))


@job(CHECK)
def run_check(work: Job) -> None:
    """Check every lesson, and say how far that is."""
    key = work.id
    check_again(lambda done, total: report(key, done, total, "Lessons checked"))


@job(REMIND)
def run_remind(_work: Job) -> None:
    """Write to editors and reviewers which lessons fall due for review."""
    remind()


@job(CHECK_LINKS, attempts=1)
def run_check_links(work: Job) -> None:
    """Ask other sites whether links to them still lead somewhere, then check every lesson."""
    key = work.id
    check_links(lambda done, total: report(key, done, total, "Links asked"))


each_minute(check_daily)
each_minute(remind_daily)
each_minute(forget_old_misses)
