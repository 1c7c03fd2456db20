"""Building packs ahead of the first download."""

import hashlib
from uuid import UUID

from sqlalchemy import delete

from eduhub.core import files
from eduhub.core.db import action, db
from eduhub.core.jobs import Job, job
from eduhub.lessons.actions import BUILD_PACK, content_folder
from eduhub.lessons.models import LessonVersion, PackFile
from eduhub.lessons.packs import Made, make_pack
from eduhub.lessons.queries import version_by_id
from eduhub.lessons.storage import stored


@job(BUILD_PACK)
def build_pack(work: Job) -> None:
    """Make the files of a version and keep each under its hash; done again, it makes the same."""
    version = version_by_id(UUID(work.payload["version"]))
    if version is None:
        return
    made = make_pack(version, content_folder() / "lessons" / version.lesson.slug)
    version_id = version.id
    db.session.rollback()
    for file in made:
        path = stored(hashlib.sha256(file.data).hexdigest())
        if not path.exists():
            files.write_whole(path, file.data)
    _keep(version_id, made)


@action
def _keep(version_id: UUID, made: list[Made]) -> None:
    db.session.get_one(LessonVersion, version_id)
    db.session.execute(delete(PackFile).where(PackFile.version_id == version_id))
    db.session.add_all(
        PackFile(
            version_id=version_id,
            name=file.name,
            label=file.label,
            media_type=file.media_type,
            size=len(file.data),
            sha256=hashlib.sha256(file.data).hexdigest(),
            position=position,
        )
        for position, file in enumerate(made)
    )
