"""Checking the lessons' files anew, and saying how far that is."""

from eduhub.core.db import db
from eduhub.lessons.check import Progress, lesson_folders, read_vocabularies
from eduhub.lessons.findings import keep_failure, keep_findings
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.outside import Manners
from eduhub.lessons.outside_links import NoWayOutError, ask_links
from eduhub.lessons.storage import content_folder

MANNERS = Manners()


def check_links(progress: Progress = lambda _done, _total: None, manners: Manners = MANNERS) -> None:
    """Ask other sites about the links to them, then check all lessons; no way out to the internet is a finding too."""
    content, failure = content_folder(), ""
    try:
        lessons = look_over(lesson_folders(content / "lessons"), read_vocabularies(content))
        ask_links(lessons, manners, progress)
    except NoWayOutError as error:
        failure = str(error)
    except ValueError:
        db.session.rollback()  # the check says what is wrong
    check_again()
    if failure:
        keep_failure(failure)


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
