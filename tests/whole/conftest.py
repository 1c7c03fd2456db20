"""The scene for the tests that try everything on everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from eduhub.app import create_app
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.core.settings import settings
from tests.databases import Database, settings_for
from tests.whole.scene import World, make_world


@pytest.fixture(scope="module")
def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An app whose lessons come from a folder of this module."""
    folder = tmp_path_factory.mktemp("access")
    return create_app(settings_for(folder / "data", database.url, content=folder))


@pytest.fixture(scope="module")
def world(site: Flask, database: Database) -> Iterator[World]:
    """One scene for all cells: refusals change nothing, and what is used up is made anew."""
    with site.app_context():
        db.engine.dispose()
        database.refresh()
        made = make_world(settings().content or Path())
        run_all()
        yield made
        db.session.remove()
        db.engine.dispose()
