"""What happens to answers by the clock: released once closed, then forgotten."""

from eduhub.core.jobs import each_minute
from eduhub.evaluation.queries import places_to_release
from eduhub.evaluation.releasing import forget_answers, release, release_forms


@each_minute
def release_closed() -> None:
    """Release what closed by itself, or closed by hand while some were finishing."""
    for place in places_to_release():
        release(place)


@each_minute
def settle() -> None:
    """Count practitioners' forms that have settled, and delete what is no longer needed."""
    release_forms()
    forget_answers()
