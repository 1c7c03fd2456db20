"""Old addresses of lessons, read from ``content/redirects.yaml``: old folder, new folder."""

import os
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from eduhub.lessons.schema import key
from eduhub.lessons.source import Finding, Source, read_yaml

NAME = "redirects.yaml"
# From an old name to the folder there is now, and how often a near name is looked for.
MOST_STEPS = 20
MOST_GUESSES = 20


@dataclass(frozen=True)
class Redirects:
    """Where each old address leads in the end."""

    moves: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_redirects(content: Path, living: set[str]) -> Redirects:
    """The old addresses; ``living`` are the folders there are. Never raises for what is in the file."""
    folder = content.resolve()
    if not os.path.lexists(folder / NAME):
        return Redirects()
    source = read_yaml(folder / NAME, NAME, "redirects")
    written = source.front.get("redirects") or {}
    if not isinstance(written, dict):
        source.find(1, "type", "this is not a list of old and new addresses.", "Write old-name: new-name.")
    moves = {} if source.findings else {old: _end(source, old, written, living) for old in written}
    return Redirects({old: end for old, end in moves.items() if end}, source.findings)


def _end(source: Source, old: str, written: dict[str, object], living: set[str]) -> str | None:
    """The living address an old one leads to; what is wrong becomes a finding."""
    line = source.line_of(f"redirects.{old}")
    new = written[old]
    try:
        key(old)
        key(new)
    except ValueError as error:
        source.find(line, "redirect", f"{error}.", "Write old-name: new-name.")
        return None
    if old in living:
        message = f"{old} is a lesson: its address cannot lead elsewhere."
        source.find(line, "redirect", message, "Remove the line, or rename the folder.")
        return None
    passed = {old}
    while isinstance(new, str) and new not in living and new in written:
        if new in passed or len(passed) > MOST_STEPS:
            what = "leads round in a circle" if new in passed else f"leads over more than {MOST_STEPS} names"
            source.find(line, "redirect", f"{old} {what}.", "Name the folder there is now.")
            return None
        passed.add(new)
        new = written[new]
    if not isinstance(new, str) or new not in living:
        near = get_close_matches(str(new), living, 1) if len(source.findings) < MOST_GUESSES else []
        mend = f"Did you mean {near[0]}?" if near else "Name a folder of content/lessons."
        source.find(line, "redirect", f"there is no lesson {new}.", mend)
        return None
    return new
