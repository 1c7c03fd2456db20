"""Shapes of what people write about themselves."""

from typing import Any

from wtforms import PasswordField, RadioField, StringField, ValidationError
from wtforms.validators import Optional

from eduhub.accounts.models import Role
from eduhub.accounts.rules import is_email, normal_email, password_problem
from eduhub.core.forms import AtMost, Form, Needed, tidy

SIGN_UP_ROLES: dict[str, str] = {
    Role.TEACHER.value: "Teacher or other school practitioner",
    Role.SCHOOL_LEAD.value: "School lead: I approve my school's practitioners",
    Role.LIAISON_OFFICER.value: "Police liaison officer",
    Role.PARTNER_PRACTITIONER.value: "Partner practitioner: health, voluntary or youth work",
}


class EmailForm(Form):
    """An address."""

    email = StringField("Work e-mail address", [Needed("Write your e-mail address.")], filters=[tidy])

    def validate_email(self, field: Any) -> None:
        field.data = normal_email(field.data)
        if not is_email(field.data):
            raise ValidationError("Write one address, such as name@school.example.")


class SignInForm(EmailForm):
    """An address and its password."""

    password = PasswordField("Password", [Needed("Write your password.")])


class PasswordForm(Form):
    """A new password."""

    password = PasswordField("New password", [Needed("Choose a password.")])

    def validate_password(self, field: Any) -> None:
        problem = password_problem(field.data)
        if problem:
            raise ValidationError(problem)


class ChangePasswordForm(PasswordForm):
    """The password now, and the next."""

    current = PasswordField("Your password now", [Needed("Write the password you use now.")])


class SignUpForm(EmailForm):
    """Who somebody is and where they work."""

    name = StringField("Your name", [Needed("Write your name."), AtMost(100)], filters=[tidy])
    password = PasswordField("Choose a password", [Needed("Choose a password.")])
    role = RadioField("Your role", [Needed("Choose your role.")], choices=SIGN_UP_ROLES)
    place = StringField(
        "Where do you work?",
        [Needed("Write where you work: a school's name or SEED code, a division or a partner."), AtMost(200)],
        filters=[tidy],
    )
    place_id = RadioField("Which of these?", [Optional()], choices={}, validate_choice=False)

    def validate_password(self, field: Any) -> None:
        problem = password_problem(field.data, name=self.name.data or "", email=self.email.data or "")
        if problem:
            raise ValidationError(problem)
