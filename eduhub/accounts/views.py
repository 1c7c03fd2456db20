"""Sign up, sign in, one's own account, and deciding on other people's roles."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from eduhub.accounts import actions
from eduhub.accounts.forms import (
    ChangePasswordForm,
    EmailForm,
    PasswordForm,
    SignInForm,
    SignUpForm,
)
from eduhub.accounts.models import LinkPurpose, Role, RoleState
from eduhub.accounts.passwords import password_matches
from eduhub.accounts.permissions import AccountAbility
from eduhub.accounts.queries import person_by_id, role_by_id, roles_to_decide, usable_link
from eduhub.accounts.sessions import end_sessions, sign_in_as, sign_out
from eduhub.core.access import current_person, ensure, public, requires, signed_in
from eduhub.core.web import is_local, local_redirect, see
from eduhub.organisations.models import Kind, Organisation
from eduhub.organisations.queries import find_places

bp = Blueprint("accounts", __name__)

PLACE_OF_ROLE = {
    Role.TEACHER: Kind.SCHOOL,
    Role.SCHOOL_LEAD: Kind.SCHOOL,
    Role.LIAISON_OFFICER: Kind.DIVISION,
    Role.PARTNER_PRACTITIONER: Kind.PARTNER,
}
Answer = str | tuple[str, int] | Response


def _next() -> str:
    wanted = request.values.get("next")
    return wanted if wanted and is_local(wanted) else "/"


@bp.get("/sign-in")
@public
def sign_in_form() -> Answer:
    """The form to sign in."""
    return render_template("accounts/sign_in.html", form=SignInForm(), next=_next())


@bp.post("/sign-in")
@public
def sign_in() -> Answer:
    """Sign in; the same answer whether the address or the password is wrong."""
    form = SignInForm()
    person = None
    if form.validate():
        source = request.remote_addr or "unknown"
        person = actions.check_password(form.email.data, form.password.data, source)
        if person is None:
            form.form_errors.append(
                "The address or the password is not right, or the address is not confirmed."
            )
    if person is None:
        return render_template("accounts/sign_in.html", form=form, next=_next()), 422
    sign_in_as(person)
    return local_redirect(_next(), "/")


@bp.post("/sign-out")
@public
def sign_out_now() -> Answer:
    """Sign out, on the server too."""
    sign_out()
    flash("You are signed out.")
    return see("/")


@bp.get("/sign-up")
@public
def sign_up_form() -> Answer:
    """The form to ask for an account."""
    return render_template("accounts/sign_up.html", form=SignUpForm())


@bp.post("/sign-up")
@public
def sign_up() -> Answer:
    """Ask for an account, or choose between places of that name."""
    form = SignUpForm()
    place = _chosen_place(form) if form.validate() else None
    if place is None:
        return render_template("accounts/sign_up.html", form=form), 422
    actions.sign_up(
        actions.NewPerson(form.name.data, form.email.data, form.password.data, Role(form.role.data), place.id)
    )
    return see(url_for("accounts.sign_up_sent"))


def _chosen_place(form: SignUpForm) -> Organisation | None:
    found = find_places(PLACE_OF_ROLE[Role(form.role.data)], form.place.data)
    form.place_id.choices = {str(place.id): f"{place.name} ({place.code})" for place in found}
    chosen = [place for place in found if str(place.id) == form.place_id.data] or found
    if not found:
        form.place.errors = ["We know no open place of that name. Try one word of it, or the SEED code."]
    elif len(chosen) > 1:
        form.place_id.errors = ["Several places have that name: choose yours."]
    return chosen[0] if len(chosen) == 1 else None


@bp.get("/sign-up/sent")
@public
def sign_up_sent() -> Answer:
    """What happens next."""
    return render_template("accounts/sent.html", title="Look in your e-mail")


@bp.get("/verify/<string:token>")
@public
def verify_form(token: str) -> Answer:
    """The link of the e-mail; a button, so that mail scanners that open links confirm nothing."""
    usable = usable_link(token, LinkPurpose.VERIFY) is not None
    return render_template("accounts/verify.html", token=token, usable=usable)


@bp.post("/verify/<string:token>")
@public
def verify(token: str) -> Answer:
    """Confirm the address."""
    actions.verify_email(token)
    flash("Your address is confirmed. Sign in; your role waits for approval.")
    return see(url_for("accounts.sign_in_form"))


@bp.get("/reset")
@public
def ask_for_reset_form() -> Answer:
    """Ask for a link to choose a new password."""
    return render_template("accounts/ask_for_reset.html", form=EmailForm())


@bp.post("/reset")
@public
def ask_for_reset() -> Answer:
    """Send the link; the same page whether anybody has the address."""
    form = EmailForm()
    if not form.validate():
        return render_template("accounts/ask_for_reset.html", form=form), 422
    actions.ask_for_reset(form.email.data)
    return see(url_for("accounts.reset_sent"))


@bp.get("/reset/sent")
@public
def reset_sent() -> Answer:
    """What happens next."""
    return render_template("accounts/sent.html", title="Look in your e-mail")


@bp.get("/reset/<string:token>")
@public
def reset_form(token: str) -> Answer:
    """Choose a new password with a link."""
    usable = usable_link(token, LinkPurpose.RESET) is not None
    return render_template("accounts/reset.html", form=PasswordForm(), token=token, usable=usable)


@bp.post("/reset/<string:token>")
@public
def reset(token: str) -> Answer:
    """Keep the new password and end every sign-in."""
    form = PasswordForm()
    if not form.validate():
        return render_template("accounts/reset.html", form=form, token=token, usable=True), 422
    actions.reset_password(token, form.password.data)
    flash("Your password is changed. Sign in with the new one.")
    return see(url_for("accounts.sign_in_form"))


@bp.get("/account")
@signed_in
def account() -> Answer:
    """One's own account."""
    return render_template("accounts/account.html", person=current_person(), form=ChangePasswordForm())


