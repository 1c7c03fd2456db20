"""The corpus of hostile texts: read from ``hostile/``, put into lessons, taken through the real check and build."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from flask import Flask

from eduhub.lessons.actions import build
from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.models import LessonVersion
from eduhub.lessons.queries import current
from tests.lessons.samples import PICTURE, lesson_text, write_content

FOLDER = Path(__file__).parent / "hostile"
HEAD = re.compile(r"^== (?P<name>[\w-]+)(?: \| (?P<target>.+))?$", re.MULTILINE)
CHARACTER = re.compile(r"\{U\+([0-9A-F]{4,6})\}")
CODES = {"HWB 3-38a"}
# What a key of front matter needs around it to be read at all.
AROUND: dict[str, Any] = {
    "next_lessons": ["case-0"],
    "vocabulary": [{"term": "a", "meaning": "b"}],
    "series": {"name": "a", "position": "1"},
    "evidence_override": [{"check": "no-follow-up", "reason": "a"}],
    "assets": [
        dict.fromkeys(("title", "licence", "holder", "source", "alt"), "a")
        | {"path": "assets/a.svg", "audience": "all", "kind": "handout"}
    ],
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="{fire}"><script>{fire}</script></svg>'


@dataclass(frozen=True)
class Case:
    """One trick: its file and name, where it is put (into the text, unless said otherwise), and its words."""

    number: int
    key: str
    target: tuple[str, ...]
    text: str

    @property
    def slug(self) -> str:
        return self.text if self.target == ("folder",) else f"case-{self.number}"


def read_cases(pattern: str = "[0-9]*.txt") -> list[Case]:
    """Every case of the files of this pattern; each calls ``fire`` with its number when it runs."""
    found: list[Case] = []
    for path in sorted(FOLDER.glob(pattern)):
        pieces = HEAD.split(path.read_text(encoding="utf-8"))
        for name, target, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            number = len(found)
            words = CHARACTER.sub(
                lambda code: chr(int(code[1], 16)), text.removeprefix("\n").removesuffix("\n")
            )
            fired = words.replace("FIRE", f"fire({number})")
            found.append(Case(number, f"{path.stem}/{name}", tuple((target or "").split()), fired))
    return found


def text_of(case: Case) -> str:
    """The lesson's file with the case in it: in a block for each audience, or in front matter."""
    text = lesson_text(f"case-{case.number}", title=f"Case {case.number}")
    if case.target[:1] == ("asset",):
        listed = PICTURE.format(audience="all").replace("assets/a.svg", json.dumps(f"assets/{case.text}"))
        text = text.replace(
            "licence: CC-BY", listed.replace("kind: image", "kind: handout") + "licence: CC-BY", 1
        )
    if case.target[:1] == ("front",):
        head, front, body = text.split("---\n", 2)
        values = yaml.load(front, Loader=yaml.BaseLoader)
        _put(values, case.target[1].split("."), case.text)
        return f"{head}---\n{json.dumps(values)}\n---\n{body}"
    if not case.target:
        for place in ("MARKER-plain", "MARKER-teacher", "SEEN-learner", "MARKER-parent"):
            text = text.replace(place, f"{place}\n\n{case.text}", 1)
    return text


def _put(values: Any, path: list[str], words: str) -> None:
    if isinstance(values, dict) and path[0] not in values and path[0] in AROUND:
        values[path[0]] = json.loads(json.dumps(AROUND[path[0]]))
    place: Any = int(path[0]) if isinstance(values, list) else path[0]
    if len(path) == 1:
        values[place] = words
    else:
        _put(values[place], path[1:], words)


def write_case(content: Path, case: Case) -> None:
    """The case as a lesson of a content folder, or in its vocabularies."""
    folder = content / "lessons" / case.slug
    (folder / "assets").mkdir(parents=True)
    (folder / "lesson.md").write_text(text_of(case), encoding="utf-8", newline="")
    if case.target[:1] == ("asset",):
        (folder / "assets" / case.text).write_text(SVG.format(fire=f"fire({case.number})"))
    elif case.target[:1] == ("front",) and case.target[1].startswith("assets"):
        (folder / "assets" / "a.svg").write_text("x")
    if case.target[:1] == ("vocab",):
        _, name, key, attribute = case.target
        path = content / "vocab" / f"{name}.yaml"
        words = yaml.safe_load(path.read_text())
        words[key][attribute] = case.text
        path.write_text(json.dumps(words))


@dataclass
class Outcome:
    """How the cases fared: those refused with what was said, those accepted with the addresses that show them."""

    refused: dict[str, str] = field(default_factory=dict)
    accepted: dict[str, Case] = field(default_factory=dict)


def addresses(slug: str) -> Iterator[str]:
    """Every page that shows a lesson, and its files."""
    yield from (f"/lessons/{slug}", f"/lessons/{slug}/learner", f"/lessons/{slug}/family")
    shown = current(slug)
    assert shown is not None
    for path in shown.version.assets:
        yield f"/lessons/files/{shown.version.id}/{path}"


def raw_html(version: LessonVersion) -> str:
    """What a version holds for each audience, without the site's page around it."""
    return "\n".join(
        (version.practitioner_html, version.learner_html, version.family_html, version.plan_html)
    )


def try_in_one_build(app: Flask, content: Path, cases: list[Case]) -> Outcome:
    """All of these as lessons of one library: each refused by the check, or accepted and built."""
    write_content(content)
    for case in cases:
        write_case(content, case)
    checked = check_all(lesson_folders(content / "lessons"), read_vocabularies(content), CODES)
    found = {lesson.slug: "; ".join(map(str, lesson.findings)) for lesson in checked}
    outcome = Outcome()
    for case in cases:
        said = found.get(case.slug, "")
        if said or case.slug not in found:
            outcome.refused[case.key] = said or "passed over: a folder whose name begins with a dot"
            (content / "lessons" / case.slug / "lesson.md").unlink()
        else:
            outcome.accepted[case.key] = case
    build(content, force=True)
    return outcome


def together(cases: list[Case], slug: str) -> str:
    """One lesson with all of these texts, each in a block of its own for each audience."""
    blocks = [
        f"::: {name}\n{name}\n\n{case.text}\n:::\n"
        for case in cases
        for name in ("teacher", "learner", "parent")
    ]
    return lesson_text(slug) + "\n" + "\n".join(blocks)
