"""What follows from asking for a link, done apart from the request: its time tells nobody who has an account."""

from datetime import timedelta
from uuid import UUID

from eduhub.accounts import credentials
from eduhub.accounts.models import Role
from eduhub.accounts.sessions import forget_sessions
from eduhub.core.clock import now
from eduhub.core.jobs import Job, each_minute, job

KEPT = timedelta(days=30)


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


@each_minute
def forget_old() -> None:
    """Delete sign-ins and links, and people who never confirmed their address, a month after their time was over."""
    forget_sessions(now() - KEPT)
    credentials.forget_links(now() - KEPT)
