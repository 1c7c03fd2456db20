"""E-mail about visits: who is told what, with the calendar entry where there is one to put in or take out."""

from dataclasses import dataclass

from eduhub.accounts.models import Person
from eduhub.notifications.actions import send_email
from eduhub.visits.calendar import calendar_entry
from eduhub.visits.models import Visit
from eduhub.visits.rules import REASON_WORDS


def both(visit: Visit) -> list[Person]:
    """The teacher who asked, and the officer if there is one."""
    people = {person.id: person for person in (visit.asked_by, visit.officer) if person is not None}
    return list(people.values())


def others(visit: Visit, actor: Person | None) -> list[Person]:
    """The same without whoever did it."""
    return [person for person in both(visit) if actor is None or person.id != actor.id]


@dataclass(frozen=True)
class News:
    """What is told: subject and template, by whom and why, and whether the calendar entry goes along."""

    subject: str
    template: str
    actor: Person | None = None
    reason: str = ""
    words: str = ""
    method: str = ""


def tell(visit: Visit, people: list[Person], news: News) -> None:
    """Write to these people. With the method REQUEST or CANCEL the calendar entry goes along."""
    if news.method:
        visit.sequence += 1
    for person in people:
        send_email(
            to=person.email,
            subject=f"{news.subject}: {visit.school_class.label}, {visit.school.name}",
            template=news.template,
            context={
                "visit": visit,
                "person": person,
                "actor": news.actor,
                "reason": REASON_WORDS.get(news.reason, ""),
                "words": news.words,
            },
            entry=calendar_entry(visit, person.email, news.method) if news.method else None,
        )
