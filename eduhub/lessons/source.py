"""Reading a lesson's file as hostile text: size, encoding, YAML without tricks, blocks; every fault with its line."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from eduhub.lessons.codes import CODES, UNLISTED, Code, Group, Severity

MOST_BYTES = 200_000
MOST_FRONT = 60_000
DEEPEST = 8
# What turns text round, control characters that no text needs, and what is no character at all.
BIDI = "\u202a-\u202e\u2066-\u2069"
HIDDEN = re.compile(
    f"[{BIDI}\x00-\x08\x0b-\x1f\x7f-\x9f"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
MOST_BLOCKS = 300
MOST_BLOCK_MINUTES = 200
BLOCK = re.compile(r"^:::\s*(?P<name>[a-z-]+)\s*(?:\{(?P<attributes>[^}]*)\})?\s*$")
ATTRIBUTE = re.compile(r"\s*(?P<key>[^\s=]+)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>[\w.-]+))(?=\s|$)")
# libyaml where PyYAML was built with it.
QUICK = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
# What libyaml takes otherwise than the loader in Python: tabs, rare ends of lines, marks of byte order, a comment right
# behind the sign of a longer text; and a question mark between brackets.
READ_OTHERWISE = re.compile("[\t\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#")
REFUSED = (yaml.AnchorToken, yaml.AliasToken, yaml.TagToken)
OPENING_BRACKETS = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
CLOSING_BRACKETS = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
OPENING = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, *OPENING_BRACKETS)
CLOSING = (yaml.BlockEndToken, *CLOSING_BRACKETS)
# What reads like the mark of a block to a person, but not to this program.
NEARLY_A_MARK = re.compile(r":::|^\s*::(\s|\w|$)")

# A ratio, a raised or modifier colon, and the signs of other scripts that a reader takes for a colon.
LIKE_COLONS = dict.fromkeys(map(ord, "\u2236\u02d0\ua789\u05c3\u0589\u0703\u0704\u205a\ufe30"), ":")

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
    """What is wrong in a lesson's file, where, and how to mend it; ``accepted`` is why its authors leave it so."""

    file: str
    line: int
    code: str
    message: str
    mend: str
    accepted: str = ""

    @property
    def about(self) -> Code:
        """What its code says of it."""
        return CODES.get(self.code, UNLISTED)

    @property
    def group(self) -> Group:
        return self.about.group

    @property
    def severity(self) -> Severity:
        return Severity.INFORMATION if self.accepted else self.about.severity

    def __str__(self) -> str:
        accepted = f" Accepted: {self.accepted}" if self.accepted else ""
        return f"{self.file}:{self.line}: {self.severity}: {self.code}: {self.message} {self.mend}{accepted}"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of files and lines."""
    return sorted(findings, key=lambda finding: (finding.file, finding.line))


@dataclass(frozen=True)
class Block:
    """A stretch of the body for one audience; ``name`` is empty for unmarked text.

    ``line`` is where its text begins; 0 minutes means that none were given.
    """

    name: str
    title: str
    minutes: int
    text: str
    line: int


@dataclass
class Source:
    """A lesson's file taken apart: front matter with the line of each key, blocks, and what is wrong.

    ``top`` is the line at which its YAML begins.
    """

    file: str
    top: int = 2
    front: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""

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


def read_yaml(path: Path, file: str, name: str) -> Source:
    """A file of YAML alone, as carefully; what it holds stands under ``name``. Nothing is raised."""
    source = Source(file, top=1)
    text = _text(path, source)
    node = None if text is None else _compose(text, source)
    if node is not None:
        source.front = {name: _value(node, name, source, 0)}
    return source


def own_file(folder: Path, name: str) -> Path | None:
    """The regular file of this name in a lesson's folder; None for a link on the way, a pipe or a device."""
    try:
        real = (folder / name).resolve(strict=True)
        mine = real == folder.parent.resolve() / folder.name / name
    except (OSError, RuntimeError):
        return None
    return real if mine and real.is_file() else None


