"""Sign up, sign in, and one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from eduhub.accounts import actions, credentials
from eduhub.accounts.forms import (
    ChangePasswordForm,
    EmailForm,
    PasswordForm,
    RoleForm,
    SignInForm,
    SignUpForm,
)
from eduhub.accounts.models import LinkPurpose, Role
from eduhub.accounts.queries import places_for
from eduhub.accounts.sessions import end_sessions, sign_in_as, sign_out
from eduhub.core.access import current_person, public, signed_in
from eduhub.core.web import is_local, local_redirect, see

bp = Blueprint("accounts", __name__)

Answer = str | tuple[str, int] | Response


@bp.errorhandler(credentials.LinkUsed)
def link_used(problem: credentials.LinkUsed) -> Answer:
    """Where to get a link that works."""
    return render_template("accounts/link_used.html"), problem.status


def _next() -> str:
    wanted = request.values.get("next")
    return wanted if wanted and is_local(wanted) else "/"


def _source() -> str:
    return request.remote_addr or "unknown"


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
        person = credentials.check_password(form.email.data, form.password.data, _source())
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
    place = form.chosen_place(places_for) if form.validate() else None
    if place is None:
        return render_template("accounts/sign_up.html", form=form), 422
    new = credentials.NewPerson(form.name.data, form.email.data, Role(form.role.data), place.id)
    credentials.sign_up(new, _source())
    return see(url_for("accounts.sign_up_sent"))


@bp.get("/sign-up/sent")
@public
def sign_up_sent() -> Answer:
    """What happens next."""
    return render_template("accounts/sent.html", title="Look in your e-mail")


@bp.get("/verify/<string:token>")
@public
def verify_form(token: str) -> Answer:
    """The link of the e-mail; a form, so that mail scanners that open links confirm nothing."""
    person = credentials.person_by_link(token, LinkPurpose.VERIFY)
    return render_template("accounts/verify.html", form=PasswordForm(), person=person)


@bp.post("/verify/<string:token>")
@public
def verify(token: str) -> Answer:
    """Confirm the address and keep the password."""
    person = credentials.person_by_link(token, LinkPurpose.VERIFY)
    form = PasswordForm().of(person)
    if not form.validate():
        return render_template("accounts/verify.html", form=form, person=person), 422
    credentials.verify_email(token, form.password.data)
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
    credentials.ask_for_reset(form.email.data, _source())
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
    person = credentials.person_by_link(token, LinkPurpose.RESET)
    return render_template("accounts/reset.html", form=PasswordForm(), person=person)


@bp.post("/reset/<string:token>")
@public
def reset(token: str) -> Answer:
    """Keep the new password and end every sign-in."""
    person = credentials.person_by_link(token, LinkPurpose.RESET)
    form = PasswordForm().of(person)
    if not form.validate():
        return render_template("accounts/reset.html", form=form, person=person), 422
    credentials.reset_password(token, form.password.data, _source())
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
    person = current_person()
    form = ChangePasswordForm().of(person)
    if form.validate() and not credentials.is_own_password(person, form.current.data, _source()):
        form.current.errors = ["That is not your password."]
    if form.errors:
        return render_template("accounts/account.html", person=person, form=form), 422
    credentials.change_password(person, form.password.data)
    flash("Your password is changed. Sign in with the new one.")
    return see(url_for("accounts.sign_in_form"))


@bp.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> Answer:
    """End every sign-in of one's own."""
    end_sessions(current_person().id)
    flash("You are signed out on every device.")
    return redirect(url_for("accounts.sign_in_form"), code=303)


@bp.get("/account/roles/new")
@signed_in
def ask_for_role_form() -> Answer:
    """Ask for another role: a second school, or a new one."""
    return render_template("accounts/ask_for_role.html", form=RoleForm())


@bp.post("/account/roles/new")
@signed_in
def ask_for_role() -> Answer:
    """Put the wish to whoever decides on it."""
    form = RoleForm()
    place = form.chosen_place(places_for) if form.validate() else None
    if place is None:
        return render_template("accounts/ask_for_role.html", form=form), 422
    actions.ask_for_role(current_person(), Role(form.role.data), place)
    flash("Your wish is with the lead there. You get an e-mail when it is decided.")
    return see(url_for("accounts.account"))
