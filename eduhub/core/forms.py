"""The form every form starts from, and checks on plain text that several rooms share."""

import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, ValidationError
from wtforms.validators import StopValidation

# What WTForms says by itself, in the words of this site.
PLAIN_WORDS = {
    "Not a valid integer value.": "Write a number.",
    "Not a valid date value.": "Write a date, such as 30 11 2026.",
    "Not a valid time value.": "Write a time, such as 09:30.",
    "Not a valid choice.": "Choose one of those listed.",
    "Invalid Choice: could not coerce.": "Choose one of those listed.",
}


class _PlainWords:
    """Stands where WTForms looks for translations."""

    def gettext(self, text: str) -> str:
        return PLAIN_WORDS.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return "Choose from those listed." if "not a valid choice" in one else one if count == 1 else many


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose token is written by the template's ``token()`` macro."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Plain words for what is wrong. The token is checked before any view, for every form at once."""

        csrf = False

        def get_translations(self, _form: Any) -> _PlainWords:
            return _PlainWords()


class SeenForm(Form):
    """A form that says which version of a thing its page showed; -1 where it says nothing sensible."""

    seen = HiddenField("Version")

    @property
    def version(self) -> int:
        text = self.seen.data or ""
        return int(text) if text.isdigit() and len(text) < 9 else -1


def tidy(text: str | None) -> str:
    """Text as kept: composed characters, no spaces around it, no control characters."""
    kept = "".join(c for c in text or "" if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFC", kept).strip()


class Needed:
    """Something must be written; the message says what."""

    field_flags = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: Any, field: Field) -> None:
        data = field.data
        if data is None or (isinstance(data, str) and not data.strip()) or data == []:
            field.errors = []
            raise StopValidation(self.message)


class AtMost:
    """No longer than so many characters."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: Any, field: Field) -> None:
        if len(field.data or "") > self.most:
            raise ValidationError(f"Use at most {self.most} characters: this has {len(field.data)}.")
