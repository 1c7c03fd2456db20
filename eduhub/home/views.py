"""The start page, the pages about the site, and whether the site is well."""

from enum import StrEnum
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from flask_login import current_user

from eduhub.accounts.permissions import AccountAbility
from eduhub.core.access import current_person, may, public
from eduhub.home.queries import database_answers, panels_for
from eduhub.insights.permissions import InsightAbility
from eduhub.lessons.views.api import openapi_document
from eduhub.lessons.views.feeds import MOST_CHANGES
from eduhub.lists.permissions import ListAbility
from eduhub.programmes.permissions import ClassAbility
from eduhub.visits.permissions import VisitAbility

bp = Blueprint("home", __name__)

# Label, address, blueprints it stands for, and the ability a signed-in person needs to be shown it.
NAVIGATION: tuple[tuple[str, str, frozenset[str], StrEnum | None], ...] = (
    ("Lessons", "/lessons", frozenset({"curriculum", "drafts", "writing", "deciding", "previews"}), None),
    ("Your lists", "/lists", frozenset(), ListAbility.KEEP),
    ("Visits", "/visits", frozenset({"visits", "diary", "deliveries"}), VisitAbility.SEE),
    ("Classes", "/classes", frozenset({"programmes"}), ClassAbility.KEEP),
    ("Results", "/results", frozenset({"insights"}), InsightAbility.SEE_RESULTS),
    ("People", "/people", frozenset({"people"}), AccountAbility.DECIDE_ROLE),
    ("Help", "/help", frozenset({"help"}), None),
)
FOR_EVERYBODY = ("Lessons", "/lessons"), ("Visits", "/visits"), ("Class code", "/answer"), ("Help", "/help")


def init_navigation(app: Flask) -> None:
    """Give every page its navigation; reads nothing from the database."""

    @app.context_processor
    def navigation() -> dict[str, Any]:
        return {"navigation": _items()}


def _items() -> list[tuple[str, str, bool]]:
    """What the navigation holds for whoever is looking, and whether it is where they are."""
    path, person = request.path, current_person()
    if not person.is_authenticated:
        return [(label, url, path.startswith(url)) for label, url in FOR_EVERYBODY]
    here = request.blueprint
    return [
        (label, url, path.startswith(url) or here in rooms)
        for label, url, rooms, ability in NAVIGATION
        if ability is None or may(ability, person=person)
    ]


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


@bp.get("/developers")
@public
def developers() -> str:
    """How other programs read the lessons and the curriculum."""
    return render_template("home/developers.html", document=openapi_document(), feed_most=MOST_CHANGES)


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
