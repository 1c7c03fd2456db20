"""Shapes of requests, offers, reasons and reports."""

from datetime import date, datetime, time
from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.validators import NumberRange, Optional, StopValidation

from eduhub.core.clock import at_local, now, today
from eduhub.core.forms import AtMost, Form, Needed, SeenForm, tidy
from eduhub.visits.models import Outcome
from eduhub.visits.rules import FEWEST_TIMES, FURTHEST, REASONS, is_near

ROWS = range(1, 6)


class Near:
    """A day within four hundred days: anything else is a slip of the hand."""

    def __call__(self, _form: Any, field: Any) -> None:
        if field.data is not None and abs((field.data - today()).days) > FURTHEST.days:
            raise ValidationError("That is more than a year away: check the year.")


class TimesForm(Form):
    """Times a school can take a visit: five rows, of which three are needed."""

    def times(self) -> list[datetime]:
        """The moments of the rows that are filled in."""
        found = []
        for row in ROWS:
            day, clock = self[f"date_{row}"].data, self[f"time_{row}"].data
            if day and clock:
                found.append(at_local(day, clock))
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        halves = [row for row in ROWS if bool(self[f"date_{row}"].data) != bool(self[f"time_{row}"].data)]
        for row in halves:
            missing = "date" if self[f"time_{row}"].data else "time"
            field = self[f"{missing}_{row}"]
            field.errors = field.errors or [f"Time {row}: write the {missing} too."]
        if good and not halves and len(set(self.times())) < FEWEST_TIMES:
            self.date_1.errors = ["Give at least three different times, so that an officer can choose."]
        return good and not halves and not self.date_1.errors


for _row in ROWS:
    setattr(TimesForm, f"date_{_row}", DateField(f"Date {_row}", [Optional(), Near()]))
    setattr(TimesForm, f"time_{_row}", TimeField(f"Start {_row}", [Optional()]))


class AskForm(TimesForm):
    """What a teacher asks for."""

    class_id = SelectField("Class", [Needed("Choose a class.")], choices={})
    lesson_version_id = SelectField("Lesson", [Needed("Choose a lesson.")], choices={})
    learners = IntegerField(
        "How many learners will be there?",
        [Optional(), NumberRange(1, 400, "Write a number from 1 to 400.")],
    )
    room = StringField("Room", [Needed("Write which room."), AtMost(100)], filters=[tidy])
    staying = StringField(
        "Which practitioner stays in the room?",
        [Needed("Write who stays: a visitor never takes a class alone."), AtMost(100)],
        filters=[tidy],
    )
    needs = TextAreaField("Anything the officer should bring or know?", [AtMost(1000)], filters=[tidy])
    sensitive_note = TextAreaField("Sensitive note", [AtMost(1000)], filters=[tidy])


class NeededUnlessChosen(Needed):
    """Something must be written, unless one of the times shown was pressed."""

    field_flags: dict[str, bool] = {}

    def __call__(self, form: Any, field: Any) -> None:
        if form.chosen() is None:
            super().__call__(form, field)
        else:
            field.errors = []
            raise StopValidation


class OfferForm(SeenForm):
    """A time an officer offers: one of those shown (``at``), or a day and a time."""

    at = HiddenField("Time shown")
    day = DateField("Date", [NeededUnlessChosen("Write a date."), Near()])
    clock = TimeField("Start", [NeededUnlessChosen("Write a time.")])

    def chosen(self) -> datetime | None:
        """The time that was pressed, if it is one."""
        try:
            moment = datetime.fromisoformat(self.at.data or "")
        except ValueError:
            return None
        whole = moment.tzinfo is not None and moment.second == moment.microsecond == 0
        return moment if whole and is_near(moment, now()) else None

    def begin(self) -> datetime:
        """The moment offered."""
        chosen = self.chosen()
        if chosen is not None:
            return chosen
        day: date = self.day.data
        clock: time = self.clock.data
        return at_local(day, clock)


class ReasonForm(SeenForm):
    """Why something is called off, handed back or moved."""

    reason = RadioField("Why?", [Needed("Choose a reason.")], choices=REASONS)
    words = TextAreaField("Anything to add?", [AtMost(500)], filters=[tidy])


class MoveForm(OfferForm, ReasonForm):
    """A new time, and why."""


class AskAgainForm(TimesForm, ReasonForm):
    """Other times, and why."""


class BusyForm(Form):
    """An officer's own busy time."""

    first_day = DateField("From", [Needed("Write a date."), Near()])
    first_time = TimeField("At", [Needed("Write a time.")])
    last_day = DateField("Until", [Needed("Write a date."), Near()])
    last_time = TimeField("Until what time", [Needed("Write a time.")])
    what = StringField(
        "What", [Needed("Write a word or two: leave, court, training."), AtMost(60)], filters=[tidy]
    )


class OwnForm(Form):
    """A delivery without a visit."""

    class_id = SelectField("Class", [Needed("Choose a class.")], choices={})
    lesson_version_id = SelectField("Lesson", [Needed("Choose a lesson.")], choices={})
    day = DateField("On which day?", [Needed("Write a date."), Near()])


class ReportForm(SeenForm):
    """What happened; ``seen`` is the version of the delivery the page showed."""

    outcome = RadioField(
        "What happened?",
        [Needed("Choose what happened.")],
        choices={
            Outcome.DELIVERED.value: "It was delivered",
            Outcome.PART.value: "Part of it was delivered",
            Outcome.POSTPONED.value: "It was put off",
            Outcome.NOT_DELIVERED.value: "It was not delivered",
        },
    )
    delivered_on = DateField("On which day?", [Optional(), Near()])
    learners_present = IntegerField(
        "How many learners were there?", [Optional(), NumberRange(0, 400, "Write a number from 0 to 400.")]
    )
    reason = SelectField("If not all of it: why?", [Optional()], choices={"": "", **REASONS})
    notes = TextAreaField("What would help next time?", [AtMost(1000)], filters=[tidy])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        outcome = self.outcome.data
        if outcome in {Outcome.DELIVERED, Outcome.PART} and self.learners_present.data is None:
            self.learners_present.errors = ["Write how many learners were there."]
        if outcome in set(Outcome) - {Outcome.DELIVERED, Outcome.PLANNED} and not self.reason.data:
            self.reason.errors = ["Choose why."]
        return good and not self.errors
