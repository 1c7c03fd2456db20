"""Shapes of what people write about themselves."""

from collections.abc import Callable
from typing import Any, Self

from wtforms import PasswordField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Optional

from eduhub.accounts.models import Person, Role
from eduhub.accounts.rules import is_email, is_name, normal_email, password_problem
from eduhub.core.forms import AtMost, Form, Needed, tidy
from eduhub.organisations.models import Organisation
from eduhub.organisations.queries import MOST_FOUND

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
    """A new password; ``of`` says whose, so that it is not made from their name."""

    password = PasswordField("New password", [Needed("Choose a password.")])
    person: Person | None = None

    def of(self, person: Person) -> Self:
        self.person = person
        return self

    def validate_password(self, field: Any) -> None:
        whose = {"name": self.person.name, "email": self.person.email} if self.person else {}
        problem = password_problem(field.data, **whose)
        if problem:
            raise ValidationError(problem)


class ChangePasswordForm(PasswordForm):
    """The password now, and the next."""

    current = PasswordField("Your password now", [Needed("Write the password you use now.")])


class RoleForm(Form):
    """A role and the place it is held at, by name or code."""

    role = RadioField("Your role", [Needed("Choose your role.")], choices=SIGN_UP_ROLES)
    place = StringField(
        "Where do you work?",
        [Needed("Write where you work: a school's name or SEED code, a division or a partner."), AtMost(200)],
        filters=[tidy],
    )
    place_id = RadioField("Which of these?", [Optional()], choices={}, validate_choice=False)

    def chosen_place(self, find: Callable[[Role, str], list[Organisation]]) -> Organisation | None:
        """The one place meant; None, with what to do next on the field, when it is none or several."""
        found = find(Role(self.role.data), self.place.data)
        shown = found[:MOST_FOUND]
        self.place_id.choices = {str(place.id): place.label for place in shown}
        chosen = [place for place in shown if str(place.id) == self.place_id.data] or found
        if not found:
            self.place.errors = ["We know no open place of that name. Try one word of it, or the SEED code."]
        elif len(found) > len(shown) and len(chosen) > 1:
            more = f"More than {MOST_FOUND} places have that name; here are the first."
            self.place.errors = [f"{more} Add the town or council, or write the SEED code."]
        elif len(chosen) > 1:
            self.place_id.errors = ["Several places have that name: choose yours."]
        return chosen[0] if len(chosen) == 1 else None


class GiveRoleForm(EmailForm, RoleForm):
    """A role for somebody who has an account."""

    role = RadioField("Role", [Needed("Choose the role.")], choices={})
    place = StringField(
        "Where?",
        [Needed("Write where: a school, council, division or partner, or Scotland."), AtMost(200)],
        filters=[tidy],
    )


class PartnerForm(Form):
    """A partner organisation."""

    name = StringField("Name", [Needed("Write its name."), AtMost(120)], filters=[tidy])
    council_id = SelectField("Council area", [Needed("Choose a council.")], choices={})


class SignUpForm(EmailForm, RoleForm):
    """Who somebody is and where they work."""

    name = StringField("Your name", [Needed("Write your name."), AtMost(100)], filters=[tidy])

    def validate_name(self, field: Any) -> None:
        if not is_name(field.data):
            raise ValidationError("Write your name only, on one line, without an address of any kind.")
