"""The shape of a class."""

import re
from typing import Any

from wtforms import IntegerField, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import NumberRange

from eduhub.core.forms import AtMost, Form, Needed, tidy
from eduhub.curriculum.rules import STAGES


class ClassForm(Form):
    """A class as its teacher writes it."""

    school_id = SelectField("School", choices={})
    label = StringField(
        "Name of the class", [Needed("Write the name of the class."), AtMost(40)], filters=[tidy]
    )
    stages = SelectMultipleField(
        "Stages", [Needed("Choose at least one stage.")], choices={stage: stage for stage in STAGES}
    )
    learners = IntegerField(
        "How many learners?",
        [Needed("Write a number."), NumberRange(1, 400, "Write a number from 1 to 400.")],
    )
    school_year = StringField("School year", [Needed("Write the school year.")], filters=[tidy])

    def validate_school_year(self, field: Any) -> None:
        if not re.fullmatch(r"20\d\d-\d\d", field.data):
            raise ValidationError("Write the school year as 2026-27.")
