"""Checking the lessons' files anew, and saying how far that is."""

from collections.abc import Callable, Iterator
from pathlib import Path

from eduhub.core.db import db
from eduhub.lessons.check import lesson_folders, read_vocabularies
from eduhub.lessons.findings import keep_failure, keep_findings
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.storage import content_folder

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
