"""Calendar entries for mail programs (RFC 5546), made when the e-mail goes out from what was noted when it was written."""

from datetime import datetime
from email.utils import parseaddr

from icalendar import Calendar, Event, vCalAddress, vText

from eduhub.notifications.models import Entry

METHODS = {"REQUEST": "CONFIRMED", "CANCEL": "CANCELLED"}


def as_calendar(entry: Entry, to: str, sender: str) -> bytes:
    """The entry as text/calendar, for the person with the address ``to``; ``sender`` may hold a name."""
    calendar = Calendar()
    calendar.add("prodid", "-//eduhub//visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", entry["method"])
    event = Event()
    event.add("uid", entry["uid"])
    event.add("sequence", entry["sequence"])
    event.add("dtstamp", datetime.fromisoformat(entry["written"]))
    event.add("dtstart", datetime.fromisoformat(entry["begins"]))
    event.add("dtend", datetime.fromisoformat(entry["ends"]))
    event.add("summary", entry["summary"])
    event.add("location", entry["location"])
    event.add("status", METHODS[entry["method"]])
    event.add("url", entry["url"])
    organizer = vCalAddress(f"MAILTO:{parseaddr(sender)[1]}")
    organizer.params["CN"] = vText("eduhub")
    event["organizer"] = organizer
    attendee = vCalAddress(f"MAILTO:{to}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data
