"""Decisions on plain values: codes, when a session is open, and figures for a page."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from eduhub.evaluation.questions import AGREE, SKIP, Question, QuestionSet
from eduhub.evaluation.statistics import Interval, newcombe, wilson

# No letter or digit that is read for another (0 O, 1 I L, 2 Z, 5 S, 8 B): 25 to the sixth is 244 million codes.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
CODE_LENGTH = 6
OPEN_FOR = timedelta(minutes=90)


def new_code() -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def tidy_code(text: str) -> str | None:
    """A code as typed, in its form; None when it cannot be one."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else None


def most_answers(learners: int) -> int:
    """How many answers a class can give: its size and a tenth, for learners who were not counted."""
    return learners + max(1, -(-learners // 10))


def is_open(closes_at: datetime, responses: int, most: int, now: datetime) -> bool:
    """Whether answers are still taken."""
    return now < closes_at and responses < most


def school_year(day: date) -> str:
    """The school year of a day, from August on: 2026-27."""
    first = day.year if day.month >= 8 else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


Counts = dict[str, int]


@dataclass(frozen=True)
class Side:
    """One question in one wave: how many chose what, and the share agreeing with its interval."""

    counts: Counts
    base: int
    agreeing: Interval | None


@dataclass(frozen=True)
class Finding:
    """One question before and after, with the change in the share agreeing and a sentence."""

    question: Question
    before: Side | None
    after: Side | None
    change: Interval | None
    sentence: str


def side(counts: Counts) -> Side:
    """Figures of one question in one wave; those who would rather not say are outside the share."""
    said = {choice: count for choice, count in counts.items() if choice != SKIP}
    base = sum(said.values())
    agree = sum(count for choice, count in said.items() if choice in AGREE)
    return Side(counts, base, wilson(agree, base) if base else None)


def findings(
    chosen: QuestionSet, before: dict[str, Counts] | None, after: dict[str, Counts] | None
) -> list[Finding]:
    """Every question of a set; a wave that may not be shown is None."""
    return [_finding(question, before, after) for question in chosen.questions]


def _finding(
    question: Question, before: dict[str, Counts] | None, after: dict[str, Counts] | None
) -> Finding:
    first = side(before.get(question.key, {})) if before is not None else None
    last = side(after.get(question.key, {})) if after is not None else None
    change = None
    if first and last and first.agreeing and last.agreeing:
        agreed = [round(one.agreeing.share * one.base) for one in (last, first) if one.agreeing]
        change = newcombe(agreed[0], last.base, agreed[1], first.base)
    return Finding(question, first, last, change, _sentence(question, first, last, change))


def _sentence(question: Question, first: Side | None, last: Side | None, change: Interval | None) -> str:
    if change is not None and first and last and first.agreeing and last.agreeing:
        was, now = round(100 * first.agreeing.share), round(100 * last.agreeing.share)
        if change.lower <= 0 <= change.upper:
            return f"{was}% agreed before and {now}% after: the difference could be chance."
        better = (change.share > 0) == (question.hoped == "up")
        return f"{was}% agreed before and {now}% after: {'a change as hoped' if better else 'a change not hoped for'}."
    for one, word in ((first, "before"), (last, "after")):
        if one and one.agreeing:
            return (
                f"{round(100 * one.agreeing.share)}% agreed {word}. There is nothing to compare it with yet."
            )
    return "Fewer than 10 answers: nothing is shown."
