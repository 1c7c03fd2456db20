"""Values of front matter written as YAML, in the manner of the lessons there are: short and on few lines.

Values are as the reader of lessons gives them: text, nothing, lists and records of these.
"""

import json
import re
from typing import Any

from eduhub.editing.sheet import own_lines, rows
from eduhub.lessons.schema import Field, version

# What another program would not take for text.
NOT_TEXT = re.compile(r"(null|true|false|yes|no|on|off|y|n)", re.IGNORECASE)
ITEM = re.compile(r"^( *)- ", re.MULTILINE)


def stretch_of(key: str, value: Any, field: Field, old: str = "", old_value: Any = None) -> str:
    """The lines of a key. Items of a list that did not change stay as they are written in ``old``."""
    if value in (None, [], {}):
        return f"{key}: []\n" if field.many and field.required else ""
    if not field.many:
        written = _record(value, field.record) if field.record else _scalar(value, field)
        return f"{key}: {written}\n"
    if not field.record and field.read.shape.get("maxLength", 0) <= 80:
        return f"{key}: [{', '.join(_scalar(one, field, flow=True) for one in value)}]\n"
    kept = _items(old, old_value)
    return f"{key}:\n" + "".join(kept.get(n) or _item(one, field) for n, one in _placed(value, old_value))


def _placed(value: list[Any], old_value: Any) -> list[tuple[int, Any]]:
    """Each item with its place in the old list; -1 where it was not there."""
    old = list(old_value) if isinstance(old_value, list) else []
    return [(old.index(one) if one in old else -1, one) for one in value]


def _items(old: str, old_value: Any) -> dict[int, str]:
    """How each item of a list is written, where each begins with a dash; nothing where they cannot be told apart."""
    lines = rows(own_lines(old))[1:] if old else []
    first = ITEM.match(lines[0]) if lines else None
    if first is None or not isinstance(old_value, list):
        return {}
    items: list[str] = []
    for line in lines:
        if line.startswith(first[0]):
            items.append(line)
        else:
            items[-1] += line
    return dict(enumerate(items)) if len(items) == len(old_value) else {}


def _item(value: Any, field: Field) -> str:
    return f"  - {_record(value, field.record) if field.record else _scalar(value, field)}\n"


def _record(value: dict[str, Any], fields: dict[str, Field]) -> str:
    pairs = [f"{key}: {_inner(one, fields.get(key))}" for key, one in value.items() if one not in (None, [])]
    return f"{{{', '.join(pairs)}}}"


def _inner(value: Any, field: Field | None) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_inner(one, field) for one in value)}]"
    if isinstance(value, dict):
        return _record(value, {})
    return _scalar(value, field, flow=True)


def _scalar(value: Any, field: Field | None, *, flow: bool = False) -> str:
    text = str(value)
    if (
        field
        and field.read.shape.get("type") in {"integer", "boolean"}
        and re.fullmatch(r"\d+|true|false", text)
    ):
        return text
    if (field and field.read is version) or not _is_plain(text, flow=flow):
        return _quoted(text)
    return text


def _is_plain(text: str, *, flow: bool) -> bool:
    """Whether a text may stand without quotes; strict, for a quote too many harms nobody."""
    marks = ",[]{}:#\"'\\|>&*!%@`?" if flow else '"\\'
    return (
        text[:1].isalpha()
        and text.isprintable()
        and text == text.strip()
        and not NOT_TEXT.fullmatch(text)
        and not any(mark in text for mark in (*marks, ": ", " #"))
        and not text.endswith(":")
    )


def _quoted(text: str) -> str:
    """In double quotes, with a name for every character that cannot be seen."""
    written = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _named(ord(c)) for c in written)


def _named(number: int) -> str:
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