def _read(path: Path, source: Source) -> bytes | None:
    own = own_file(path.parent, path.name)
    if own is None:
        message = "this is a link, or no ordinary file."
        source.find(1, "link", message, "Put the file itself there, in a folder that is no link.")
        return None
    try:
        with own.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        source.find(1, "unreadable", f"the file cannot be read ({error.strerror}).", "Check its rights.")
        return None
    if len(data) > MOST_BYTES:
        source.find(1, "size", f"the file is larger than {MOST_BYTES // 1000} kB.", "Shorten it.")
        return None
    source.digest = hashlib.sha256(data).hexdigest()
    return data


def _text(path: Path, source: Source) -> str | None:
    data = _read(path, source)
    if data is None:
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
    for number, line_text in enumerate(text.split("\n") if HIDDEN.search(text) else (), 1):
        bad = HIDDEN.search(line_text)
        if bad:
            name = unicodedata.name(bad[0], f"U+{ord(bad[0]):04X}")
            source.find(number, "control", f"there is a hidden control character ({name}).", "Remove it.")
    return None if source.findings else text


def _read_front(text: str, source: Source) -> None:
    if len(text) > MOST_FRONT:
        message = f"the front matter is longer than {MOST_FRONT:,} characters."
        source.find(1, "size", message, "Shorten it: long words belong below it.")
        return
    node = _compose(text, source)
    if source.findings:
        return
    if not isinstance(node, yaml.MappingNode):
        source.find(2, "yaml", "the front matter is not a list of keys and values.", "Write key: value.")
        return
    source.front = _value(node, "", source, 0)


def _compose(text: str, source: Source) -> yaml.Node | None:
    """YAML as nodes; None where there is none, or what it is becomes a finding."""
    try:
        return _composed_quickly(text)
    except (yaml.YAMLError, _NotPlainError, ValueError):
        return _composed(text, source)


class _NotPlainError(Exception):
    """Anchors, aliases, tags, deep nesting or rare signs: to be gone through slowly, for a finding with its line."""


def _composed_quickly(text: str) -> yaml.Node | None:
    """Nodes made by libyaml, where it is there. It is in C, so the depth is looked at before it descends."""
    if READ_OTHERWISE.search(text):
        raise _NotPlainError
    depth = brackets = 0
    for token in yaml.scan(text, Loader=QUICK):
        if isinstance(token, REFUSED):
            raise _NotPlainError
        brackets += isinstance(token, OPENING_BRACKETS) - isinstance(token, CLOSING_BRACKETS)
        depth += isinstance(token, OPENING) - isinstance(token, CLOSING)
        odd = brackets and isinstance(token, yaml.ScalarToken) and token.plain and "?" in token.value
        if depth > DEEPEST or odd:
            raise _NotPlainError
    node: yaml.Node | None = yaml.compose(text, Loader=QUICK)
    return node


def _composed(text: str, source: Source) -> yaml.Node | None:
    """Nodes made by the loader in Python, whose words on faults are the same on every machine."""
    try:
        for token in yaml.scan(text, Loader=yaml.BaseLoader):
            if isinstance(token, REFUSED):
                line = token.start_mark.line + source.top
                source.find(
                    line, "yaml", "anchors, aliases and tags are not allowed.", "Write the value out."
                )
                return None
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "nested too deeply"
        line = mark.line + source.top if mark else 1
        source.find(line, "yaml", f"this is not YAML: {problem}.", "Check colons, quotes and indents.")
        return None
    return node


def _value(node: yaml.Node, path: str, source: Source, depth: int) -> Any:
    """Plain values: every scalar stays the text that was written, so that nothing is guessed."""
    source.lines.setdefault(path, node.start_mark.line + source.top)
    if depth > DEEPEST:
        source.find(node.start_mark.line + source.top, "yaml", "this is nested too deeply.", "Flatten it.")
        return None
    if isinstance(node, yaml.ScalarNode):
        return None if not node.style and node.value in {"", "null", "~"} else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, f"{path}.{n}", source, depth + 1) for n, item in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        inner = f"{path}.{key}" if path else key
        source.lines[inner] = key_node.start_mark.line + source.top
        if key in found:
            source.find(key_node.start_mark.line + source.top, "twice", f"{key} stands twice.", "Keep one.")
        found[key] = _value(value_node, inner, source, depth + 1)
    return found


