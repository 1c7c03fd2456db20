"""Decisions on plain values: which passwords and addresses will do, and who may decide on which role."""

import re
import string
from functools import cache
from pathlib import Path

from eduhub.accounts.models import Role

SHORTEST = 12
LONGEST = 128
WALKS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "abcdefghijklmnopqrstuvwxyz")
EMAIL = re.compile(
    r"[^@\s<>(),;:\"\\]+@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)

NO_NAME = re.compile(r"[\n\r\t\v\f\x85\u2028\u2029/\\:@<>\[\]]|\bwww\.", re.IGNORECASE)

# Who decides on a role: the first may at the same organisation, the others over the wider ones.
DECIDERS: dict[Role, frozenset[Role]] = {
    Role.TEACHER: frozenset({Role.SCHOOL_LEAD, Role.COUNCIL_LEAD}),
    Role.SCHOOL_LEAD: frozenset({Role.COUNCIL_LEAD}),
    Role.LIAISON_OFFICER: frozenset({Role.DIVISION_LEAD}),
    Role.PARTNER_PRACTITIONER: frozenset({Role.DIVISION_LEAD, Role.COUNCIL_LEAD}),
    Role.COUNCIL_LEAD: frozenset({Role.NATIONAL_LEAD}),
    Role.DIVISION_LEAD: frozenset({Role.NATIONAL_LEAD}),
    Role.NATIONAL_LEAD: frozenset(),
    Role.CONTENT_EDITOR: frozenset(),
    Role.CONTENT_REVIEWER: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
}


def normal_email(text: str) -> str:
    """An address as it is kept: no spaces around it, in lower case."""
    return text.strip().lower()


def is_email(text: str) -> bool:
    """Whether the text looks like one address; the link sent to it proves the rest."""
    return len(text) <= 254 and EMAIL.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Whether the text can be greeted in a letter to somebody who may not have written it: one line, no link."""
    return NO_NAME.search(text) is None


@cache
def denied_passwords() -> frozenset[str]:
    """Common passwords long enough to pass the length rule, in lower case without spaces."""
    text = (Path(__file__).parent / "denied_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def password_problem(password: str, *, name: str = "", email: str = "") -> str | None:
    """Why a password will not do, as a sentence; None when it will.

    Length and a deny list, no rules of composition and no expiry: Cyber Essentials, control 4.2.1.
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. Three or four ordinary words work well."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    plain = re.sub(rf"[\s{re.escape(string.punctuation)}]", "", password.lower())
    if _is_common(plain):
        return "That password is too easy to guess. Choose words that do not belong together."
    own = [
        part
        for part in re.split(r"\W+", f"{name} {email.split('@', maxsplit=1)[0]}".lower())
        if len(part) > 2
    ]
    rest = plain
    for part in own:
        rest = rest.replace(part, "")
    if len(rest) < SHORTEST // 2:
        return "Do not make your password from your own name or address."
    return None


def _is_common(plain: str) -> bool:
    if plain in denied_passwords() or plain.rstrip("0123456789") in denied_passwords():
        return True
    if len(set(plain)) <= 4 or _repeats(plain):
        return True
    rest = plain
    for walk in WALKS:
        rest = rest.replace(walk, "").replace(walk[::-1], "")
    return len(rest) <= 4


def _repeats(plain: str) -> bool:
    return any(
        len(plain) > size and plain == (plain[:size] * (len(plain) // size + 1))[: len(plain)]
        for size in range(1, 7)
    )
