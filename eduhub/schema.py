"""The database's tables, brought up to date or taken back; apart from the application, whose start needs no Alembic."""

import flask_migrate
from flask import current_app

from eduhub.core import files
from eduhub.core.db import db


def upgrade() -> None:
    """Bring the tables of the current app's database up to date."""
    _ready()
    flask_migrate.upgrade()


def downgrade(revision: str) -> None:
    """Take the tables back to a revision."""
    _ready()
    flask_migrate.downgrade(revision=revision)


def _ready() -> None:
    if "migrate" not in current_app.extensions:
        flask_migrate.Migrate(current_app, db, directory=str(files.MIGRATIONS), render_as_batch=True)
