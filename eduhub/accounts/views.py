"""Sign in and sign out."""

from flask import Blueprint, render_template

from eduhub.core.access import public

bp = Blueprint("accounts", __name__)


@bp.get("/sign-in")
@public
def sign_in_form() -> str:
    """The form to sign in."""
    return render_template("accounts/sign_in.html")