def _read_blocks(text: str, offset: int, source: Source) -> None:
    reader = _Blocks(source, offset + 1)
    for number, line in enumerate(text.split("\n"), offset + 1):
        reader.line(number, line)
    reader.end()
    if len(source.blocks) > MOST_BLOCKS:
        message = f"there are more than {MOST_BLOCKS} blocks."
        source.find(source.blocks[MOST_BLOCKS].line, "block", message, "Join some, or make two lessons.")
        del source.blocks[MOST_BLOCKS:]


class _Blocks:
    """Takes the body apart, line by line."""

    def __init__(self, source: Source, start: int) -> None:
        self.source = source
        self.name, self.title, self.minutes, self.start = "", "", 0, start
        self.held: list[str] = []

    def line(self, number: int, line: str) -> None:
        if not line.startswith(":::"):
            if NEARLY_A_MARK.search(_as_seen(line)):
                message = "this looks like the mark of a block, but is none."
                self.source.find(number, "block", message, "Begin the line with exactly three colons.")
            self.held.append(line)
        elif line.strip() == ":::":
            if not self.name:
                self.source.find(number, "block", "::: ends a block that was never begun.", "Remove it.")
            self._close(number + 1)
        else:
            self._open(number, line)

    def _open(self, number: int, line: str) -> None:
        found = BLOCK.match(line)
        if found is None or found["name"] not in BLOCKS:
            mend = f"Use one of {', '.join(sorted(BLOCKS))}."
            self.source.find(number, "block", f"{line.strip()!r} is no block.", mend)
            return
        if self.name:
            message = f"a block begins inside {self.name!r}."
            self.source.find(number, "block", message, "End that with ::: first.")
        self._close(number + 1)
        self.name = found["name"]
        values = _attributes(found["attributes"] or "", number, self.source)
        self.title, self.minutes = values.get("title", ""), _minutes(values, number, self.source)

    def _close(self, next_start: int) -> None:
        if "".join(self.held).strip():
            text = "\n".join(self.held).rstrip("\n") + "\n"
            self.source.blocks.append(Block(self.name, self.title, self.minutes, text, self.start))
        self.held.clear()
        self.name, self.title, self.minutes, self.start = "", "", 0, next_start

    def end(self) -> None:
        if self.name:
            message = f"the block {self.name!r} is never ended."
            self.source.find(self.start, "block", message, "Add a line with :::.")
        self._close(self.start)


def _as_seen(line: str) -> str:
    """A line without what cannot be seen, look-alikes made plain."""
    if line.isascii():
        return line
    plain = unicodedata.normalize("NFKC", line).translate(LIKE_COLONS)
    return "".join(c for c in plain if unicodedata.category(c) != "Cf")


def _attributes(text: str, number: int, source: Source) -> dict[str, str]:
    values: dict[str, str] = {}
    rest = text.rstrip()
    while rest:
        found = ATTRIBUTE.match(rest)
        if found is None:
            mend = 'Write {title="Words" minutes=10}.'
            source.find(number, "attribute", f"{rest.strip()!r} cannot be read.", mend)
            return values
        key, rest = found["key"], rest[found.end() :]
        if key not in {"title", "minutes"}:
            source.find(number, "attribute", f"a block has no {key}.", "Only title and minutes are known.")
        if key in values:
            source.find(number, "attribute", f"{key} stands twice.", "Keep one.")
        values[key] = found["quoted"] if found["quoted"] is not None else found["bare"]
    return values


def _minutes(values: dict[str, str], number: int, source: Source) -> int:
    value = values.get("minutes")
    if value is None:
        return 0
    if not re.fullmatch(r"[0-9]{1,6}", value):
        source.find(number, "attribute", f"minutes: {value!r} is not a whole number.", "Write minutes=10.")
        return 0
    if not 1 <= int(value) <= MOST_BLOCK_MINUTES:
        message = f"minutes: {value} is not between 1 and {MOST_BLOCK_MINUTES}."
        source.find(number, "attribute", message, "Shorten the part.")
        return 0
    return int(value)
