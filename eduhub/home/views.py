"""The start page and the pages about the site."""

from flask import Blueprint, render_template

from eduhub.core.access import public

bp = Blueprint("home", __name__)


@bp.get("/")
@public
def start() -> str:
    """What needs doing now, for whoever is looking."""
    return render_template("home/start.html")
