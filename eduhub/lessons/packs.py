"""The files of a pack, made from a version: for each audience its sheets, slides, documents and one ZIP.

Everything here is a function of the version, so that a rebuild gives the same bytes. Files are written to a folder
one after the other, so that a pack takes no more memory than its largest file.
"""

import json
import logging
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from typing import Any

from eduhub.core.files import sha256_of
from eduhub.core.settings import settings
from eduhub.core.web import render_text
from eduhub.lessons.document import EPOCH, make_document
from eduhub.lessons.models import Audience, LessonVersion
from eduhub.lessons.paper import NoPdfError, asset, make_page, make_pdf, page_html
from eduhub.lessons.rules import LICENCES, approvals
from eduhub.lessons.slides import Deck, make_slides, plain_text
from eduhub.lessons.steps import Step, learner_blocks, practitioner_blocks, slides
from eduhub.lessons.storage import stored

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FORMATS = {
    "application/pdf": "PDF",
    DOCX: "Word",
    PPTX: "PowerPoint",
    "text/html": "web page",
    "image/svg+xml": "picture",
    "image/png": "picture",
    "image/jpeg": "picture",
}
# What shrinks when it is packed; everything else is compressed already.
SHRINKS = frozenset({"text/html", "text/plain", "text/csv", "image/svg+xml", "application/json"})
LANGUAGES = {"en": "en-GB", "gd": "gd-GB"}
# Names that Windows keeps for itself.
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))}
# What each ZIP holds beside what is for everybody.
PACKS = {
    Audience.EVERYTHING: ("Everything, in one ZIP", frozenset(Audience)),
    Audience.TEACHER: ("Teacher’s pack", {Audience.TEACHER, Audience.LEARNER, Audience.FAMILY}),
    Audience.LEARNER: ("Learners’ pack", {Audience.LEARNER}),
    Audience.OFFICER: ("Visiting officer’s pack", {Audience.OFFICER, Audience.LEARNER}),
    Audience.FAMILY: ("Family pack", {Audience.FAMILY}),
}
ASSETS = {
    "all": Audience.EVERYTHING,
    "teacher": Audience.TEACHER,
    "learner": Audience.LEARNER,
    "officer": Audience.OFFICER,
    "parent": Audience.FAMILY,
}


@dataclass(frozen=True)
class Made:
    """A file that was made; ``rights`` are those of a file of the lesson, empty where they are the lesson's own."""

    name: str
    label: str
    audience: Audience
    media_type: str
    format: str
    path: Path
    rights: dict[str, str] = field(default_factory=dict)

    @cached_property
    def size(self) -> int:
        return self.path.stat().st_size

    @cached_property
    def sha256(self) -> str:
        return sha256_of(self.path)


def make_pack(version: LessonVersion, folder: Path) -> list[Made]:
    """Every file of a version's pack, written to a folder; the ZIPs first. Without Pango there are no PDFs.

    Raises InaccessibleError when a PDF would lack its language or the words for a picture.
    """
    singles = list(_Maker(version, folder).singles())
    slug, number = version.lesson.slug, version.version
    packs = []
    for audience, (label, whose) in PACKS.items():
        held = [one for one in singles if one.audience in whose or one.audience is Audience.EVERYTHING]
        if audience is not Audience.EVERYTHING and audience not in {one.audience for one in held}:
            continue
        rest = "" if audience is Audience.EVERYTHING else f"-{audience}"
        path = folder / f"{slug}-{number}{rest}.zip"
        _zip(path, held, _texts(version, audience, held))
        packs.append(Made(path.name, label, audience, "application/zip", "ZIP", path))
    return packs + singles


