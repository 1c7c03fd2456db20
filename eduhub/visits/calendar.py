"""Calendar entries of visits for mail programs: REQUEST when confirmed, CANCEL when it is off or moved."""

from email.utils import parseaddr

from icalendar import Calendar, Event, vCalAddress, vText

from eduhub.core.clock import now
from eduhub.core.settings import settings
from eduhub.visits.models import Visit


def calendar_entry(visit: Visit, email: str, method: str) -> bytes:
    """The entry of one visit for one person (RFC 5546). Times are UTC; nothing about learners is in it.

    The UID stays the same for a visit and a person; SEQUENCE rises with every change, so that mail programs
    replace the entry and a cancellation removes it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//eduhub//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{visit.id}-{email.lower()}")
    event.add("sequence", visit.sequence)
    event.add("dtstamp", now())
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", f"{visit.lesson_version.title}: {visit.school_class.label}, {visit.school.name}")
    event.add("location", f"{visit.room}, {visit.school.name}, {visit.school.address}".strip(", "))
    event.add("status", "CONFIRMED" if method == "REQUEST" else "CANCELLED")
    event.add("url", f"{settings().base_url.rstrip('/')}/visits/{visit.id}")
    organizer = vCalAddress(f"MAILTO:{parseaddr(settings().mail_from)[1]}")
    organizer.params["CN"] = vText("eduhub")
    event["organizer"] = organizer
    attendee = vCalAddress(f"MAILTO:{email}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data
