"""The period a lesson is to fit: how long, from when, and for how many learners."""

from wtforms import IntegerField, TimeField
from wtforms.validators import NumberRange, Optional

from eduhub.core.forms import Form

SHORTEST, LONGEST, MOST_LEARNERS = 10, 300, 500


class TeachForm(Form):
    """All of it may be left empty; it stands in the address and changes nothing, so that it needs no token."""

    class Meta(Form.Meta):
        """Without a token."""

        csrf = False

    period = IntegerField(
        "Minutes you have",
        [Optional(), NumberRange(SHORTEST, LONGEST, f"Write {SHORTEST} to {LONGEST} minutes.")],
    )
    start = TimeField("You begin at", [Optional()], format=["%H:%M", "%H.%M", "%H:%M:%S"])
    learners = IntegerField(
        "Learners",
        [Optional(), NumberRange(1, MOST_LEARNERS, f"Write 1 to {MOST_LEARNERS} learners.")],
    )

    @property
    def begins(self) -> int:
        """The minute of the day at which the lesson begins; 0 when nobody said."""
        start = self.start.data
        return start.hour * 60 + start.minute if start else 0
