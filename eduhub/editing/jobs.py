"""Checking drafts and publishing them: work of the worker."""

from datetime import timedelta
from uuid import UUID

from eduhub.core.clock import now
from eduhub.core.jobs import Job, each_minute, job
from eduhub.editing.actions import CHECK, FILES, PUBLISH, SECOND_CHECK, SIGN_OFF
from eduhub.editing.outcomes import forget_drafts, keep_refusal
from eduhub.editing.packing import clear_files, make_files
from eduhub.editing.publishing import note_second_check, note_sign_off, publish
from eduhub.editing.queries import any_over_since, given_up
from eduhub.editing.reading import read_draft

KEPT = timedelta(days=365)
FAILED = "Something went wrong, and trying again did not help. The people who run this site find it in the worker’s log."


@job(CHECK)
def run_check(work: Job) -> None:
    """Read, check and render a draft."""
    read_draft(UUID(work.payload["draft"]))


@job(FILES)
def run_files(work: Job) -> None:
    """Make the files of a draft's pack."""
    make_files(UUID(work.payload["draft"]))


@job(PUBLISH)
def run_publish(work: Job) -> None:
    """Publish a draft, or note why it cannot be."""
    publish(UUID(work.payload["draft"]))


@job(SECOND_CHECK)
def run_second_check(work: Job) -> None:
    """Note that somebody else checked a version that was published alone."""
    note_second_check(work.payload["slug"], work.payload["version"], UUID(work.payload["person"]))


@job(SIGN_OFF)
def run_sign_off(work: Job) -> None:
    """Keep what a reviewer said of a version."""
    note_sign_off(work.payload["slug"], work.payload["review"], UUID(work.payload["person"]))


@each_minute
def give_back() -> None:
    """Let people go on with drafts whose publishing failed again and again."""
    for draft_id in given_up(PUBLISH):
        keep_refusal(draft_id, FAILED, [])


@each_minute
def forget_old() -> None:
    """Delete drafts a year after they were published or dropped; looks before it writes, for there seldom are any."""
    before = now() - KEPT
    if any_over_since(before):
        forget_drafts(before)


each_minute(clear_files)
