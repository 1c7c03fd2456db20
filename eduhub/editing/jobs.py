"""Checking drafts and publishing them: work of the worker."""

from uuid import UUID

from eduhub.core.jobs import Job, job
from eduhub.editing.actions import CHECK, PUBLISH, SECOND_CHECK
from eduhub.editing.publishing import note_second_check, publish
from eduhub.editing.reading import read_draft


@job(CHECK)
def run_check(work: Job) -> None:
    """Read, check and render a draft."""
    read_draft(UUID(work.payload["draft"]))


@job(PUBLISH)
def run_publish(work: Job) -> None:
    """Publish a draft, or note why it cannot be."""
    publish(UUID(work.payload["draft"]))


@job(SECOND_CHECK)
def run_second_check(work: Job) -> None:
    """Note that somebody else checked a version that was published alone."""
    note_second_check(work.payload["slug"], work.payload["version"], UUID(work.payload["person"]))
