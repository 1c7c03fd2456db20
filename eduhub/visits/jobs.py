"""What happens to visits by the clock."""

from eduhub.core.jobs import each_minute
from eduhub.visits.actions import lapse_offer
from eduhub.visits.queries import lapsed_offers


@each_minute
def lapse_offers() -> None:
    """Offers whose time has passed go back to the queue."""
    for visit in lapsed_offers():
        lapse_offer(visit)
