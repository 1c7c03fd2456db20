"""The shapes of a class and of a school's day."""

import re
from typing import Any

from wtforms import (
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import NumberRange

from eduhub.core.forms import AtMost, Form, Needed, tidy
from eduhub.curriculum.rules import STAGES


class SchoolDayForm(Form):
    """When a school's day begins and ends."""

    begins = TimeField("The day begins at", [Needed("Write a time.")])
    ends = TimeField("The day ends at", [Needed("Write a time.")])
    friday_ends = TimeField("On Fridays it ends at", [Needed("Write a time.")])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for field in (self.ends, self.friday_ends):
            if good and field.data <= self.begins.data:
                field.errors = ["It must end after it begins."]
        return good and not self.errors


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
