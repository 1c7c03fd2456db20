"""Forgetting the lists of people who have left."""

from datetime import timedelta

from eduhub.core.clock import now
from eduhub.core.jobs import each_minute
from eduhub.lists.actions import forget_lists
from eduhub.lists.queries import any_left_since

KEPT = timedelta(days=30)


@each_minute
def forget_old() -> None:
    """Delete lists a month after their owner's account was closed; looks before it writes, for there seldom are any."""
    before = now() - KEPT
    if any_left_since(before):
        forget_lists(before)
