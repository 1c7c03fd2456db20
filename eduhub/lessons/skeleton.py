"""A new lesson's folder: a draft that passes the check, with a hint at everything that is still to be written."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any, NamedTuple
from uuid import uuid4

from eduhub.core.clock import today
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES
from eduhub.lessons.schema import key, text
from eduhub.lessons.source import Source

# Each vocabulary's keys with their entries.
Words = dict[str, dict[str, dict[str, Any]]]
# How a value or a paragraph begins that is still to be written.
UNWRITTEN = "WRITE:"
LESSON = Template("""---
# What each key means: docs/lesson-format.md. Check as often as you like: eduhub lessons check
# Everything that begins with WRITE: is yours to write; while any is left, the lesson cannot be published.
id: $id  # Made for this lesson. Never change it, never copy it.
schema: 1
version: "1.0"
status: draft  # Then in_review, then published.
title: $title
summary: "WRITE: what learners do, in a sentence or two (at most 200 characters)."
lang: en

# For whom. Codes: relation is teaches, assesses or supports.
levels: [$level]
stages: [$stages]
outcomes:
  - {code: $code, relation: teaches}
topics: [$topic]  # Keys from vocab/topics.yaml.
substances: []  # Keys from vocab/substances.yaml.

# The minutes of the parts add up to those of the lesson.
minutes: 50
parts:
  - {title: Begin, minutes: 10, kind: start, method: discussion, grouping: pairs}
  - {title: Main activity, minutes: 30, kind: activity, method: sorting, grouping: groups}
  - {title: Look back, minutes: 10, kind: plenary, method: reflection, grouping: alone, drop_when_short: true}
intentions:
  - "WRITE: We are learning ..."
success_criteria:
  - {text: "WRITE: I can ...", codes: [$code]}
key_messages:
  - "WRITE: what everybody should leave with."
methods: [$method]  # Keys from vocab/methods.yaml.
needs:
  - "WRITE: what to print and bring."

# Why it should work, and every fact it states, each with its source.
evidence:
  - claim: "WRITE: why the lesson is made as it is."
    source: "WRITE: who says so, and where."
    date: "$year"
    strength: practice  # strong, moderate, emerging or practice.
facts: []
dosage: part-of-programme

# Keeping everybody safe.
sensitive: true
content_guidance: "WRITE: who in the room may be affected, and how the lesson keeps its distance."
safeguarding: "WRITE: what to do when a learner tells something."
alternatives: "WRITE: what a learner can do instead, without giving a reason."
support: [$support]  # Keys from vocab/support-services.yaml.
deliverers: [teacher]  # With a visitor, add visitor_role.
parents: "WRITE: what parents and carers are told, in short."

licence: CC-BY-4.0
authors: ["WRITE: an organisation"]
owner: content editors
review_in: 12 months
---

## Before the lesson

WRITE: what the teacher prepares. Text outside blocks is for practitioners.

::: safety
WRITE: the ground rules.
:::

::: activity {title="Main activity" minutes=30}
WRITE: how to run it, step by step.
:::

::: answer
WRITE: answers. Learners never see this block.
:::

::: learner {title="Your sheet"}
WRITE: what learners read.
:::

::: key-message
WRITE: the one thing to remember.
:::

::: parent {title="A letter home"}
WRITE: a letter to parents and carers.
:::
""")


class Begin(NamedTuple):
    """What is known of a new lesson; level and stage may be empty, one follows from the other."""

    title: str = ""
    level: str = ""
    stage: str = ""


def new_lesson(folder: Path, begin: Begin, vocabularies: Words, codes: set[str]) -> None:
    """Write the folder of a new lesson, whole or not at all. Raises ValueError with what to do instead."""
    slug = key(folder.name)
    if os.path.lexists(folder):
        raise ValueError(f"there is a folder {slug} already: choose another name.")
    whole = new_text(slug, begin, vocabularies, codes)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{slug}.") as scratch:
        made = Path(scratch) / slug
        made.mkdir()
        (made / "lesson.md").write_text(whole, encoding="utf-8")
        made.rename(folder)


def new_text(slug: str, begin: Begin, vocabularies: Words, codes: set[str]) -> str:
    """The file of a new lesson, with an id of its own. Raises ValueError with what to do instead."""
    title = text(80)(begin.title or slug.replace("-", " ").capitalize())
    if not title.isprintable():
        raise ValueError("the title holds characters that cannot be seen.")
    level = Level(begin.level) if begin.level else STAGES.get(begin.stage, Level.THIRD)
    values = first_values(title, level, begin.stage or ", ".join(_stages(level)), vocabularies, codes)
    return LESSON.substitute(values)


def first_values(
    title: str, level: Level, stages: str, vocabularies: Words, codes: set[str]
) -> dict[str, str]:
    """What a skeleton begins with. Raises ValueError where the site knows no codes, or no words."""
    return {
        "id": str(uuid4()),
        "title": json.dumps(title, ensure_ascii=False),
        "level": level.value,
        "stages": stages,
        "code": _code(level, codes),
        "year": str(today().year),
        "topic": _first(vocabularies, "topics"),
        "method": _first(vocabularies, "methods"),
        "support": _first(vocabularies, "support-services"),
    }


def _stages(level: Level) -> list[str]:
    """Fourth level is worked at by some from S1 on, by most in S3."""
    return [stage for stage, usual in STAGES.items() if usual is level] or ["S3"]


def _code(level: Level, codes: set[str]) -> str:
    """A code of the level to begin with; the last level with codes stands in for the senior phase."""
    digit = min(list(Level).index(level), 4)
    wanted = (f"HWB {digit}-38a", f"HWB {digit}-03a")
    found = next((code for code in wanted if code in codes), None) or min(codes, default=None)
    if found is None:
        raise ValueError("the site knows no curriculum codes yet: run eduhub db upgrade.")
    return found


def _first(vocabularies: Words, name: str) -> str:
    if not vocabularies[name]:
        raise ValueError(f"vocab/{name}.yaml is empty: add a line to it first.")
    return next(iter(vocabularies[name]))


def find_unwritten(source: Source, front: dict[str, Any]) -> None:
    """What is still to be written becomes a finding, once a lesson is more than a draft."""
    if front["status"] in (None, "draft"):
        return
    left = [(source.line_of(path), path) for path, value in _texts(front, "") if value.startswith(UNWRITTEN)]
    for block in source.blocks:
        lines = enumerate(block.text.split("\n"), block.line)
        left += [(number, "this paragraph") for number, line in lines if line.lstrip().startswith(UNWRITTEN)]
    for number, what in left:
        source.find(number, "unwritten", f"{what} is still to be written.", "Write it, or remove it.")


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in front matter with where it stands."""
    if isinstance(value, str):
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from _texts(one, f"{path}.{name}" if path else str(name))
