"""The shape of what an editor says after comparing official words with the official document."""

from typing import Any

from wtforms import DateField, HiddenField, SelectMultipleField, StringField, ValidationError

from eduhub.core.clock import today
from eduhub.core.forms import AtMost, Form, Needed, tidy


class ProofForm(Form):
    """What was compared, with which document, and when. Choices of ``parts`` are handed in."""

    parts = SelectMultipleField("What did you compare?", [Needed("Choose what you compared.")])
    against = StringField(
        "Official document and page",
        [Needed("Write which document, and the page."), AtMost(200)],
        filters=[tidy],
    )
    on = DateField("Compared on", [Needed("Write the date.")])
    seen = HiddenField()

    def validate_on(self, field: Any) -> None:
        if field.data and field.data > today():
            raise ValidationError("This day has not come yet.")
