"""What happens to visits by the clock, and when somebody is no longer an officer."""

from eduhub.accounts.actions import ON_ROLE_ENDED
from eduhub.core.jobs import each_minute
from eduhub.visits.actions import lapse_offer, release_officer
from eduhub.visits.queries import lapsed_offers


@each_minute
def lapse_offers() -> None:
    """Offers whose time has passed go back to the queue."""
    for visit in lapsed_offers():
        lapse_offer(visit)


ON_ROLE_ENDED.append(release_officer)
