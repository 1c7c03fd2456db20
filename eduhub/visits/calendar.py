"""What a visit's calendar entry says: REQUEST when confirmed, CANCEL when it is off or moved."""

from datetime import UTC, datetime

from eduhub.core.clock import now
from eduhub.core.settings import settings
from eduhub.notifications.models import Entry
from eduhub.visits.models import Visit


def calendar_entry(visit: Visit, email: str, method: str) -> Entry:
    """The entry of one visit for one person. Times are UTC; nothing about learners is in it."""
    return Entry(
        method=method,
        uid=f"{visit.id}-{email.lower()}",
        sequence=visit.sequence,
        written=now().isoformat(),
        begins=_moment(visit.starts_at),
        ends=_moment(visit.ends_at),
        summary=f"{visit.lesson_version.title}: {visit.school_class.label}, {visit.school.name}",
        location=f"{visit.room}, {visit.school.name}, {visit.school.address}".strip(", "),
        url=f"{settings().base_url.rstrip('/')}/visits/{visit.id}",
    )


def _moment(value: datetime | None) -> str:
    assert value is not None, "only a visit with a time has an entry"
    return value.astimezone(UTC).isoformat()
