"""Forgetting whose feedback it was, once they have left."""

from eduhub.core.clock import now
from eduhub.core.jobs import each_minute
from eduhub.feedback.actions import forget_writers
from eduhub.feedback.queries import any_left_since
from eduhub.feedback.rules import KEPT


@each_minute
def forget_old() -> None:
    """Keep feedback without its writer a month after their account was closed; looks before it writes."""
    before = now() - KEPT
    if any_left_since(before):
        forget_writers(before)
