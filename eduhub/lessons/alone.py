"""Versions that one person published alone, read from ``publishing.yaml`` beside a lesson, until somebody else checked them.

Like sign-offs they are no part of a lesson's content. The site writes the file; nobody's name is in it.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from eduhub.lessons.schema import RECORD, Field, full_day, one_of, read_fields, text, version
from eduhub.lessons.source import Finding, read_yaml

NAME = "publishing.yaml"
ALONE, CHECKED = "alone", "checked"
HEADING = "# Versions published without a second check, and checks made afterwards. Written by the site.\n"
RECORDED = {
    "version": Field(version, required=True),
    "date": Field(full_day, required=True),
    "outcome": Field(one_of(ALONE, CHECKED), required=True),
    "reason": Field(text(300)),
}


@dataclass(frozen=True)
class Published:
    """The records of the file, what is wrong with it, and its hash; empty where there is no file."""

    records: list[dict[str, Any]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

    def alone(self, version: str) -> dict[str, Any]:
        """Since when and why a version stands without a second check; empty where nothing is to be said."""
        own = [one for one in self.records if one["version"] == version]
        last = own[-1] if own else None
        if last is None or last["outcome"] != ALONE:
            return {}
        return {"date": last["date"], "reason": last["reason"] or ""}


def read_published(folder: Path) -> Published:
    """The records in a lesson's folder. Never raises."""
    path = folder / NAME
    if not os.path.lexists(path):
        return Published()
    source = read_yaml(path, f"{folder.name}/{NAME}", "records")
    found = read_fields(source, {"records": Field(RECORD, many=True, record=RECORDED)})["records"]
    return Published([] if source.findings else found, source.findings, source.digest)


def with_record(before: str, version: str, outcome: str, day: date, reason: str = "") -> str:
    """The file with one more record at its end."""
    why = f", reason: {json.dumps(' '.join(reason.split()), ensure_ascii=False)}" if reason else ""
    line = f'- {{version: "{version}", date: {day.isoformat()}, outcome: {outcome}{why}}}\n'
    return (before or HEADING) + line
