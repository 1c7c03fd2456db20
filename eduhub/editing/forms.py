"""Shapes of beginning, submitting, deciding on, dropping a draft, and of withdrawing a lesson."""

from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Optional, Regexp

from eduhub.core.clock import today
from eduhub.core.forms import AtMost, Form, Needed, SeenForm, tidy
from eduhub.curriculum.rules import STAGES
from eduhub.editing.models import ChangeSize
from eduhub.editing.rules import LONGEST_ANSWER, LONGEST_NOTE, REASONS
from eduhub.lessons.schema import KEY

SIZES = {
    ChangeSize.SMALL.value: "Small: wording, layout, a link. Whoever taught it before can go on as they did.",
    ChangeSize.BIG.value: "Big: facts, safety, method or outcomes. Whoever taught it before must know.",
}
DECISIONS = {"publish": "Publish it", "changes": "Ask for changes"}


class _NoMarkup:
    """What goes into a lesson's file is plain words."""

    def __call__(self, _form: Any, field: Any) -> None:
        if "<" in (field.data or ""):
            field.errors = [*field.errors, "Write plain words without the sign <."]
            raise ValidationError("Write plain words without the sign <.")


class NewLessonForm(Form):
    """A lesson that is begun."""

    title = StringField("Title", [Needed("Write a title."), AtMost(80), _NoMarkup()], filters=[tidy])
    address = StringField(
        "Address",
        [
            Needed("Write the last part of the lesson’s address."),
            AtMost(80),
            Regexp(f"^{KEY}$", message="Use small letters, digits and single hyphens, such as a-night-out."),
        ],
        filters=[tidy],
    )
    stage = SelectField("Stage", choices={stage: stage for stage in STAGES}, default="S2")


class SubmitForm(SeenForm):
    """How much a draft changes, and what those who taught the lesson before are told."""

    size = RadioField("How much changes?", [Needed("Say how much changes.")], choices=SIZES)
    note = TextAreaField("What changed", [AtMost(LONGEST_NOTE), _NoMarkup()], filters=[tidy])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.size.data == ChangeSize.BIG and not self.note.data:
            self.note.errors = ["Write what changed: those who taught it before must know."]
        return good and not self.note.errors


class DecisionForm(SeenForm):
    """A reviewer's decision; changes come with a reason and words."""

    decision = RadioField("Your decision", [Needed("Choose what is to happen.")], choices=DECISIONS)
    reasons = SelectMultipleField("Why changes are needed", choices=REASONS)
    words = TextAreaField("What has to change", [AtMost(LONGEST_ANSWER)], filters=[tidy])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.decision.data == "changes" and not self.reasons.data:
            self.reasons.errors = ["Tick at least one reason."]
        if self.decision.data == "changes" and not self.words.data:
            self.words.errors = ["Write what has to change."]
        return good and not self.errors


class AloneForm(SeenForm):
    """Why somebody publishes what nobody else looked at."""

    reason = TextAreaField(
        "Why nobody else can look at it first",
        [Needed("Write why: it stands on the lesson’s page."), AtMost(LONGEST_NOTE), _NoMarkup()],
        filters=[tidy],
    )


class WithdrawForm(Form):
    """Why a lesson is withdrawn, and what to use instead."""

    reason = TextAreaField(
        "Why it is withdrawn",
        [Needed("Write why: it stands on the lesson’s page."), AtMost(LONGEST_NOTE), _NoMarkup()],
        filters=[tidy],
    )
    instead = SelectField("Use instead", choices={"": "No other lesson"})


ROLES = {"education": "Education", "health": "Health", "police": "Police"}
VERDICTS = {
    "approved": "Approved: it can be taught as it is.",
    "changes-needed": "Changes are needed before it is taught.",
}


class SignOffForm(Form):
    """What a reviewer says of the version they read; ``read`` is that version."""

    read = HiddenField("Version")
    role = RadioField("You look at it for", [Needed("Say which kind of reviewer you are.")], choices=ROLES)
    organisation = StringField(
        "Organisation", [Needed("Write for whom you look at it."), AtMost(200), _NoMarkup()], filters=[tidy]
    )
    outcome = RadioField("What you say of it", [Needed("Choose what you say of it.")], choices=VERDICTS)
    next_review = DateField("To be looked at again by", [Optional()])
    note = TextAreaField("Note", [AtMost(500), _NoMarkup()], filters=[tidy])

    def validate_next_review(self, field: DateField) -> None:
        if field.data and field.data <= today():
            raise ValidationError("Write a day after today.")
