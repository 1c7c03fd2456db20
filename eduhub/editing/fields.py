"""The form of a lesson, made from the one table of front matter: what each page asks, and what was answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from eduhub.curriculum.models import Level
from eduhub.editing.sheet import plain
from eduhub.lessons.schema import FRONT, Field, label_of
from eduhub.lessons.skeleton import UNWRITTEN
from eduhub.lessons.vocabulary import VOCABULARIES

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    Posted = MultiDict[str, str]

BODY = "body"
# A text that may be longer has several lines to be written in.
SHORT = 200
LINES = frozenset({"summary"})
MOST_ROWS = 100


@dataclass(frozen=True)
class Page:
    """A page of the form: its name in the address, its heading, and the keys it asks for."""

    name: str
    title: str
    keys: tuple[str, ...]


PAGES = (
    Page(
        "about",
        "About the lesson",
        (
            *("title", "summary", "lang", "levels", "stages", "outcomes", "topics", "substances", "series"),
            *("translation_of", "of_version"),
        ),
    ),
    Page(
        "plan",
        "The plan",
        (
            *("minutes", "parts", "intentions", "success_criteria", "key_messages", "methods", "vocabulary"),
            *("misconceptions", "needs", "group_size", "room", "cost", "internet"),
            *("prior_lessons", "next_lessons", "dosage", "dosage_reason"),
        ),
    ),
    Page("words", "The lesson’s words", (BODY,)),
    Page(
        "safety",
        "Keeping everybody safe",
        (
            *("sensitive", "content_guidance", "supervision", "safeguarding", "alternatives", "deliverers"),
            *("visitor_role", "support", "shanarri", "parents"),
        ),
    ),
    Page(
        "sources",
        "Evidence and upkeep",
        ("evidence", "facts", "evidence_override", "licence", "authors", "partners", "owner", "review_in"),
    ),
)
# Never asked for: made once, or set when a draft is published or a lesson withdrawn.
SET_BY_PUBLISHING = frozenset({"id", "schema", "version", "change_note", "status", "reason", "replaced_by"})
# Files come with a folder, not with a form; their list is changed in the text of the file.
IN_THE_TEXT = frozenset({"assets"})

HINTS = {
    "summary": "What learners do, in a sentence or two. At most 200 characters.",
    "outcomes": "Codes in any spelling: HWB 3-38a, hwb3-38a.",
    "success_criteria": "Codes of several outcomes with commas between them.",
    "parts": "Their minutes add up to those of the lesson.",
    "series": "Only where the lesson is one of several in a row.",
    "prior_lessons": "The last part of each lesson’s address, one to a line: safe-unsafe-or-ask-first.",
    "next_lessons": "The last part of each lesson’s address, one to a line.",
    "translation_of": "The last part of the address of the lesson this one translates.",
    "evidence": "Why the lesson is made as it is, and who says so.",
    "facts": "Everything it states about substances, law or how many use them.",
    "evidence_override": "Advice of the check that you leave as it is, and why.",
    "visitor_role": "Needed where somebody other than the teacher delivers a part.",
    "dosage_reason": "Needed where the lesson stands alone.",
    "review_in": "Such as 12 months.",
    "deliverers": "The teacher leads; tick whoever else comes in.",
}
WORDS_OF = {
    "true": "Yes",
    "false": "No",
    "en": "English",
    "gd": "Gaelic",
    **{level.value: level.label for level in Level},
}


@dataclass(frozen=True)
class Input:
    """One thing to fill in. ``kind``: line, number, words, radios, select, ticks; ``value`` is a list for ticks."""

    name: str
    label: str
    kind: str
    value: Any
    choices: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    error: str = ""

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def place(self) -> str:
        """Its label and, for one in a row, of which row it is."""
        key, _, rest = self.name.partition(".")
        row = int(rest.partition(".")[0]) + 1 if rest else 0
        return f"{label_of(key, FRONT[key])} {row}, {self.label.lower()}" if row else self.label


@dataclass(frozen=True)
class Question:
    """A key of the form: a single input, or rows of several.

    ``findings`` are what the check said of the key; ``refused`` says why the form cannot change it; ``theirs`` is what
    somebody else saved meanwhile.
    """

    key: str
    label: str
    hint: str
    inputs: list[Input] = field(default_factory=list)
    rows: list[list[Input]] = field(default_factory=list)
    is_many: bool = False
    findings: list[Any] = field(default_factory=list)
    refused: str = ""
    theirs: str | None = None

    @property
    def id(self) -> str:
        return f"q-{self.key}"

    @property
    def every_input(self) -> Iterable[Input]:
        yield from self.inputs
        for row in self.rows:
            yield from row


def page_of(key: str) -> str:
    """The page that asks for a key; empty where none does."""
    return next((page.name for page in PAGES if key in page.keys), "")


# What is asked.


def questions(
    page: Page, values: Mapping[str, Any], words: Mapping[str, Mapping[str, str]]
) -> list[Question]:
    """The questions of a page, filled in; ``words`` has the choices of keys with a vocabulary."""
    return [_question(key, values.get(key), words.get(key, {})) for key in page.keys if key != BODY]


def _question(key: str, value: Any, words: Mapping[str, str]) -> Question:
    spec = FRONT[key]
    asked = Question(key, label_of(key, spec), HINTS.get(key, ""), is_many=spec.many)
    if not fits(spec, value):
        return replace(
            asked, refused="This is not written as the form expects it. Change it in the text of the file."
        )
    if not spec.record:
        return replace(asked, inputs=[_input(key, spec, value, words)])
    rows = list(value or []) if spec.many else [value or {}]
    if spec.many:
        rows.append({})
    return replace(asked, rows=[_row(key, n, spec, row) for n, row in enumerate(rows)])


def _row(key: str, number: int, spec: Field, row: Mapping[str, Any]) -> list[Input]:
    is_blank = not row
    made = []
    for name, inner in spec.record.items():
        one = _input(f"{key}.{number}.{name}", inner, row.get(name), {}, in_row=True)
        made.append(replace(one, error="") if is_blank else one)
    return made


def _input(name: str, spec: Field, value: Any, words: Mapping[str, str], *, in_row: bool = False) -> Input:
    label, hint, shape = label_of(name.rpartition(".")[2], spec), HINTS.get(name, ""), spec.read.shape
    error = error_in(spec, value)
    choices = words or choices_of(spec)
    if not in_row and is_ticked(name, spec):
        known = {**choices, **{one: f"{one} (not known)" for one in value or [] if one not in choices}}
        return Input(name, label, "ticks", list(value or []), known, hint, error)
    if spec.many:
        text = (", " if in_row else "\n").join(value or [])
        return Input(name, label, "line" if in_row else "words", text, {}, hint or "One to a line.", error)
    if choices:
        kind = "radios" if shape.get("type") == "boolean" and spec.required and not in_row else "select"
        nothing = {} if kind == "radios" else {"": "Choose" if spec.required else "Not said"}
        extra = {value: f"{value} (not known)"} if value and value not in choices else {}
        return Input(name, label, kind, value or "", {**nothing, **choices, **extra}, hint, error)
    long = name in LINES or shape.get("maxLength", 0) > SHORT or "\n" in (value or "")
    kind = "words" if long else "number" if shape.get("type") == "integer" else "line"
    return Input(name, label, kind, value or "", {}, hint, error)


def is_ticked(key: str, spec: Field) -> bool:
    """Whether a key is answered by ticking some of a few."""
    return spec.many and (key in VOCABULARIES or bool(choices_of(spec)))


def choices_of(spec: Field) -> dict[str, str]:
    """What may be chosen, where a kind of value names it."""
    shape = spec.read.shape
    listed = ["true", "false"] if shape.get("type") == "boolean" else map(str, shape.get("enum", ()))
    return {one: WORDS_OF.get(one, one.replace("-", " ")) for one in listed}


def error_in(spec: Field, value: Any) -> str:
    """What is wrong with a value by itself, as a sentence; empty where nothing is."""
    if value in (None, [], ""):
        return "This is needed." if spec.required and (not spec.many or spec.least) else ""
    for one in value if spec.many else [value]:
        if str(one).startswith(UNWRITTEN):
            return "This is still to be written."
        try:
            spec.read(one)
        except ValueError as error:
            words = str(error)
            return f"{words[:1].upper()}{words[1:]}."
    return ""


def fits(spec: Field, value: Any) -> bool:
    """Whether the form can show a value without losing any of it."""
    if value is None:
        return True
    if spec.many:
        whole = isinstance(value, list) and len(value) < MOST_ROWS
        one_line = (
            spec.record
            or not whole
            or all(isinstance(one, str) and one.strip() == one != "" for one in value)
        )
        return bool(whole and one_line and all(fits_one(spec, one) for one in value))
    return fits_one(spec, value)


def fits_one(spec: Field, value: Any) -> bool:
    """The same of one value, or one item of a list."""
    if not spec.record:
        return isinstance(value, str) and not (spec.many and "\n" in value)
    return isinstance(value, dict) and all(
        fits(inner, value.get(name))
        and not (inner.many and any(mark in one for one in value.get(name) or [] for mark in ",;"))
        for name, inner in spec.record.items()
    )


# What was answered.


def answers(page: Page, posted: "Posted", values: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each key of a page as it was filled in; the very value it had where nothing was changed."""
    found = {}
    for key in page.keys:
        if key != BODY and fits(FRONT[key], values.get(key)):
            found[key] = _answer(key, FRONT[key], posted, values.get(key))
    return found