class _Maker:
    """Makes the single files of a version."""

    def __init__(self, version: LessonVersion, folder: Path) -> None:
        self.version, self.folder = version, folder
        self.front, self.slug = version.front, version.lesson.slug
        self.names: set[str] = set()

    def singles(self) -> Iterator[Made]:
        """In the order in which the page offers them."""
        blocks = {block.name for block in practitioner_blocks(self.version.practitioner_html)}
        teacher, learner = Audience.TEACHER, Audience.LEARNER
        officer, family = Audience.OFFICER, Audience.FAMILY
        yield from self.pdf(learner, "Learner sheets", "")
        yield from self.pdf(learner, "Learner sheets, large print", "-large-print")
        yield self.docx(learner, "Learner sheets, to edit")
        yield self.pptx(learner, "Slides for the wall")
        yield self.page(learner, "Learner page for a USB stick")
        yield from self.pdf(teacher, "Teacher’s plan", "")
        yield self.docx(teacher, "The whole lesson, to edit")
        yield self.pptx(teacher, "Slides with notes")
        yield self.page(teacher, "The whole lesson for a USB stick")
        if "officer" in blocks or self.front["visitor_role"]:
            yield from self.pdf(officer, "For a visiting officer or partner, with the plan", "")
        if self.version.family_html or self.front["parents"]:
            yield from self.pdf(family, "Letter home", "")
            yield self.docx(family, "Letter home, to edit")
        yield from self.assets()

    def pdf(self, audience: Audience, label: str, kind: str) -> Iterator[Made]:
        html = self.html(audience)
        try:
            data, form = make_pdf(html, self.version, large=bool(kind))
        except NoPdfError:
            logging.getLogger("eduhub.lessons").warning("no PDFs: Pango is not installed; see eduhub doctor")
            return
        yield self.keep(f"{self.slug}-{audience}{kind}.pdf", label, audience, form, data)

    def docx(self, audience: Audience, label: str) -> Made:
        html = self.html(audience, "document" if audience is Audience.TEACHER else audience)
        language = LANGUAGES[self.front["lang"]]
        base = f"{settings().base_url}/"
        data = make_document(html, self.properties(audience), language, base, self.picture)
        return self.keep(f"{self.slug}-{audience}.docx", label, audience, "Word", data)

    def pptx(self, audience: Audience, label: str) -> Made:
        version, language = self.version, LANGUAGES[self.front["lang"]]
        found = slides(version.practitioner_html, version.learner_html, self.front["parts"])
        if audience is Audience.TEACHER:
            found[1:1] = [Step(title, html=_list(words)) for title, words in self.aims() if words]
        own = [block.html for block in learner_blocks(version.learner_html) if block.name == "support"]
        found.append(Step("Where to find help", html="".join(own) + help_html(version, titled=False)))
        state = "" if approvals(version.reviews, version.version) else ", not yet reviewed"
        foot = f"{version.title} · version {version.version}{state}"
        under = f"Version {version.version}. {LICENCES[self.front['licence']].name}, {self.authors}."
        if state:
            under += " No education, health or police reviewer has signed this lesson off yet."
        with_notes = audience is Audience.TEACHER
        deck = Deck(version.title, under, foot, found, language, self.properties(audience), with_notes)
        data, count = make_slides(deck, self.picture)
        form = f"PowerPoint, {count} slides"
        return self.keep(f"{self.slug}-{audience}.pptx", label, audience, form, data)

    def aims(self) -> list[tuple[str, list[str]]]:
        return [
            ("What we are learning", self.front["intentions"]),
            ("How we will know", [one["text"] for one in self.front["success_criteria"]]),
        ]

    def page(self, audience: Audience, label: str) -> Made:
        data = make_page(f"file_{audience}", self.version, **self.context(audience))
        return self.keep(f"{self.slug}-{audience}.html", label, audience, "web page", data)

    def html(self, audience: Audience, template: str = "") -> str:
        return page_html(f"pack_{template or audience}", self.version, **self.context(audience))

    def context(self, audience: Audience) -> dict[str, Any]:
        own = [b.html for b in practitioner_blocks(self.version.practitioner_html) if b.name == "officer"]
        return {
            "audience": audience,
            "for_learners": audience is Audience.LEARNER,
            "officer_html": "".join(f'<section class="block block-officer">{html}</section>' for html in own),
        }

    def assets(self) -> Iterator[Made]:
        for one in self.front["assets"]:
            sha256 = self.version.assets.get(one["path"])
            if sha256 is None or one["include_in_pack"] is False:
                continue
            name = self.free_name(PurePosixPath(one["path"]).name)
            rights = {key: one[key] for key in ("licence", "holder", "source")}
            media_type = _media_type(name)
            form = FORMATS.get(media_type, PurePosixPath(name).suffix.lstrip(".").upper())
            audience = ASSETS[one["audience"]]
            yield Made(name, one["title"], audience, media_type, form, stored(sha256), rights)

    def free_name(self, name: str) -> str:
        """A name that no other file of the pack has, and that Windows takes."""
        name = name.rstrip(".")
        if name.partition(".")[0].lower() in RESERVED:
            name = f"file-{name}"
        stem, dot, suffix = name.rpartition(".")
        free, number = name, 2
        while free.lower() in self.names:
            free, number = f"{stem or name}-{number}{dot}{suffix if stem else ''}", number + 1
        self.names.add(free.lower())
        return free

    def keep(self, name: str, label: str, audience: Audience, form: str, data: bytes) -> Made:
        name = self.free_name(name)
        path = self.folder / name
        path.write_bytes(data)
        return Made(name, label, audience, _media_type(name), form, path)

    def picture(self, name: str) -> bytes | None:
        return asset(self.version, name)

    @property
    def authors(self) -> str:
        return ", ".join(self.front["authors"])

    def properties(self, audience: Audience) -> dict[str, Any]:
        """What a document says of itself; nothing that is written for teachers unless it is theirs."""
        version, front = self.version, self.front
        built = version.built_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        return {
            "title": version.title,
            "subject": version.summary if audience is Audience.TEACHER else "",
            "author": self.authors,
            "last_modified_by": self.authors,
            "keywords": ", ".join(outcome["code"] for outcome in front["outcomes"]),
            "comments": f"Version {version.version}. {LICENCES[front['licence']].name}.",
            "language": LANGUAGES[front["lang"]],
            "version": version.version,
            "created": built,
            "modified": built,
            "revision": 1,
        }


