"""Who sees the official words and how they were imported, and who may say that they were checked."""

from enum import StrEnum

from eduhub.accounts.models import Role
from eduhub.core.access import grant


class CurriculumAbility(StrEnum):
    """What can be done with official text and registers."""

    SEE_OFFICIAL = "see-official"
    PROOF = "proof"
    SEE_IMPORTS = "see-imports"


grant(
    CurriculumAbility.SEE_OFFICIAL,
    anyone=lambda person: person.holds(Role.CONTENT_EDITOR, Role.CONTENT_REVIEWER, Role.ADMINISTRATOR),
)
grant(CurriculumAbility.PROOF, anyone=lambda person: person.holds(Role.CONTENT_EDITOR))
grant(
    CurriculumAbility.SEE_IMPORTS,
    anyone=lambda person: person.holds(Role.CONTENT_EDITOR, Role.ADMINISTRATOR),
)
