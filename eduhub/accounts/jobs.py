"""What follows from asking for a link, done apart from the request: its time tells nobody who has an account."""

from uuid import UUID

from eduhub.accounts import credentials
from eduhub.accounts.models import Role
from eduhub.core.jobs import Job, job


@job(credentials.SIGN_UP)
def sign_up(work: Job) -> None:
    """Write to somebody who signed up."""
    asked = work.payload
    credentials.answer_sign_up(
        credentials.NewPerson(asked["name"], asked["email"], Role(asked["role"]), UUID(asked["organisation"]))
    )


@job(credentials.RESET)
def reset(work: Job) -> None:
    """Write to somebody who has forgotten their password, if there is such a person."""
    credentials.answer_reset(work.payload["email"])
