"""Calendar entries of visits for mail programs: REQUEST when confirmed, CANCEL when it is off or moved.

Written here, not by a library, because two are made inside every booking.
"""

from datetime import UTC, datetime
from email.utils import parseaddr
from functools import cache

from eduhub.core.clock import now
from eduhub.core.settings import settings
from eduhub.visits.models import Visit

LONGEST_LINE = 75
# RFC 5545: what stands for these in text (3.3.11), and what no line may hold (3.1).
_IN_TEXT = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})
_NOT_IN_LINES = dict.fromkeys((*range(9), *range(10, 32), 127))


def calendar_entry(visit: Visit, email: str, method: str) -> bytes:
    """The entry of one visit for one person (RFC 5546). Times are UTC; nothing about learners is in it.

    The UID stays the same for a visit and a person; SEQUENCE rises with every change, so that mail programs
    replace the entry and a cancellation removes it.
    """
    assert visit.starts_at is not None
    assert visit.ends_at is not None
    school = visit.school
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eduhub//visits//EN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_text(f'{visit.id}-{email.lower()}')}",
        f"SEQUENCE:{visit.sequence}",
        f"DTSTAMP:{_moment(now())}",
        f"DTSTART:{_moment(visit.starts_at)}",
        f"DTEND:{_moment(visit.ends_at)}",
        f"SUMMARY:{_text(f'{visit.lesson_version.title}: {visit.school_class.label}, {school.name}')}",
        f"LOCATION:{_text(f'{visit.room}, {school.name}, {school.address}'.strip(', '))}",
        f"STATUS:{'CONFIRMED' if method == 'REQUEST' else 'CANCELLED'}",
        f"URL:{settings().base_url.rstrip('/')}/visits/{visit.id}",
        f"ORGANIZER;CN=eduhub:MAILTO:{_address(settings().mail_from)}",
        f"ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:{email}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line.translate(_NOT_IN_LINES)) for line in lines)


@cache
def _address(mail_from: str) -> str:
    return parseaddr(mail_from)[1]


def _text(value: str) -> str:
    return value.translate(_IN_TEXT)


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 bytes, each but the first begun by a space; no character is cut in two."""
    if line.isascii() and len(line) <= LONGEST_LINE:
        return line.encode() + b"\r\n"
    pieces, rest = [], line.encode()
    while len(rest) > LONGEST_LINE:
        cut = LONGEST_LINE
        while rest[cut] & 0xC0 == 0x80:  # inside a character
            cut -= 1
        pieces.append(rest[:cut])
        rest = b" " + rest[cut:]
    return b"\r\n".join([*pieces, rest, b""])
