"""Reading a lesson's file in the content folder as text, for a draft to begin from."""

from pathlib import Path

from eduhub.core.web import Problem
from eduhub.editing.rules import is_too_long, without_unkeepable
from eduhub.editing.sheet import CannotCut, cut, plain
from eduhub.lessons.schema import key
from eduhub.lessons.source import HIDDEN, own_file
from eduhub.lessons.storage import content_folder

NAME = "lesson.md"


class CannotEdit(Problem):
    """A lesson's file is not one that can be worked on here."""

    status = 422


def lesson_folder(slug: str) -> Path:
    """The folder of a lesson, there or not. Raises CannotEdit for what is no folder's name."""
    try:
        return content_folder() / "lessons" / str(key(slug))
    except ValueError as error:
        raise CannotEdit(f"There is no lesson with the address “{slug[:80]}”.") from error


def file_bytes(slug: str) -> bytes | None:
    """What is in a lesson's file now; None where there is none. Raises CannotEdit."""
    folder = lesson_folder(slug)
    if not folder.exists():
        return None
    path = own_file(folder, NAME)
    try:
        return path.read_bytes() if path else None
    except OSError as error:
        raise CannotEdit(f"The file {slug}/{NAME} cannot be read ({error.strerror}).") from error


def text_to_edit(slug: str) -> str:
    """The text of a lesson's file. Raises CannotEdit, with what has to be mended where the files are kept."""
    data = file_bytes(slug)
    if data is None:
        raise CannotEdit(f"There is no file {slug}/{NAME} in the folder of the lessons.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CannotEdit(
            f"{slug}/{NAME} is not UTF-8. It has to be mended where the files are kept."
        ) from error
    if is_too_long(text):
        raise CannotEdit(
            f"{slug}/{NAME} is larger than a lesson may be. It has to be shortened where it is kept."
        )
    if without_unkeepable(text) != text:
        raise CannotEdit(
            f"{slug}/{NAME} holds hidden characters. It has to be mended where the files are kept."
        )
    return text


def asset_file(slug: str, name: str) -> Path | None:
    """A file below a lesson's assets, as it is in the folder now."""
    return own_file(lesson_folder(slug), f"assets/{name}") if "/" not in name and "\0" not in name else None


def title_in(text: str) -> str:
    """What a text calls the lesson, near enough for a list: nothing is decided by it."""
    try:
        stretch = cut(plain(text)).stretches.get("title", "")
    except CannotCut:
        return ""
    words = stretch.partition(":")[2].split("\n", 1)[0].strip().strip("\"'").strip()[:80]
    return HIDDEN.sub("", words)


def text_now(slug: str) -> str:
    """A lesson's file as it is now, to compare with; empty where there is none."""
    data = file_bytes(slug)
    return data.decode("utf-8", "replace") if data else ""
