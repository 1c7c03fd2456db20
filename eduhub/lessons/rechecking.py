"""Checking the lessons' files anew, and saying how far that is."""

from eduhub.core.db import db
from eduhub.lessons.check import Progress, lesson_folders, read_vocabularies
from eduhub.lessons.findings import keep_failure, keep_findings
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.storage import content_folder


def check_again(progress: Progress = lambda _done, _total: None) -> None:
    """Check all lessons and keep what was found; a folder or vocabulary that cannot be read is a finding too."""
    content = content_folder()
    try:
        folders = lesson_folders(content / "lessons")
        checked = look_over(folders, read_vocabularies(content), progress)
    except ValueError as error:
        db.session.rollback()
        keep_failure(str(error))
        return
    db.session.rollback()
    keep_findings(checked)
