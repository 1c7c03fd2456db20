"""The start page, the pages about the site, and whether the site is well."""

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_login import current_user

from eduhub.core.access import public
from eduhub.home.queries import database_answers, panels_for

bp = Blueprint("home", __name__)

NAVIGATION = (
    ("Lessons", "/lessons", "lessons"),
    ("Visits", "/visits", "visits"),
    ("Results", "/results", "insights"),
    ("Class code", "/answer", "evaluation"),
    ("Help", "/help", "home"),
)
FOOTER = (
    ("About", "/about"),
    ("Accessibility", "/accessibility"),
    ("Privacy", "/privacy"),
    ("Cookies", "/cookies"),
    ("Curriculum", "/curriculum"),
)


def init_navigation(app: Flask) -> None:
    """Give every page its navigation; reads nothing from the database."""

    @app.context_processor
    def navigation() -> dict[str, Any]:
        here = request.blueprint if request.endpoint != "home.start" else None
        return {
            "navigation": [(label, url, blueprint == here) for label, url, blueprint in NAVIGATION],
            "footer_links": FOOTER,
        }


@bp.get("/")
@public
def start() -> str:
    """What needs doing now, for whoever is looking."""
    if current_user.is_authenticated:
        return render_template("home/mine.html", panels=panels_for(current_user))
    return render_template("home/start.html")


@bp.get("/help")
@public
def help_page() -> str:
    """How the three jobs are done."""
    return render_template("home/help.html")


@bp.get("/about")
@public
def about() -> str:
    """What the site is for."""
    return render_template("home/about.html")


@bp.get("/accessibility")
@public
def accessibility() -> str:
    """What works for whom, and what was tested."""
    return render_template("home/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> str:
    """What is kept about whom, and how long."""
    return render_template("home/privacy.html")


@bp.get("/cookies")
@public
def cookies() -> str:
    """The one cookie."""
    return render_template("home/cookies.html")


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """The database answers too."""
    well = database_answers()
    return Response("ok\n" if well else "no database\n", 200 if well else 503, mimetype="text/plain")
