"""Checking lessons: fields, codes, words from vocabularies, minutes that add up, files that exist, safe text."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from eduhub.curriculum.rules import NotACodeError, parse_codes
from eduhub.lessons.render import AlteredError, to_html
from eduhub.lessons.schema import read_front
from eduhub.lessons.source import LEARNER_BLOCKS, Block, Finding, Source, read_source

MOST_ASSET_BYTES = 20_000_000
VOCABULARIES = {
    "topics": "topics",
    "substances": "substances",
    "methods": "methods",
    "support": "support-services",
}
NEEDED_WHEN_SENSITIVE = ("content_guidance", "safeguarding", "alternatives")


@dataclass
class Checked:
    """A lesson that was read: its typed front matter, its blocks, and what is wrong."""

    slug: str
    folder: Path
    front: dict[str, Any]
    blocks: list[Block]
    findings: list[Finding]
    content_hash: str


@dataclass
class Vocabularies:
    """The words lessons may use: by vocabulary, each key with its entry."""

    words: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)

    def label(self, name: str, key: str) -> str:
        return str(self.words.get(name, {}).get(key, {}).get("label", key.replace("-", " ")))


def read_vocabularies(content: Path) -> Vocabularies:
    """The YAML files of ``content/vocab``; raises ValueError naming the file that is wrong."""
    found = Vocabularies()
    for name in VOCABULARIES.values():
        path = content / "vocab" / f"{name}.yaml"
        try:
            found.words[name] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, yaml.YAMLError) as error:
            raise ValueError(f"{path.name} cannot be read: {error}") from error
    return found


def lesson_folders(path: Path) -> list[Path]:
    """The lesson folders at a path: itself, or those directly below it."""
    if (path / "lesson.md").exists():
        return [path]
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))


def check_all(folders: Iterable[Path], vocabularies: Vocabularies, codes: set[str]) -> list[Checked]:
    """Every lesson checked alone, then against the others."""
    checked = [check_one(folder, vocabularies, codes) for folder in folders]
    slugs = {lesson.slug for lesson in checked}
    ids = Counter(lesson.front.get("id") for lesson in checked)
    for lesson in checked:
        here = f"{lesson.slug}/lesson.md"
        identity = lesson.front.get("id")
        if identity and ids[identity] > 1:
            message = f"the id {identity} is used by another lesson."
            lesson.findings.append(Finding(here, 2, "id", message, "Make a new UUID."))
        for name in ("prior_lessons", "next_lessons"):
            for slug in lesson.front.get(name) or []:
                if slug not in slugs and len(checked) > 1:
                    message = f"{name}: there is no lesson {slug}."
                    near = get_close_matches(str(slug), slugs, 1)
                    mend = f"Did you mean {near[0]}?" if near else "Name a folder."
                    lesson.findings.append(Finding(here, 1, "reference", message, mend))
    return checked


def check_one(folder: Path, vocabularies: Vocabularies, codes: set[str]) -> Checked:
    """One lesson folder, read and checked; never raises for what is in it."""
    source = read_source(folder / "lesson.md")
    front = read_front(source) if source.front or not source.findings else {}
    if front:
        _slug(source, folder)
        _minutes(source, front)
        _codes(source, front, codes)
        _words(source, front, vocabularies)
        _safety(source, front)
        _assets(source, front, folder)
    _text(source)
    return Checked(folder.name, folder, front, source.blocks, source.findings, _hash(folder, front))


def _slug(source: Source, folder: Path) -> None:
    name = folder.name
    plain = name.replace("-", "")
    if not plain.isascii() or not plain.isalnum() or plain.lower() != plain or len(name) > 80:
        source.find(
            1, "slug", f"the folder {name!r} is no address.", "Use small letters, digits and hyphens."
        )


def _minutes(source: Source, front: dict[str, Any]) -> None:
    parts: list[Any] = [part.get("minutes") for part in front["parts"] if isinstance(part, dict)]
    if front["minutes"] is None or None in parts:
        return
    if sum(parts) != front["minutes"]:
        source.find(
            source.line_of("parts"),
            "minutes",
            f"the parts add up to {sum(parts)} minutes, the lesson says {front['minutes']}.",
            "Change one or the other.",
        )


def _codes(source: Source, front: dict[str, Any], known: set[str]) -> None:
    for n, outcome in enumerate(front["outcomes"]):
        if isinstance(outcome, dict) and outcome.get("code"):
            outcome["code"] = _code(source, outcome["code"], f"outcomes.{n}.code", known)
    aligned = {outcome.get("code") for outcome in front["outcomes"] if isinstance(outcome, dict)}
    for n, criterion in enumerate(front["success_criteria"]):
        if not isinstance(criterion, dict):
            continue
        path = f"success_criteria.{n}.codes"
        criterion["codes"] = [_code(source, code, path, known) for code in criterion.get("codes") or []]
        for code in criterion["codes"]:
            if code and code not in aligned:
                message = f"{code} is not among the lesson's outcomes."
                source.find(source.line_of(path), "code", message, "Add it to outcomes.")


def _code(source: Source, text: str | None, path: str, known: set[str]) -> str | None:
    if text is None:
        return None
    line = source.line_of(path)
    try:
        codes = parse_codes(text)
    except NotACodeError as error:
        source.find(line, "code", f"{error}.", "Write one code.")
        return None
    if len(codes) != 1:
        source.find(line, "code", f"{text!r} is not one code.", "Write one code a line.")
        return None
    if codes[0] not in known:
        near = get_close_matches(codes[0], sorted(known), 1)
        mend = f"Did you mean {near[0]}?" if near else "Import it first."
        source.find(line, "code", f"{codes[0]} is not known.", mend)
        return None
    return codes[0]


def _words(source: Source, front: dict[str, Any], vocabularies: Vocabularies) -> None:
    for name, vocabulary in VOCABULARIES.items():
        known = vocabularies.words[vocabulary]
        for n, word in enumerate(front[name]):
            if word is not None and word not in known:
                near = get_close_matches(word, known, 1)
                mend = f"Did you mean {near[0]}?" if near else f"Add it to vocab/{vocabulary}.yaml."
                source.find(source.line_of(f"{name}.{n}"), "word", f"{name}: {word} is not known.", mend)


def _safety(source: Source, front: dict[str, Any]) -> None:
    for name in NEEDED_WHEN_SENSITIVE:
        if front["sensitive"] and not front[name]:
            message = f"a sensitive lesson needs {name}."
            source.find(source.line_of("sensitive"), "safety", message, f"Add {name}.")
    if front["dosage"] == "stand-alone" and not front["dosage_reason"]:
        message = "a stand-alone lesson needs dosage_reason."
        source.find(source.line_of("dosage"), "safety", message, "Say why one lesson is enough.")
    visitors = set(filter(None, front["deliverers"])) - {"teacher"}
    if visitors and not front["visitor_role"]:
        message = "a lesson with visitors needs visitor_role."
        source.find(source.line_of("deliverers"), "safety", message, "Say what they do and do not do.")
    if front["status"] == "withdrawn" and not front["reason"]:
        source.find(source.line_of("status"), "safety", "a withdrawn lesson needs reason.", "Say why.")
    names = {block.name for block in source.blocks}
    if not names & LEARNER_BLOCKS:
        source.find(1, "audience", "there is nothing for learners.", "Add a learner or handout block.")


def _assets(source: Source, front: dict[str, Any], folder: Path) -> None:
    for n, asset in enumerate(front["assets"]):
        path = asset.get("path") if isinstance(asset, dict) else None
        if not path:
            continue
        line = source.line_of(f"assets.{n}.path")
        file = folder / path
        if file.is_symlink() or not file.is_file():
            source.find(line, "asset", f"there is no file {path}.", "Add it or remove the entry.")
        elif file.stat().st_size > MOST_ASSET_BYTES:
            source.find(line, "asset", f"{path} is larger than 20 MB.", "Make it smaller.")
        if asset.get("kind") == "image" and not asset.get("alt"):
            source.find(line, "asset", f"{path} has no alt text.", "Say in words what it shows.")


def _text(source: Source) -> None:
    for block in source.blocks:
        try:
            html = to_html(block.text)
        except AlteredError as error:
            message = f"this would be taken out when cleaning: {error.what[:120]}."
            source.find(block.line, "unsafe", message, "Write plain Markdown without HTML; links with https.")
        except ValueError as error:
            source.find(block.line, "markdown", f"{error}.", "Simplify this part.")
        else:
            if "<img" in html and 'alt=""' in html:
                source.find(block.line, "alt", "a picture has no words.", "Write ![what it shows](assets/…).")


def _hash(folder: Path, front: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    paths = [folder / "lesson.md"]
    paths += [folder / a["path"] for a in front.get("assets") or [] if isinstance(a, dict) and a.get("path")]
    for path in paths:
        if path.is_file() and not path.is_symlink():
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
