"""Shapes of a list's name, of a lesson put in it, of a note, and of sharing."""

from typing import Any

from wtforms import RadioField, StringField, TextAreaField

from eduhub.core.forms import AtMost, Form, Needed, SeenForm, tidy
from eduhub.lists.rules import LONGEST_NAME, LONGEST_NOTE

NEW = "new"


class NewListForm(Form):
    """A list that is made."""

    name = StringField(
        "Name of the list", [Needed("Write a name for the list."), AtMost(LONGEST_NAME)], filters=[tidy]
    )


class NameForm(SeenForm, NewListForm):
    """Another name for a list."""


class NoteForm(SeenForm):
    """What the owner writes to a lesson."""

    note = TextAreaField("Note", [AtMost(LONGEST_NOTE)], filters=[tidy])


class AddForm(Form):
    """Which list a lesson goes to: one there is, or a new one."""

    where = RadioField("Which list?", [Needed("Choose a list.")], choices={})
    name = StringField("Name of the new list", [AtMost(LONGEST_NAME)], filters=[tidy])
    note = TextAreaField("Note", [AtMost(LONGEST_NOTE)], filters=[tidy])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.where.data == NEW and not self.name.data:
            self.name.errors = ["Write a name for the new list."]
        return good and not self.name.errors


class ShareForm(SeenForm):
    """Whether the shared page says whose list it is."""

    whose = RadioField("Does the page say whose list it is?", default="no")
