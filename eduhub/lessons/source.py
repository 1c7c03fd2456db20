"""Reading a lesson's file as hostile text: size, encoding, YAML without tricks, blocks; every fault with its line."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

MOST_BYTES = 200_000
DEEPEST = 8
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
BLOCK = re.compile(r"^:::\s*(?P<name>[a-z-]+)\s*(?:\{(?P<attributes>[^}]*)\})?\s*$")
ATTRIBUTE = re.compile(r"(?P<key>title|minutes)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[\w.-]+))\s*")

# Learner output is built only from these; families see only theirs; everything else is for practitioners.
LEARNER_BLOCKS = frozenset({"learner", "key-message", "support", "handout", "slide"})
FAMILY_BLOCKS = frozenset({"parent"})
BLOCKS = (
    LEARNER_BLOCKS
    | FAMILY_BLOCKS
    | {
        "teacher",
        "activity",
        "discussion",
        "answer",
        "hint",
        "safety",
        "officer",
    }
)


@dataclass(frozen=True)
class Finding:
    """What is wrong in a lesson's file, where, and how to mend it."""

    file: str
    line: int
    code: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.message} {self.mend}"


@dataclass(frozen=True)
class Block:
    """A stretch of the body for one audience; ``name`` is empty for unmarked text."""

    name: str
    title: str
    minutes: str
    text: str
    line: int


@dataclass
class Source:
    """A lesson's file taken apart: front matter with the line of each key, blocks, and what is wrong."""

    file: str
    front: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def find(self, line: int, code: str, message: str, mend: str = "") -> None:
        self.findings.append(Finding(self.file, line, code, message, mend))

    def line_of(self, path: str) -> int:
        """The line of a key such as ``parts.2.minutes``, or of the nearest key above it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def read_source(path: Path) -> Source:
    """A lesson's file taken apart; whatever is in it, faults become findings and nothing is raised."""
    source = Source(f"{path.parent.name}/{path.name}")
    text = _text(path, source)
    if text is None:
        return source
    parts = re.split(r"^---[ ]*$\n?", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        source.find(
            1, "front-matter", "the file does not begin with front matter.", "Begin and end it with ---."
        )
        return source
    _read_front(parts[1], source)
    _read_blocks(parts[2], text.count("\n", 0, len(text) - len(parts[2])), source)
    return source


def _text(path: Path, source: Source) -> str | None:
    if path.is_symlink() or path.parent.is_symlink():
        source.find(1, "link", "the file is a symbolic link.", "Put the file itself there.")
        return None
    try:
        if path.stat().st_size > MOST_BYTES:
            source.find(1, "size", f"the file is larger than {MOST_BYTES // 1000} kB.", "Shorten it.")
            return None
        data = path.read_bytes()
    except OSError as error:
        source.find(1, "unreadable", f"the file cannot be read ({error.strerror}).", "Check its rights.")
        return None
    if b"\x00" in data:
        source.find(data[: data.index(b"\x00")].count(b"\n") + 1, "nul", "there is a NUL byte.", "Remove it.")
        return None
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        source.find(line, "encoding", "this is not UTF-8.", "Save the file as UTF-8.")
        return None
    for number, line_text in enumerate(text.split("\n"), 1):
        bad = [c for c in line_text if c in BIDI or (unicodedata.category(c) == "Cc" and c != "\t")]
        if bad:
            name = unicodedata.name(bad[0], f"U+{ord(bad[0]):04X}")
            source.find(number, "control", f"there is a hidden control character ({name}).", "Remove it.")
    return None if source.findings else text


def _read_front(text: str, source: Source) -> None:
    try:
        for token in yaml.scan(text, Loader=yaml.BaseLoader):
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
                line = token.start_mark.line + 2
                source.find(
                    line, "yaml", "anchors, aliases and tags are not allowed.", "Write the value out."
                )
                return
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "nested too deeply"
        line = mark.line + 2 if mark else 1
        source.find(line, "yaml", f"this is not YAML: {problem}.", "Check colons, quotes and indents.")
        return
    if not isinstance(node, yaml.MappingNode):
        source.find(2, "yaml", "the front matter is not a list of keys and values.", "Write key: value.")
        return
    source.front = _value(node, "", source, 0)


def _value(node: yaml.Node, path: str, source: Source, depth: int) -> Any:
    """Plain values: every scalar stays the text that was written, so that nothing is guessed."""
    source.lines.setdefault(path, node.start_mark.line + 2)
    if depth > DEEPEST:
        source.find(node.start_mark.line + 2, "yaml", "this is nested too deeply.", "Flatten it.")
        return None
    if isinstance(node, yaml.ScalarNode):
        return None if node.style is None and node.value in {"", "null", "~"} else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{path}.{n}", source, depth + 1) for n, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        inner = f"{path}.{key}" if path else key
        source.lines[inner] = key_node.start_mark.line + 2
        if key in found:
            source.find(key_node.start_mark.line + 2, "twice", f"{key} stands twice.", "Keep one.")
        found[key] = _value(value_node, inner, source, depth + 1)
    return found


def _read_blocks(text: str, offset: int, source: Source) -> None:
    name, title, minutes, start = "", "", "", offset + 1
    held: list[str] = []

    def close(_line: int) -> None:
        if "".join(held).strip():
            source.blocks.append(Block(name, title, minutes, "\n".join(held).strip("\n") + "\n", start))
        held.clear()

    for number, line in enumerate(text.split("\n"), offset + 1):
        if not line.startswith(":::"):
            held.append(line)
            continue
        if line.strip() == ":::":
            if not name:
                source.find(number, "block", "::: ends a block that was never begun.", "Remove it.")
            close(number)
            name, title, minutes, start = "", "", "", number + 1
            continue
        found = BLOCK.match(line)
        if found is None or found["name"] not in BLOCKS:
            source.find(
                number, "block", f"{line.strip()!r} is no block.", f"Use one of {', '.join(sorted(BLOCKS))}."
            )
            continue
        if name:
            source.find(number, "block", f"a block begins inside {name!r}.", "End that with ::: first.")
        close(number)
        values = {
            m["key"]: m["quoted"] or m["bare"] or "" for m in ATTRIBUTE.finditer(found["attributes"] or "")
        }
        name, start = found["name"], number + 1
        title, minutes = values.get("title", ""), values.get("minutes", "")
    if name:
        source.find(start, "block", f"the block {name!r} is never ended.", "Add a line with :::.")
    close(0)
