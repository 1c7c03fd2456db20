"""What may be told, what gives somebody away, and from how many on figures are shown: plain values only."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from statistics import median
from typing import NamedTuple

from eduhub.accounts.models import LEAD_ROLES, Role
from eduhub.feedback.models import Fit, Pace, Reason, Setting, TookPart

LONGEST = 1000
LONGEST_MINUTES = 300
MOST_AN_HOUR, HOUR = 10, timedelta(hours=1)
# Below five, whoever knows who taught a lesson could tell who said what (decision 16).
FEWEST = 5
# A month after an account is closed nobody knows any more whose feedback it was.
KEPT = timedelta(days=30)

# In this order somebody who holds several roles is taken for one of them.
PRACTITIONERS = (
    Role.TEACHER,
    Role.SCHOOL_LEAD,
    Role.LIAISON_OFFICER,
    Role.PARTNER_PRACTITIONER,
    *sorted(LEAD_ROLES),
)

FITS = {Fit.YES: "Yes", Fit.PARTLY: "In part", Fit.NO: "No"}
PACES = {
    Pace.SHORTER: "It took less time",
    Pace.AS_PLANNED: "It took about the time planned",
    Pace.LONGER: "It took longer",
}
SHARES = {TookPart.MOST: "Most of them", TookPart.HALF: "About half", TookPart.FEW: "Few of them"}
REASONS = {
    Reason.NAMES_SOMEBODY: "It names somebody, or says enough to tell who is meant",
    Reason.PRIVATE_DETAIL: "It holds an address, a telephone number or the like",
    Reason.NOT_THIS_LESSON: "It is not about this lesson",
    Reason.HURTFUL: "It could hurt somebody who reads it",
    Reason.NOT_SAFE: "It recommends something that may not be safe",
    Reason.ADVERTISES: "It advertises something",
}

# What looks like an address, a telephone number of ten or eleven digits, or a person with a title. Every repeat is
# bounded, so that no text takes long.
PRIVATE = (
    (re.compile(r"[^\s@]{1,64}@[^\s@]{1,200}\.[^\s@]"), "an e-mail address"),
    (re.compile(r"(?<!\d)(?<!\d\.)(?:\+|00|0)(?:[\s()./-]{0,2}\d){9,13}(?!\d)"), "a telephone number"),
    (re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|PC|Sgt)\b\.?\s{1,3}[A-Z][\w’'-]+"), "somebody’s name"),
)


def private_detail(text: str) -> str:
    """What in a text could tell who somebody is, in words; empty where nothing is found."""
    return next((what for pattern, what in PRIVATE if pattern.search(text)), "")


def teller(role: Role, setting: Setting) -> str:
    """Who says it, as it is shown: a role, and the kind of school where that is said."""
    if role in LEAD_ROLES:
        return "A programme lead"
    words = {Role.LIAISON_OFFICER: "liaison officer", Role.SCHOOL_LEAD: "school lead"}
    name = words.get(role, role.value.replace("-", " "))
    return f"A {name}" if setting is Setting.OTHER else f"A {setting} {name}"


def setting_of(primary: bool, secondary: bool, special: bool) -> Setting:
    """The kind of a school that teaches in one sector; others are too few to be named."""
    if special or primary == secondary:
        return Setting.OTHER
    return Setting.PRIMARY if primary else Setting.SECONDARY


class Closed(NamedTuple):
    """The closed answers of one feedback."""

    fit: Fit
    pace: Pace
    took_part: TookPart
    minutes: int | None


class Sums(NamedTuple):
    """The closed answers to a version, counted. With fewer than FEWEST only how many there are is told.

    ``minutes`` is the middle of what was said, from FEWEST on who said it.
    """

    number: int
    fits: dict[Fit, int]
    paces: dict[Pace, int]
    shares: dict[TookPart, int]
    minutes: int | None

    @property
    def is_shown(self) -> bool:
        return self.number >= FEWEST


def sums(answers: Iterable[Closed]) -> Sums:
    """Count answers; the counts are empty while there are too few."""
    rows = list(answers)
    if len(rows) < FEWEST:
        return Sums(len(rows), {}, {}, {}, None)
    minutes = [row.minutes for row in rows if row.minutes is not None]
    fits, paces, shares = (Counter(column) for column in list(zip(*rows, strict=True))[:3])
    return Sums(
        len(rows),
        {fit: fits[fit] for fit in Fit},
        {pace: paces[pace] for pace in Pace},
        {share: shares[share] for share in TookPart},
        round(median(minutes)) if len(minutes) >= FEWEST else None,
    )
