"""Lessons made for tests: one good file, and ways to spoil it."""

import shutil
from pathlib import Path
from uuid import UUID, uuid5

VOCAB = {
    "topics": "vaping: {label: Vaping}\nalcohol: {label: Alcohol}\n",
    "substances": "nicotine-vapes: {label: Vapes, also: [puff bar, e-cig]}\n",
    "methods": "life-skills: {label: Life skills}\n",
    "support-services": "childline: {label: Childline}\n",
    "synonyms": "skills: {smoking: [ciggies, smocadh]}\n",
}
GOOD = """---
id: {id}
schema: 1
version: "{version}"
status: published
title: {title}
summary: A short summary of the lesson.
lang: en
levels: [third]
stages: [S2]
outcomes:
  - {{code: HWB3-38a, relation: teaches}}
topics: [vaping]
substances: [nicotine-vapes]
minutes: 30
parts:
  - {{title: Begin, minutes: 10, kind: start, method: quiz, grouping: class}}
  - {{title: Go on, minutes: 20, kind: activity, method: input, grouping: groups}}
intentions: [We are learning something]
success_criteria:
  - {{text: I can do something, codes: [HWB 3-38a]}}
key_messages: [One message]
methods: [life-skills]
evidence:
  - {{claim: It works, source: A review, date: 2020, strength: moderate}}
dosage: part-of-programme
sensitive: false
deliverers: [teacher]
support: [childline]
licence: CC-BY-4.0
authors: [Somebody]
review_in: 12 months
owner: content editors
---
## Plan

Plain text for practitioners. MARKER-plain

::: teacher
MARKER-teacher
:::

::: activity {{title="Do it" minutes=20}}
MARKER-activity
:::

::: discussion
MARKER-discussion
:::

::: answer
MARKER-answer
:::

::: hint
MARKER-hint
:::

::: safety
MARKER-safety
:::

::: officer
MARKER-officer
:::

::: parent
MARKER-parent
:::

::: learner {{title="Your sheet"}}
SEEN-learner
:::

::: key-message
SEEN-key
:::

::: support
SEEN-support
:::

::: handout {{title="Sheet"}}
SEEN-handout
:::

::: slide
SEEN-slide
:::
"""
HIDDEN = ("plain", "teacher", "activity", "discussion", "answer", "hint", "safety", "officer", "parent")
SEEN = ("learner", "key", "support", "handout", "slide")


def lesson_text(slug: str = "a-lesson", version: str = "1.0", title: str = "A lesson") -> str:
    """A good lesson's file; from version 2.0 on it says what changed."""
    text = GOOD.format(id=uuid5(UUID(int=1), slug), version=version, title=title)
    note = "" if version.startswith("1.") else "change_note: The middle part is new.\n"
    return text.replace("owner: content editors\n", f"owner: content editors\n{note}")


def write_content(folder: Path, **texts: str) -> Path:
    """A content folder with vocabularies and these lessons (``a_lesson`` is the folder a-lesson)."""
    (folder / "vocab").mkdir(parents=True, exist_ok=True)
    for name, text in VOCAB.items():
        (folder / "vocab" / f"{name}.yaml").write_text(text)
    (folder / "lessons").mkdir(exist_ok=True)
    for name, text in texts.items():
        path = folder / "lessons" / name.replace("_", "-") / "lesson.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return folder


def review(
    version: str = "1.0",
    role: str = "health",
    organisation: str = "A board",
    date: str = "2026-01-05",
    outcome: str = "approved",
) -> str:
    """A record of reviews.yaml."""
    return (
        f'- {{version: "{version}", role: {role}, organisation: {organisation}, date: {date}, '
        f"outcome: {outcome}}}\n"
    )


def sign(content: Path, *records: str, slug: str = "a-lesson") -> None:
    """Write the sign-offs of a lesson."""
    (content / "lessons" / slug / "reviews.yaml").write_text("".join(records))


def rename(content: Path, old: str, new: str) -> None:
    """Give a lesson's folder another name."""
    (content / "lessons" / old).rename(content / "lessons" / new)


def remove(content: Path, slug: str) -> None:
    """Take a lesson's folder away, with its file."""
    shutil.rmtree(content / "lessons" / slug)


PICTURE = (
    "assets: [{{path: assets/a.svg, title: A drawing, audience: {audience}, kind: image, alt: A drawing, "
    "licence: CC0, holder: A holder, source: Own work}}]\n"
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><text y="9">{words}</text></svg>'


def picture_lesson(
    content: Path,
    words: str = "first",
    version: str = "1.0",
    audience: str = "all",
    block: str = "SEEN-learner",
) -> str:
    """The file of a-lesson with a picture that holds these words, shown in a block; the picture is written."""
    assets = content / "lessons" / "a-lesson" / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    (assets / "a.svg").write_text(SVG.format(words=words))
    text = lesson_text(version=version)
    text = text.replace("licence: CC-BY", PICTURE.format(audience=audience) + "licence: CC-BY", 1)
    return text.replace(block, f"{block}\n\n![A drawing](assets/a.svg)")
