"""Practitioners say how it went; content editors and reviewers read it first, but never decide on their own."""

from enum import StrEnum

from eduhub.core.access import grant
from eduhub.feedback.rules import PRACTITIONERS
from eduhub.lessons.permissions import KEEPERS


class FeedbackAbility(StrEnum):
    """What can be done with feedback beyond reading what is published."""

    TELL = "tell-how-it-went"
    MODERATE = "moderate-feedback"


grant(FeedbackAbility.TELL, anyone=lambda person: person.holds(*PRACTITIONERS))
grant(
    FeedbackAbility.MODERATE,
    anyone=lambda person: person.holds(*KEEPERS),
    over=lambda person, feedback: feedback.person_id != person.id,
)