@bp.post("/account/password")
@signed_in
def change_password() -> Answer:
    """Change one's own password."""
    form, person = ChangePasswordForm(), current_person()
    if form.validate() and not password_matches(person.password_hash, form.current.data):
        form.current.errors = ["That is not your password."]
    if form.errors:
        return render_template("accounts/account.html", person=person, form=form), 422
    actions.change_password(person, form.password.data)
    flash("Your password is changed. Sign in with the new one.")
    return see(url_for("accounts.sign_in_form"))


@bp.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Answer:
    """End every sign-in of one's own."""
    end_sessions(current_person().id)
    flash("You are signed out on every device.")
    return redirect(url_for("accounts.sign_in_form"), code=303)


@bp.get("/people")
@requires(AccountAbility.DECIDE_ROLE)
def people() -> Answer:
    """Who waits for approval, and who holds roles in one's scope."""
    person = current_person()
    return render_template(
        "accounts/people.html",
        asked=roles_to_decide(person, RoleState.ASKED),
        held=roles_to_decide(person, RoleState.HELD),
    )


@bp.post("/people/roles/<uuid:role_id>")
@requires(AccountAbility.DECIDE_ROLE)
def decide(role_id: UUID) -> Answer:
    """Approve, refuse or end a role."""
    held = role_by_id(role_id)
    ensure(AccountAbility.DECIDE_ROLE, held)
    wanted = {"approve": RoleState.HELD, "refuse": RoleState.REFUSED, "end": RoleState.ENDED}
    state = wanted.get(request.form.get("decision", ""))
    if held is None or state is None:
        abort(400)
    actions.decide_role(held, state, current_person())
    flash(f"{held.person.name}: {state.value}.")
    return see(url_for("accounts.people"))


@bp.post("/people/<uuid:person_id>/disable")
@requires(AccountAbility.DISABLE_PERSON)
def set_disabled(person_id: UUID) -> Answer:
    """Stop a person from signing in, or let them again."""
    person = person_by_id(person_id)
    ensure(AccountAbility.DISABLE_PERSON, person)
    assert person is not None
    actions.set_disabled(person, request.form.get("disabled") == "yes", current_person())
    flash(f"{person.name} can sign in." if person.is_active else f"{person.name} can no longer sign in.")
    return see(url_for("accounts.people"))
