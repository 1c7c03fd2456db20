"""Who may see what checks found in the lessons' files."""

from enum import StrEnum

from eduhub.accounts.models import Role
from eduhub.core.access import grant


class LessonAbility(StrEnum):
    """What can be done with lessons beyond reading them."""

    CHECK = "check"


grant(
    LessonAbility.CHECK,
    anyone=lambda person: person.holds(Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER, Role.ADMINISTRATOR),
)