def _list(words: list[str]) -> str:
    return render_text("lessons/_list.html", words=words)


def _media_type(name: str) -> str:
    known = {".docx": DOCX, ".pptx": PPTX, ".html": "text/html"}
    return known.get(PurePosixPath(name).suffix) or guess_type(name)[0] or "application/octet-stream"


def help_html(version: LessonVersion, *, for_learners: bool = True, titled: bool = True) -> str:
    """Where to find help, as it stands in everything learners and families get."""
    html = render_text("lessons/_help.html", version=version, for_learners=for_learners)
    return html if titled else html.replace(html[html.index("<h2") : html.index("</h2>") + 5], "")


# The ZIPs.


def _texts(version: LessonVersion, audience: Audience, held: list[Made]) -> dict[str, str]:
    """What a ZIP says of itself and of its files, and where to find help."""
    manifest = json.dumps(_manifest(version, audience, held), indent=2, sort_keys=True, ensure_ascii=False)
    shown = help_html(version, for_learners=audience is Audience.LEARNER)
    return {
        "HELP.txt": plain_text(shown) + "\n",
        "LICENCE.txt": licence_text(version, held),
        "MANIFEST.json": manifest + "\n",
    }


def _manifest(version: LessonVersion, audience: Audience, held: list[Made]) -> dict[str, Any]:
    front = version.front
    return {
        "lesson": version.lesson.slug,
        "title": version.title,
        "version": version.version,
        "language": front["lang"],
        "audience": audience,
        "outcomes": [{"code": one["code"], "relation": one["relation"]} for one in front["outcomes"]],
        "licence": front["licence"],
        "licence_url": LICENCES[front["licence"]].url,
        "attribution": ", ".join(front["authors"]),
        "reviewed": bool(approvals(version.reviews, version.version)),
        "files": [_described(one, front) for one in held],
    }


def _described(one: Made, front: dict[str, Any]) -> dict[str, Any]:
    own = {"licence": front["licence"], "holder": ", ".join(front["authors"])}
    return {
        "name": one.name,
        "title": one.label,
        "audience": one.audience,
        "media_type": one.media_type,
        "bytes": one.size,
        "sha256": one.sha256,
        **(one.rights or own),
    }


def licence_text(version: LessonVersion, held: list[Made]) -> str:
    """What may be done with a lesson and with each of these files, and whom to name."""
    licence = LICENCES[version.front["licence"]]
    authors = ", ".join(version.front["authors"])
    lines = [
        f"{version.title}, version {version.version}, by {authors}.",
        "",
        f"The text is published under the {licence.name}: {licence.url}",
        f'You may copy, change and share it, also commercially, if you name "{authors}" and say what you changed.',
    ]
    files = [one for one in held if one.rights]
    if files:
        lines += ["", "Files with a licence and an owner of their own:"]
    for one in files:
        rights = one.rights
        lines.append(
            f"- {one.name}: {one.label}. {rights['licence']}; {rights['holder']}; source: {rights['source']}."
        )
    return "\n".join(lines) + "\n"


def _zip(path: Path, held: list[Made], texts: dict[str, str]) -> None:
    """Write a ZIP a piece at a time, always with the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for one in held:
            entry = _entry(one.name, shrink=one.media_type in SHRINKS)
            entry.file_size = one.size
            with one.path.open("rb") as source, archive.open(entry, "w") as target:
                shutil.copyfileobj(source, target)
        for name, words in texts.items():
            archive.writestr(_entry(name, shrink=True), words.encode())


def _entry(name: str, *, shrink: bool) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED if shrink else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    return entry
