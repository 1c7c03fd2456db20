"""Content editors write, content reviewers decide; both see every draft."""

from enum import StrEnum

from eduhub.accounts.models import Role
from eduhub.core.access import grant


class EditingAbility(StrEnum):
    """What can be done with drafts and, beyond reading them, with lessons."""

    SEE = "see-drafts"
    WRITE = "write-drafts"
    DECIDE = "decide-on-drafts"
    WITHDRAW = "withdraw-lessons"


grant(EditingAbility.SEE, anyone=lambda person: person.holds(Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER))
grant(EditingAbility.WRITE, anyone=lambda person: person.holds(Role.CONTENT_EDITOR))
grant(EditingAbility.DECIDE, anyone=lambda person: person.holds(Role.CONTENT_REVIEWER))
grant(EditingAbility.WITHDRAW, anyone=lambda person: person.holds(Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER))
