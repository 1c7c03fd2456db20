"""Decisions on plain values: codes, and when a session takes answers."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

# No letter or digit that is read for another (0 O, 1 I L, 2 Z, 5 S, 8 B): 25 to the sixth is 244 million codes.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
CODE_LENGTH = 6
OPEN_FOR = timedelta(minutes=90)
FINISHING = timedelta(minutes=15)
# A learner's page is good for a day; so long the bare ids of answers are kept, that none counts twice.
STATE_LIFE = timedelta(days=1)


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


class Openness(StrEnum):
    """Whether answers are taken, and why not."""

    OPEN = "open"
    CLOSED = "closed"
    FULL = "full"


def openness(
    closes_at: datetime, responses: int, most: int, now: datetime, begun: datetime | None = None
) -> Openness:
    """Whether answers are taken now; whoever had begun before closing may finish for fifteen minutes more."""
    finishing = begun is not None and begun < closes_at and now < closes_at + FINISHING
    if now >= closes_at and not finishing:
        return Openness.CLOSED
    return Openness.FULL if responses >= most else Openness.OPEN
