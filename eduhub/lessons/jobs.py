"""Building packs ahead of the first download."""

from uuid import UUID

from eduhub.core.jobs import Job, job
from eduhub.lessons.packing import BUILD_PACK, build_pack


@job(BUILD_PACK)
def run_build_pack(work: Job) -> None:
    """Make the files of a version."""
    build_pack(UUID(work.payload["version"]))
