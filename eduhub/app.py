"""Puts the house together: settings, database, rooms. ``create_app`` and nothing else."""

import itertools
import logging
import os
from types import ModuleType

from flask import Blueprint, Flask
from flask_login import current_user
from flask_wtf import CSRFProtect
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

import eduhub.accounts.views.accounts
import eduhub.accounts.views.people
import eduhub.curriculum.views.curriculum
import eduhub.curriculum.views.data
import eduhub.editing.views.deciding
import eduhub.editing.views.drafts
import eduhub.editing.views.previews
import eduhub.editing.views.writing
import eduhub.evaluation.views
import eduhub.feedback.views
import eduhub.home.views
import eduhub.insights.views
import eduhub.lessons.views.api
import eduhub.lessons.views.browsing
import eduhub.lessons.views.checking
import eduhub.lessons.views.feeds
import eduhub.lessons.views.lessons
import eduhub.lessons.views.reviews
import eduhub.lessons.views.searches
import eduhub.lessons.views.teaching
import eduhub.lessons.views.versions
import eduhub.lists.views
import eduhub.programmes.views
import eduhub.visits.views.deliveries
import eduhub.visits.views.diary
import eduhub.visits.views.visits
from eduhub.accounts.sessions import init_sessions
from eduhub.core import access, audit, files, static, throttle
from eduhub.core.db import db
from eduhub.core.settings import Settings, SettingsError
from eduhub.core.web import answer_health_checks, init_web, wear_headers

# One line a room: its pages.
ROOMS: tuple[Blueprint, ...] = (
    eduhub.home.views.bp,
    eduhub.insights.views.bp,
    eduhub.evaluation.views.bp,
    eduhub.visits.views.visits.bp,
    eduhub.visits.views.diary.bp,
    eduhub.visits.views.deliveries.bp,
    eduhub.programmes.views.bp,
    eduhub.lists.views.bp,
    eduhub.feedback.views.bp,
    eduhub.editing.views.drafts.bp,
    eduhub.editing.views.writing.bp,
    eduhub.editing.views.deciding.bp,
    eduhub.editing.views.previews.bp,
    eduhub.lessons.views.browsing.bp,
    eduhub.lessons.views.lessons.bp,
    eduhub.lessons.views.searches.bp,
    eduhub.lessons.views.versions.bp,
    eduhub.lessons.views.teaching.bp,
    eduhub.lessons.views.feeds.bp,
    eduhub.lessons.views.api.bp,
    eduhub.curriculum.views.curriculum.bp,
    eduhub.curriculum.views.data.bp,
    eduhub.lessons.views.checking.bp,
    eduhub.lessons.views.reviews.bp,
    eduhub.accounts.views.people.bp,
    eduhub.accounts.views.accounts.bp,
)
# Tables of the core that no room's page imports by itself.
CORE_TABLES: tuple[ModuleType, ...] = (audit, throttle)

BUSY_SECONDS = 10
DEMO_KEY = "a key for demonstrations only"


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Without settings it is the public's: they come from the environment and must be safe.

    Raises SettingsError.
    """
    chosen = settings or _public_settings()
    if not (chosen.secret_key or chosen.demo):
        raise SettingsError("EDUHUB_SECRET_KEY is missing: cookies cannot be signed without it.")
    app = Flask(
        "eduhub",
        template_folder=str(files.TEMPLATES),
        static_folder=None,
        instance_path=str(chosen.data.resolve()),
    )
    app.extensions["eduhub.settings"] = chosen
    app.config.update(_flask_config(chosen))
    app.jinja_env.filters["flat"] = itertools.chain.from_iterable
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    compiled = files.compiled_templates(chosen.data)
    if compiled.is_dir():  # made by what serves the site
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.url_map.strict_slashes = True
    logging.getLogger("eduhub").setLevel(chosen.log_level)
    answer_health_checks(app, chosen.allowed_hosts)
    if chosen.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies, x_host=chosen.proxies
        )
    if not chosen.database_url:
        chosen.data.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    CSRFProtect(app)
    init_sessions(app)
    init_web(app)
    eduhub.home.views.init_navigation(app)
    static.init_static(app)
    wear_headers(app, secure=chosen.secure_cookies)
    for room in ROOMS:
        app.register_blueprint(room)
    app.jinja_env.globals.update(
        may=access.may, is_demo=chosen.demo, current_user=current_user, base_url=chosen.base_url
    )
    access.check_every_view(app)
    return app


def _public_settings() -> Settings:
    chosen = Settings.from_env(os.environ)
    problems = [] if chosen.demo else chosen.production_problems()
    if problems:
        raise SettingsError("\n".join(["this must not be served to the public:", *problems]))
    return chosen


def _flask_config(chosen: Settings) -> dict[str, object]:
    prefix = "__Host-" if chosen.secure_cookies else ""
    return {
        "SECRET_KEY": chosen.secret_key or DEMO_KEY,
        "DEBUG": chosen.debug,
        "SQLALCHEMY_DATABASE_URI": chosen.database,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(chosen),
        "MAX_CONTENT_LENGTH": chosen.max_upload_mb * 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "TRUSTED_HOSTS": list(chosen.allowed_hosts) or None,
        "SESSION_COOKIE_NAME": f"{prefix}eduhub",
        "SESSION_COOKIE_SECURE": chosen.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
    }


def _engine_options(chosen: Settings) -> dict[str, object]:
    if chosen.database.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    return {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}
