"""The files of a pack, made from a version's HTML: PDFs, an editable document, handouts, manifest, one ZIP.

Everything here is a function of the version, so that a rebuild gives the same bytes. Heavy libraries are loaded
when a pack is built, never when a page is shown.
"""

import hashlib
import io
import json
import logging
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eduhub.core.files import STATIC
from eduhub.core.web import render_text
from eduhub.lessons.models import LessonVersion

EPOCH = (1980, 1, 1, 0, 0, 0)
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LICENCE_TEXT = """This pack is published under the Creative Commons Attribution 4.0 International licence.
You may copy, change and share it, also commercially, if you name "eduhub contributors" and say what you changed.
The licence: https://creativecommons.org/licenses/by/4.0/
"""


@dataclass(frozen=True)
class Made:
    """A file that was made."""

    name: str
    label: str
    media_type: str
    data: bytes


class NoPdfError(RuntimeError):
    """Pango, which sets the type of PDFs, is not installed."""


def make_pack(version: LessonVersion, folder: Path) -> list[Made]:
    """Every file of a version's pack, the ZIP of all first. Without Pango there are no PDFs."""
    made = [*_pdfs(version, folder), _docx(version), *_handouts(version, folder)]
    manifest = {
        "lesson": version.lesson.slug,
        "title": version.title,
        "version": version.version,
        "licence": version.front["licence"],
        "reviewed": bool(version.front["review"]),
        "files": [
            {"name": f.name, "bytes": len(f.data), "sha256": hashlib.sha256(f.data).hexdigest()} for f in made
        ],
    }
    texts = {
        "MANIFEST.json": json.dumps(manifest, indent=2, sort_keys=True) + "\n",
        "LICENCE.txt": LICENCE_TEXT,
    }
    name = f"{version.lesson.slug}-{version.version}.zip"
    return [Made(name, "Everything, in one ZIP", "application/zip", _zip(made, texts)), *made]


def _zip(made: list[Made], texts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in [*((f.name, f.data) for f in made), *((n, t.encode()) for n, t in texts.items())]:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _pdfs(version: LessonVersion, folder: Path) -> list[Made]:
    slug = version.lesson.slug
    try:
        return [
            Made(f"{slug}-teacher.pdf", "Teacher's plan (PDF)", PDF, make_pdf("teacher", version, folder)),
            Made(f"{slug}-learner.pdf", "Learner sheets (PDF)", PDF, make_pdf("learner", version, folder)),
        ]
    except NoPdfError:
        logging.getLogger("eduhub.lessons").warning("no PDFs: Pango is not installed; see eduhub doctor")
        return []


def make_pdf(kind: str, version: LessonVersion, folder: Path) -> bytes:
    """A tagged PDF (PDF/UA-1) for ``teacher`` or ``learner``. Raises NoPdfError without Pango."""
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 -- heavy, and absent where Pango is
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except (OSError, ImportError) as error:
        raise NoPdfError(str(error)) from error

    class OnlyAssets(URLFetcher):  # type: ignore[misc]
        """Opens pictures of this lesson and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = Path(urlsplit(url).path).name
            path = folder / "assets" / name
            if "/assets/" not in url or not path.is_file() or path.is_symlink():
                raise ValueError(f"a pack may not load {url}")
            return super().fetch(path.resolve().as_uri(), headers)

    html = render_text(f"lessons/pack_{kind}.html", version=version, front=version.front)
    style = CSS(filename=str(STATIC / "css" / "pack.css"))
    document = HTML(string=html, base_url="https://pack.invalid/", url_fetcher=OnlyAssets())
    data: bytes = document.write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1", pdf_identifier=version.id.bytes
    )
    return data


def _handouts(version: LessonVersion, folder: Path) -> list[Made]:
    kinds = {".pdf": PDF, ".docx": DOCX, ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
    return [
        Made(path.name, asset["title"], kinds.get(path.suffix, "application/octet-stream"), path.read_bytes())
        for asset in version.front["assets"]
        if asset["include_in_pack"] is not False
        for path in [folder / asset["path"]]
        if path.is_file() and not path.is_symlink()
    ]


def _docx(version: LessonVersion) -> Made:
    from docx import Document  # noqa: PLC0415 -- heavy, and only jobs need it

    document = Document()
    document.core_properties.title = version.title
    document.core_properties.author = ", ".join(version.front["authors"])
    document.core_properties.language = version.front["lang"]
    html = render_text("lessons/pack_document.html", version=version, front=version.front)
    writer = _Writer(document)
    writer.feed(html)
    writer.close()
    out = io.BytesIO()
    document.save(out)
    name = f"{version.lesson.slug}.docx"
    return Made(name, "The whole lesson, to edit (Word)", DOCX, _steady(out.getvalue()))


def _steady(data: bytes) -> bytes:
    """The same document with fixed times, so that the same lesson gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in sorted(
            old.infolist(), key=lambda item: (item.filename != "[Content_Types].xml", item.filename)
        ):
            entry = zipfile.ZipInfo(item.filename, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(item))
    return out.getvalue()


class _Writer(HTMLParser):
    """Writes sanitised HTML into a Word document: headings, paragraphs, lists, tables, bold and italic."""

    def __init__(self, document: Any) -> None:
        super().__init__(convert_charrefs=True)
        self.document = document
        self.paragraph: Any = None
        self.lists: list[str] = []
        self.marks = {"strong": 0, "em": 0}
        self.rows: list[list[str]] = []
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.paragraph = self.document.add_heading("", int(tag[1]) - 1 if tag != "h1" else 0)
        elif tag in {"ul", "ol"}:
            self.lists.append("List Bullet" if tag == "ul" else "List Number")
        elif tag == "li":
            self.paragraph = self.document.add_paragraph(style=self.lists[-1] if self.lists else None)
        elif tag in {"p", "dt", "dd", "blockquote"} and not (tag == "p" and self.lists):
            self.paragraph = self.document.add_paragraph()
        elif tag in self.marks:
            self.marks[tag] += 1
        elif tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag in self.marks:
            self.marks[tag] -= 1
        elif tag in {"td", "th"}:
            self.in_cell = False
        elif tag == "table":
            self._table()
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6", "p", "li"}:
            self.paragraph = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            return
        if self.in_cell:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {words}".strip()
            return
        if self.paragraph is None:
            self.paragraph = self.document.add_paragraph()
        lead = " " if data[0].isspace() else ""
        run = self.paragraph.add_run(lead + words + (" " if data[-1].isspace() else ""))
        run.bold = self.marks["strong"] > 0 or None
        run.italic = self.marks["em"] > 0 or None

    def _table(self) -> None:
        if not self.rows:
            return
        width = max(map(len, self.rows))
        made = self.document.add_table(rows=0, cols=width, style="Table Grid")
        for row in self.rows:
            cells = made.add_row().cells
            for n, words in enumerate(row):
                cells[n].text = words
        self.rows = []
        self.document.add_paragraph()
