"""What happens to answers by the clock: released once closed, then forgotten."""

from eduhub.core.jobs import each_minute
from eduhub.evaluation.queries import places_to_release, records_to_follow
from eduhub.evaluation.releasing import follow_records, forget_answers, release, release_forms


@each_minute
def release_closed() -> None:
    """Release what closed by itself, or closed by hand while some were finishing."""
    for place in places_to_release():
        release(place)


@each_minute
def follow_deliveries() -> None:
    """Take over what was recorded of deliveries; nothing is written when nothing changed."""
    found = records_to_follow()
    if found:
        follow_records(found)


@each_minute
def settle() -> None:
    """Count practitioners' forms that have settled, and delete what is no longer needed."""
    release_forms()
    forget_answers()
