"""Checking lessons: fields, codes, words from vocabularies, minutes that add up, files that exist, safe text."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from eduhub.core.files import sha256_of
from eduhub.curriculum.rules import NotACodeError, parse_codes
from eduhub.lessons import render
from eduhub.lessons.body import check_body
from eduhub.lessons.reviews import Signed, read_reviews
from eduhub.lessons.schema import read_front
from eduhub.lessons.skeleton import find_unwritten
from eduhub.lessons.source import LEARNER_BLOCKS, Finding, Source, own_file, read_source
from eduhub.lessons.thesaurus import read_synonyms

MOST_ASSET_BYTES = 20_000_000
VOCABULARIES = {
    "topics": "topics",
    "substances": "substances",
    "methods": "methods",
    "support": "support-services",
}
RESERVED = {"curriculum"}  # a lesson of this name would never be reached
NEEDED_WHEN_SENSITIVE = ("content_guidance", "safeguarding", "alternatives")


@dataclass
class Checked:
    """A lesson that was read: its typed front matter, its rendered blocks, its files' hashes, and what is wrong.

    ``content_hash`` changes with every byte of it, ``source_hash`` also with its sign-offs, the vocabularies and the
    renderer. ``version_line`` is where its version stands.
    """

    slug: str
    folder: Path
    front: dict[str, Any]
    pieces: list[render.Piece]
    findings: list[Finding]
    content_hash: str
    source_hash: str
    assets: dict[str, str]
    signed: Signed
    version_line: int = 1


@dataclass
class Vocabularies:
    """The words lessons may use: by vocabulary, each key with its entry; ``digest`` changes with any of them."""

    words: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    digest: str = ""

    def label(self, name: str, key: str) -> str:
        return str(self.words.get(name, {}).get(key, {}).get("label", key.replace("-", " ")))


def read_vocabularies(content: Path) -> Vocabularies:
    """The YAML files of ``content/vocab``; raises ValueError naming the file that is wrong."""
    found = Vocabularies()
    digest = hashlib.sha256()
    for name in VOCABULARIES.values():
        words, data = _yaml(content / "vocab" / f"{name}.yaml")
        found.words[name] = _entries(f"{name}.yaml", words)
        digest.update(data)
    synonyms = content / "vocab" / "synonyms.yaml"
    if synonyms.is_file():
        words, data = _yaml(synonyms)
        found.synonyms = read_synonyms(words)
        digest.update(data)
    found.digest = digest.hexdigest()
    return found


def _yaml(path: Path) -> tuple[Any, bytes]:
    """What a vocabulary's file holds. Raises ValueError naming the file and the line."""
    try:
        data = path.read_bytes()
        return yaml.safe_load(data.decode("utf-8")) or {}, data
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise ValueError(f"{place}: this is not YAML; check colons, quotes and indents.") from error


def _entries(name: str, words: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(words, dict):
        raise ValueError(f"{name}: this is not a list of keys; write key: {{label: Words}}.")
    for key, entry in words.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("label"), str):
            raise ValueError(f"{name}: {key} has no label; write {key}: {{label: Words}}.")
        wrong = [word for word in ("phone", "url", "for") if not isinstance(entry.get(word, ""), str)]
        if wrong or not entry.get("url", "https://").startswith("https://"):
            raise ValueError(f"{name}: {key}: write phone and for in quotes, and url as an https address.")
    return words


def lesson_folders(path: Path) -> list[Path]:
    """The lesson folders at a path: itself, or those directly below it. Raises ValueError where it is no folder."""
    folder = path.absolute()
    if not folder.is_dir():
        raise ValueError(f"there is no folder {path}.")
    return [folder] if _holds_lesson(folder) else [p for p in _folders(folder) if _holds_lesson(p)]


def other_folders(path: Path) -> list[str]:
    """Names of folders among the lessons that hold none: they are passed over."""
    folder = path.absolute()
    return [] if _holds_lesson(folder) else [p.name for p in _folders(folder) if not _holds_lesson(p)]


