"""Sign-offs, read from ``reviews.yaml`` beside a lesson: who looked at which version, when, and what they said.

They are no part of a lesson's content: signing off needs no new version.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eduhub.lessons.rules import Review, version_key
from eduhub.lessons.schema import RECORD, SHORT, Field, full_day, one_of, read_fields, text, version
from eduhub.lessons.source import Finding, Source, read_yaml

NAME = "reviews.yaml"
MOST = 200
# Written in quotes: what a person typed, and what YAML would take for a number.
IN_QUOTES = ("version", "organisation", "note")
REVIEW = {
    "version": Field(version, required=True),
    "role": Field(one_of("education", "health", "police"), required=True),
    "organisation": Field(SHORT, required=True),
    "date": Field(full_day, required=True),
    "outcome": Field(one_of("approved", "changes-needed"), required=True),
    "next_review": Field(full_day),
    "note": Field(text(500)),
}


@dataclass(frozen=True)
class Signed:
    """The sign-offs of a lesson as they were written; ``lines`` holds the line of each, ``digest`` is the file's."""

    reviews: list[Review] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    digest: str = ""


def read_reviews(folder: Path, newest: Any, today: date) -> Signed:
    """The sign-offs in a lesson's folder; ``newest`` is the version of the lesson itself. Never raises."""
    path = folder / NAME
    if not os.path.lexists(path):
        return Signed()
    source = read_yaml(path, f"{folder.name}/{NAME}", "reviews")
    found: list[Review] = read_fields(source, {"reviews": Field(RECORD, many=True, record=REVIEW)})["reviews"]
    if len(found) > MOST:
        line = source.line_of(f"reviews.{MOST}")
        source.find(line, "reviews", f"there are more than {MOST} sign-offs.", "Remove the oldest.")
    if not source.findings:
        for n, review in enumerate(found):
            _check(source, f"reviews.{n}", review, newest, today)
    lines = [source.line_of(f"reviews.{n}") for n in range(len(found))]
    return Signed([] if source.findings else found, source.findings, lines, source.digest)


def _check(source: Source, path: str, review: Review, newest: Any, today: date) -> None:
    if review["date"] > today.isoformat():
        message = f"the date {review['date']} has not come yet."
        source.find(source.line_of(f"{path}.date"), "reviews", message, "Write the day of the sign-off.")
    if review["next_review"] and review["next_review"] <= review["date"]:
        message = "next_review is not after the date of the sign-off."
        source.find(source.line_of(f"{path}.next_review"), "reviews", message, "Write a later day.")
    if newest and version_key(review["version"]) > version_key(newest):
        message = f"there is no version {review['version']}: the lesson is at {newest}."
        source.find(source.line_of(f"{path}.version"), "reviews", message, "Name the version that was read.")


def with_review(before: str, review: dict[str, str]) -> str:
    """The file with one more sign-off at its end; what is empty is left out."""
    said = ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False) if name in IN_QUOTES else value}"
        for name, value in review.items()
        if value
    )
    return f"{before.rstrip()}\n- {{{said}}}\n".lstrip()
