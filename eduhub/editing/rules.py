"""Decisions on drafts, on plain values: who may publish, what comes next, which version it becomes."""

import re
from collections.abc import Collection
from uuid import UUID

from eduhub.editing.models import ChangeSize, DraftState
from eduhub.lessons.rules import version_key
from eduhub.lessons.source import BIDI, HIDDEN, MOST_BYTES

EDITABLE = frozenset({DraftState.WRITING, DraftState.CHANGES_ASKED})
OPEN = frozenset({*EDITABLE, DraftState.IN_REVIEW, DraftState.PUBLISHING})
OVER = frozenset({DraftState.PUBLISHED, DraftState.DROPPED})
STATE_WORDS = {
    DraftState.WRITING: "Being written",
    DraftState.IN_REVIEW: "Waiting for review",
    DraftState.CHANGES_ASKED: "Changes asked for",
    DraftState.PUBLISHING: "Being published",
    DraftState.PUBLISHED: "Published",
    DraftState.DROPPED: "Dropped",
}
# Why a reviewer sends a draft back.
REASONS = {
    "safety": "Safety: somebody could be hurt or upset",
    "evidence": "Evidence: a claim lacks a source, or the source does not say so",
    "accessibility": "Accessibility: some could not read, see or follow it",
    "quality": "Quality: teaching, words or layout",
    "licence": "Licence: something may not be used like this",
    "other": "Something else",
}
# Hidden characters that stay, for the check to name them.
NAMED = re.compile(f"[{BIDI}\r]")
MOST_OPEN_DRAFTS = 200
LONGEST_NOTE = 300
LONGEST_ANSWER = 2000


def is_second_person(person: UUID, writers: Collection[UUID], submitter: UUID | None) -> bool:
    """Whether somebody neither wrote in a draft nor submitted it."""
    return person not in writers and person != submitter


def next_version(base: str, size: ChangeSize) -> str:
    """The version a change makes of the newest published one."""
    major, minor = version_key(base)
    return f"{major + 1}.0" if size is ChangeSize.BIG else f"{major}.{minor + 1}"


def without_unkeepable(text: str) -> str:
    """A text without characters that no page and no database can hold; what else is hidden, the check names."""
    return HIDDEN.sub(lambda found: found[0] if NAMED.match(found[0]) else "", text)


def is_too_long(text: str) -> bool:
    """Whether a text is longer than a lesson's file may be."""
    return len(text.encode()) > MOST_BYTES
