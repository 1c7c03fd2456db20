"""Who sees more of the library than everybody does."""

from enum import StrEnum

from eduhub.accounts.models import LEAD_ROLES, Role
from eduhub.core.access import grant

KEEPERS = (Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER)


class LessonAbility(StrEnum):
    """What can be done with lessons beyond reading them."""

    CHECK = "check"
    SEE_MISSES = "see-misses"
    SEE_REVIEWS = "see-reviews"
    SEE_TOTALS = "see-totals"


grant(LessonAbility.CHECK, anyone=lambda person: person.holds(*KEEPERS, Role.ADMINISTRATOR))
grant(LessonAbility.SEE_REVIEWS, anyone=lambda person: person.holds(*KEEPERS, Role.ADMINISTRATOR))
grant(
    LessonAbility.SEE_MISSES,
    anyone=lambda person: person.holds(*LEAD_ROLES, *KEEPERS, Role.ADMINISTRATOR),
)
grant(LessonAbility.SEE_TOTALS, anyone=lambda person: person.holds(*LEAD_ROLES, *KEEPERS))
