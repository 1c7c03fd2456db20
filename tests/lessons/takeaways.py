"""Reading what was made for taking away: all the words of a file, whatever its kind, hidden ones included."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from eduhub.lessons.models import LessonVersion
from eduhub.lessons.packs import Made, make_pack


def all_words(name: str, data: bytes) -> str:
    """Every word in a file; in archives those of every member, properties and notes too."""
    if name.endswith(".pdf"):
        reader = PdfReader(io.BytesIO(data))
        return " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)])
    if name.endswith((".zip", ".docx", ".pptx")):
        archive = zipfile.ZipFile(io.BytesIO(data))
        return " ".join(
            f"{member} {all_words(member, archive.read(member))}" for member in archive.namelist()
        )
    text = data.decode("utf-8", "replace")
    # Runs of one sentence stand in elements of their own: the words with the marks taken out are read too.
    return f"{text} {re.sub(r'<[^>]*>', '', text)}" if name.endswith((".xml", ".html")) else text


def files_of(version: LessonVersion, folder: Path) -> dict[str, Made]:
    """A pack made into a new folder, by name."""
    folder.mkdir()
    return {one.name: one for one in make_pack(version, folder)}


def print_sizes(data: bytes) -> set[float]:
    """The sizes of type in a PDF, in points."""
    found: set[float] = set()

    def seen(text: str, cm: list[float], tm: list[float], _font: Any, size: float) -> None:
        if text.strip():
            found.add(round(abs(size * tm[3] * cm[3]), 1))

    for page in PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=seen)
    return found
