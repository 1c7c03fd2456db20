"""Structure: an address, minutes that add up, and what is needed to be safe."""

from typing import Any

from eduhub.lessons.checks.checked import Check, Checked
from eduhub.lessons.source import LEARNER_BLOCKS

NEEDED_WHEN_SENSITIVE = ("content_guidance", "safeguarding", "alternatives")
# Addresses of pages of this site that stand where lessons do.
TAKEN = frozenset({"check", "curriculum", "feedback", "files", "reviews", "searches"})


def slug(lesson: Checked) -> None:
    """The folder's name is the address."""
    name = lesson.slug
    plain = name.replace("-", "")
    if not plain.isascii() or not plain.isalnum() or plain.lower() != plain or len(name) > 80:
        message = f"the folder {name!r} is no address."
        lesson.source.find(1, "slug", message, "Use small letters, digits and hyphens.")
    elif name in TAKEN:
        message = f"the address {name} belongs to a page of this site."
        lesson.source.find(1, "slug", message, "Give the folder another name.")


def minutes(lesson: Checked) -> None:
    """Parts add up to the lesson, blocks to no more than it."""
    source, front = lesson.source, lesson.front
    parts: list[Any] = [part.get("minutes") for part in front["parts"] if isinstance(part, dict)]
    if front["minutes"] is None or None in parts:
        return
    if sum(parts) != front["minutes"]:
        message = f"the parts add up to {sum(parts)} minutes, the lesson says {front['minutes']}."
        source.find(source.line_of("parts"), "minutes", message, "Change one or the other.")
    _block_minutes(lesson)


def _block_minutes(lesson: Checked) -> None:
    front = lesson.front
    of_part = {part["title"]: part["minutes"] for part in front["parts"]}
    total = 0
    for block in lesson.source.blocks:
        total += block.minutes
        planned = of_part.get(block.title) if block.minutes else None
        if planned not in (None, block.minutes):
            message = f"the part {block.title} has {planned} minutes, this block says {block.minutes}."
            lesson.source.find(block.line - 1, "minutes", message, "Change one or the other.")
        elif block.minutes and total > front["minutes"]:
            message = f"the blocks add up to {total} minutes, the lesson has {front['minutes']}."
            lesson.source.find(block.line - 1, "minutes", message, "Shorten a block.")
            return


def needed(lesson: Checked) -> None:
    """What some lessons need: words on safety, a reason, a visitor's role, something for learners."""
    source, front = lesson.source, lesson.front
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


CHECKS: tuple[Check, ...] = (slug, minutes, needed)
