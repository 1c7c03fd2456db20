"""Shapes of feedback, of a decision on it and of an answer to it."""

from typing import Any

from wtforms import Field, IntegerField, RadioField, SelectField, TextAreaField, ValidationError
from wtforms.validators import NumberRange, Optional

from eduhub.core.forms import AtMost, Needed, SeenForm, tidy
from eduhub.curriculum.rules import STAGES
from eduhub.feedback.actions import Told
from eduhub.feedback.models import Fit, Pace, Reason, State, TookPart
from eduhub.feedback.rules import (
    FITS,
    LONGEST,
    LONGEST_MINUTES,
    PACES,
    REASONS,
    SHARES,
    private_detail,
)


class NobodyNamed:
    """Nothing that tells who somebody is: everybody may read it."""

    def __call__(self, _form: Any, field: Field) -> None:
        found = private_detail((field.data or "")[:LONGEST])
        if found:
            raise ValidationError(f"Take {found} out: anybody may read this.")


def _words(label: str) -> TextAreaField:
    return TextAreaField(label, [AtMost(LONGEST), NobodyNamed()], filters=[tidy])


class TellForm(SeenForm):
    """How a lesson went: four questions to choose from, and words for who has more to say."""

    stage = SelectField("Which stage did you teach it to?", [Needed("Choose the stage.")], choices={})
    fit = RadioField(
        "Did it suit the stage?",
        [Needed("Choose whether it suited the stage.")],
        choices={key.value: label for key, label in FITS.items()},
    )
    pace = RadioField(
        "Did it fit the time?",
        [Needed("Choose how long it took.")],
        choices={key.value: label for key, label in PACES.items()},
    )
    minutes = IntegerField(
        "How many minutes did it take?",
        [Optional(), NumberRange(1, LONGEST_MINUTES, f"Write 1 to {LONGEST_MINUTES} minutes.")],
    )
    took_part = RadioField(
        "Did learners take part?",
        [Needed("Choose how many took part.")],
        choices={key.value: label for key, label in SHARES.items()},
    )
    changed = _words("What I changed")
    support = _words("What worked with additional support needs")
    problem = _words("A problem to fix")

    def offer_stages(self, written_for: list[str]) -> None:
        """The stages a lesson is written for come first."""
        others = [stage for stage in STAGES if stage not in written_for]
        ordered = [stage for stage in STAGES if stage in written_for]
        self.stage.choices = {
            "": {"": "Choose"},
            "Written for": {stage: stage for stage in ordered},
            "Other stages": {stage: stage for stage in others},
        }

    @property
    def told(self) -> Told:
        """What a valid form holds."""
        return Told(
            stage=self.stage.data,
            fit=Fit(self.fit.data),
            pace=Pace(self.pace.data),
            took_part=TookPart(self.took_part.data),
            minutes=self.minutes.data,
            changed=self.changed.data,
            support=self.support.data,
            problem=self.problem.data,
        )


class DecideForm(SeenForm):
    """Publish words, or say why not."""

    decision = RadioField(
        "What is to be done?",
        [Needed("Choose whether to publish it.")],
        choices={State.PUBLISHED.value: "Publish it", State.DECLINED.value: "Do not publish it"},
    )
    reason = SelectField(
        "Why not?",
        choices={"": "Choose a reason", **{key.value: label for key, label in REASONS.items()}},
    )
    words = TextAreaField("More to the writer", [AtMost(LONGEST)], filters=[tidy])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.decision.data == State.DECLINED and not self.reason.data:
            self.reason.errors = ["Choose why it is not published: the writer is told."]
        return good and not self.reason.errors

    @property
    def why(self) -> Reason:
        """The reason a valid form holds."""
        return Reason(self.reason.data)


class AnswerForm(SeenForm):
    """What editors say to it, for everybody to read."""

    answer = TextAreaField("Answer", [Needed("Write an answer."), AtMost(LONGEST)], filters=[tidy])
    mended_in = SelectField("Mended in version", choices={})