def _folders(path: Path) -> list[Path]:
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))


def _holds_lesson(folder: Path) -> bool:
    return os.path.lexists(folder / "lesson.md")


def check_all(
    folders: Iterable[Path],
    vocabularies: Vocabularies,
    codes: set[str],
    rendered: frozenset[str] = frozenset(),
) -> list[Checked]:
    """Every lesson checked alone, then against the others.

    Lessons whose source hash is in ``rendered`` were rendered before without a fault, and are not again.
    """
    checked = [check_one(folder, vocabularies, codes, rendered) for folder in folders]
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


def check_one(folder: Path, vocabularies: Vocabularies, codes: set[str], rendered: frozenset[str]) -> Checked:
    """One lesson folder, read and checked; never raises for what is in it."""
    source = read_source(folder / "lesson.md")
    front = read_front(source) if source.front or not source.findings else {}
    if front:
        _slug(source, folder)
        _minutes(source, front)
        _codes(source, front, codes)
        _words(source, front, vocabularies)
        _safety(source, front)
        find_unwritten(source, front)
    listed = [a for a in front.get("assets") or [] if isinstance(a, dict) and a.get("path")]
    assets = _assets(source, listed, folder)
    content_hash = _hash(source.digest, *(f"{path} {sha256}" for path, sha256 in sorted(assets.items())))
    signed = read_reviews(folder, front.get("version"))
    source_hash = _hash(content_hash, vocabularies.digest, render.renderer_version(), signed.digest)
    pieces = []
    if source_hash not in rendered:
        pieces = check_body(source, {asset["path"]: str(asset["audience"]) for asset in listed})
    findings = [*source.findings, *signed.findings]
    line = source.line_of("version")
    return Checked(
        folder.name, folder, front, pieces, findings, content_hash, source_hash, assets, signed, line
    )


def _slug(source: Source, folder: Path) -> None:
    name = folder.name
    plain = name.replace("-", "")
    if name in RESERVED:
        source.find(1, "slug", f"/lessons/{name} is a page of the library.", "Give the folder another name.")
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
    _block_minutes(source, front)


def _block_minutes(source: Source, front: dict[str, Any]) -> None:
    of_part = {part["title"]: part["minutes"] for part in front["parts"]}
    total = 0
    for block in source.blocks:
        total += block.minutes
        planned = of_part.get(block.title) if block.minutes else None
        if planned not in (None, block.minutes):
            message = f"the part {block.title} has {planned} minutes, this block says {block.minutes}."
            source.find(block.line - 1, "minutes", message, "Change one or the other.")
        elif block.minutes and total > front["minutes"]:
            message = f"the blocks add up to {total} minutes, the lesson has {front['minutes']}."
            source.find(block.line - 1, "minutes", message, "Shorten a block.")
            return


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


def _assets(source: Source, listed: list[dict[str, Any]], folder: Path) -> dict[str, str]:
    """The hash of each listed file that may be used."""
    hashes = {}
    for asset in listed:
        path = asset["path"]
        line = _line_of_asset(source, path)
        file = own_file(folder, path)
        if file is None:
            message = f"there is no file {path}, or it is a link."
            source.find(line, "asset", message, "Add the file itself, or remove the entry.")
        elif file.stat().st_size > MOST_ASSET_BYTES:
            source.find(line, "asset", f"{path} is larger than 20 MB.", "Make it smaller.")
        else:
            hashes[path] = sha256_of(file)
        if asset["kind"] == "image" and not asset["alt"]:
            source.find(line, "asset", f"{path} has no alt text.", "Say in words what it shows.")
    return hashes


def _line_of_asset(source: Source, path: str) -> int:
    listed = source.front.get("assets")
    for n, asset in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(asset, dict) and asset.get("path") == path:
            return source.line_of(f"assets.{n}.path")
    return source.line_of("assets")


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