def _answer(key: str, spec: Field, posted: "Posted", old: Any) -> Any:
    if not spec.record:
        return _one(key, spec, posted, old)
    rows = list(old or []) if spec.many else [old or {}]
    count = posted.get(f"{key}.rows", "0")
    number = min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 5 else 0
    kept = [
        _kept(key, n, spec, posted, rows[n] if n < len(rows) else {}) for n in range(max(number, len(rows)))
    ]
    found = [row for row in kept if row]
    if spec.many:
        return old if found == (old or []) else found
    return found[0] if found else None


def _kept(key: str, number: int, spec: Field, posted: "Posted", old: Mapping[str, Any]) -> dict[str, Any]:
    """A row as filled in; empty when nothing is left in it. What a form does not ask for stays."""
    asked = {
        name: _one(f"{key}.{number}.{name}", inner, posted, old.get(name), in_row=True)
        for name, inner in spec.record.items()
    }
    if not any(asked.values()):
        return {}
    others = {name: value for name, value in old.items() if name not in asked}
    told = {name: value for name, value in asked.items() if value not in (None, []) or name in old}
    order = old if set(told) <= set(old) else told
    return {**{name: told[name] for name in order if name in told}, **others}


def _one(name: str, spec: Field, posted: "Posted", old: Any, *, in_row: bool = False) -> Any:
    if not in_row and is_ticked(name, spec):
        ticked = posted.getlist(name)
        before = [one for one in old or [] if one in ticked]
        return _same([*before, *dict.fromkeys(one for one in ticked if one not in before)], old)
    text = plain(posted.get(name, ""))
    if not spec.many:
        return old if text == (old or "") else text.strip() or None
    parts = text.replace(";", ",").split(",") if in_row else text.split("\n")
    return _same([part.strip() for part in parts if part.strip()], old)


def _same(new: list[str], old: Any) -> Any:
    return old if new == (old or []) else new
