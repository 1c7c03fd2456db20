"""Who sees more of the library than everybody does."""

from enum import StrEnum

from eduhub.accounts.models import LEAD_ROLES, Role
from eduhub.core.access import grant


class LibraryAbility(StrEnum):
    """What can be seen of the library as a whole."""

    SEE_TOTALS = "see-totals"


grant(
    LibraryAbility.SEE_TOTALS,
    anyone=lambda person: person.holds(*LEAD_ROLES, Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER),
)
