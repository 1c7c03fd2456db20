"""The files of a pack, made from a version's HTML: PDFs, an editable document, handouts, manifest, one ZIP.

Everything here is a function of the version, so that a rebuild gives the same bytes. Heavy libraries are loaded
when a pack is built, never when a page is shown.
"""

import hashlib
import io
import json
import logging
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from eduhub.core.files import STATIC
from eduhub.core.settings import settings
from eduhub.core.web import render_text
from eduhub.lessons.describe import standing_of
from eduhub.lessons.document import EPOCH, make_document
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.rules import LICENCES, approvals
from eduhub.lessons.storage import stored

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BEFORE_LINK = re.compile(r"(?<=\S)\s(<a\b.*?</a>)", re.DOTALL)
BEFORE_INLINE = re.compile(r"(?<=\S)\s(<(?:em|strong|code|abbr|span)\b[^>]*>)(?=\S)")
LANGUAGES = {"en": "en-GB", "gd": "gd-GB"}


@dataclass(frozen=True)
class Made:
    """A file that was made."""

    name: str
    label: str
    media_type: str
    data: bytes


class NoPdfError(RuntimeError):
    """Pango, which sets the type of PDFs, is not installed."""


def make_pack(version: LessonVersion) -> list[Made]:
    """Every file of a version's pack, the ZIP of all first. Without Pango there are no PDFs."""
    made = [*_pdfs(version), _docx(version), *_handouts(version)]
    texts = {
        "MANIFEST.json": json.dumps(_manifest(version, made), indent=2, sort_keys=True) + "\n",
        "LICENCE.txt": licence_text(version.title, version.version, version.front),
    }
    name = f"{version.lesson.slug}-{version.version}.zip"
    return [Made(name, "Everything, in one ZIP", "application/zip", _zip(made, texts)), *made]


def _manifest(version: LessonVersion, made: list[Made]) -> dict[str, Any]:
    return {
        "lesson": version.lesson.slug,
        "title": version.title,
        "version": version.version,
        "licence": version.front["licence"],
        "reviewed": bool(approvals(version.reviews, version.version)),
        "files": [
            {"name": f.name, "bytes": len(f.data), "sha256": hashlib.sha256(f.data).hexdigest()} for f in made
        ],
    }


def licence_text(title: str, version: str, front: dict[str, Any]) -> str:
    """What may be done with a lesson and with each of its files, and whom to name."""
    licence = LICENCES[front["licence"]]
    authors = ", ".join(front["authors"])
    lines = [
        f"{title}, version {version}, by {authors}.",
        "",
        f"The text is published under the {licence.name}: {licence.url}",
        f'You may copy, change and share it, also commercially, if you name "{authors}" and say what you changed.',
    ]
    files = [asset for asset in front["assets"] if asset["include_in_pack"] is not False]
    if files:
        lines += ["", "Files with a licence and an owner of their own:"]
    for asset in files:
        name = PurePosixPath(asset["path"]).name
        lines.append(
            f"- {name}: {asset['title']}. {asset['licence']}; {asset['holder']}; source: {asset['source']}."
        )
    return "\n".join(lines) + "\n"


def _zip(made: list[Made], texts: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in [*((f.name, f.data) for f in made), *((n, t.encode()) for n, t in texts.items())]:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


def _html(kind: str, version: LessonVersion) -> str:
    front = version.front
    stands = standing_of(version)
    return render_text(
        f"lessons/pack_{kind}.html",
        version=version,
        front=front,
        reviews=stands.approvals,
        standing=stands,
        licence=LICENCES[front["licence"]],
    )


def _pdfs(version: LessonVersion) -> list[Made]:
    slug = version.lesson.slug
    try:
        return [
            Made(f"{slug}-teacher.pdf", "Teacher's plan (PDF)", PDF, make_pdf("teacher", version)),
            Made(f"{slug}-learner.pdf", "Learner sheets (PDF)", PDF, make_pdf("learner", version)),
        ]
    except NoPdfError:
        logging.getLogger("eduhub.lessons").warning("no PDFs: Pango is not installed; see eduhub doctor")
        return []


def make_pdf(kind: str, version: LessonVersion) -> bytes:
    """A tagged PDF (PDF/UA-1) for ``teacher`` or ``learner``. Raises NoPdfError without Pango."""
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 -- heavy, and absent where Pango is
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except (OSError, ImportError) as error:
        raise NoPdfError(str(error)) from error

    class OnlyAssets(URLFetcher):  # type: ignore[misc]
        """Opens pictures of this version and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            name = PurePosixPath(urlsplit(url).path).name
            data = _asset(version, name) if "/assets/" in url else None
            if data is None:
                raise ValueError(f"a pack may not load {url}")
            return URLFetcherResponse(url, data, {"Content-Type": _media_type(name)})

    style = CSS(filename=str(STATIC / "css" / "pack.css"))
    html = _spaces_inside(_html(kind, version))
    document = HTML(string=html, base_url=f"{settings().base_url}/", url_fetcher=OnlyAssets())
    data: bytes = document.write_pdf(
        stylesheets=[style], pdf_variant="pdf/ua-1", pdf_identifier=version.id.bytes
    )
    return data


def _spaces_inside(html: str) -> str:
    """The same words, each space before an inline element moved into it.

    A line that just fits but for the space at its end is otherwise broken after its first word.
    """
    return BEFORE_INLINE.sub(r"\1 ", BEFORE_LINK.sub(r"<span> \1</span>", html))


def _asset(version: LessonVersion, name: str) -> bytes | None:
    sha256 = version.assets.get(f"assets/{name}")
    return stored(sha256).read_bytes() if sha256 else None


def _media_type(name: str) -> str:
    return DOCX if name.endswith(".docx") else guess_type(name)[0] or "application/octet-stream"


def _handouts(version: LessonVersion) -> list[Made]:
    made = []
    for asset in version.front["assets"]:
        name = PurePosixPath(asset["path"]).name
        data = _asset(version, name) if asset["include_in_pack"] is not False else None
        if data is not None:
            made.append(Made(name, asset["title"], _media_type(name), data))
    return made


def _docx(version: LessonVersion) -> Made:
    front = version.front
    built = version.built_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = {
        "title": version.title,
        "subject": version.summary,
        "author": ", ".join(front["authors"]),
        "last_modified_by": ", ".join(front["authors"]),
        "keywords": ", ".join(outcome["code"] for outcome in front["outcomes"]),
        "comments": f"Version {version.version}. {LICENCES[front['licence']].name}.",
        "language": LANGUAGES[front["lang"]],
        "version": version.version,
        "created": built,
        "modified": built,
        "revision": 1,
    }
    data = make_document(
        _html("document", version),
        properties,
        LANGUAGES[front["lang"]],
        f"{settings().base_url}/",
        lambda name: _asset(version, name),
    )
    return Made(f"{version.lesson.slug}.docx", "The whole lesson, to edit (Word)", DOCX, data)
