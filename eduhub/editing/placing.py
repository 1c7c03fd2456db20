"""Where in the form a finding belongs: its key, the page that asks for it, the words to lead there."""

import re
from dataclasses import dataclass
from typing import Any

from eduhub.editing.fields import BODY, page_of
from eduhub.editing.models import Draft
from eduhub.editing.sheet import CannotCut, Sheet, cut, plain
from eduhub.lessons.schema import FRONT, label_of


@dataclass(frozen=True)
class Placed:
    """A finding with the key it is about; ``page`` is empty where only the text of the file has it."""

    severity: str
    message: str
    mend: str
    why: str
    line: int
    file: str
    key: str = ""
    label: str = ""
    page: str = ""

    @property
    def anchor(self) -> str:
        """Where on its page it stands."""
        return f"q-{self.key}" if self.page and self.key != BODY else "f-body" if self.page else "f-text"


def placed(draft: Draft) -> list[Placed]:
    """What the last check found, the worst first, each with its place in the form."""
    try:
        sheet = cut(plain(draft.text)) if draft.is_read else None
    except CannotCut:
        sheet = None
    return [_placed(row, draft.slug, sheet) for row in draft.findings]


def _placed(row: dict[str, Any], slug: str, sheet: Sheet | None) -> Placed:
    told = {name: row[name] for name in ("severity", "message", "mend", "why", "line", "file")}
    if sheet is None or row["file"] != f"{slug}/lesson.md":
        return Placed(**told)
    key = sheet.key_at(row["line"])
    if not key and row["line"] > str(sheet).count("\n") - sheet.body.count("\n"):
        key = BODY
    is_whole = key in ("", next(iter(sheet.stretches)))
    key = (_named(row) if is_whole else "") or key
    label = "The lesson’s words" if key == BODY else label_of(key, FRONT[key]) if key in FRONT else ""
    return Placed(**told, key=key, label=label, page=page_of(key))


def _named(row: dict[str, Any]) -> str:
    """The key a message begins with, for what is found at the first line: a key that is not there has none of its own."""
    found = re.match(r"([a-z_]+)([.: ])", str(row["message"]))
    if found is None or found[1] not in FRONT:
        return ""
    return found[1] if found[2] != " " or row["code"] == "missing" else ""
