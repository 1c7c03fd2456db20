"""What gunicorn reads before it loads the application once, for all its workers to share.

Standard modules are made cooperative first: a lock made before that would not hold between requests.
"""

import gc

from gevent import monkey

monkey.patch_all()

from typing import Any  # noqa: E402 -- after the patch, like everything below

from flask import Flask  # noqa: E402
from sqlalchemy.orm import configure_mappers  # noqa: E402
from werkzeug.test import create_environ, run_wsgi_app  # noqa: E402

from eduhub.core.db import db  # noqa: E402
from eduhub.core.settings import settings  # noqa: E402

preload_app = True


def when_ready(server: Any) -> None:
    """Before the workers are made: do once what each would do at its first page.

    Mappers, templates and compiled statements then lie in memory that all workers share, and the collector does
    not touch them again. No database connection outlives this: workers must not share those.
    """
    app: Flask = server.app.wsgi()
    configure_mappers()
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    with app.app_context():
        base = settings().base_url
    run_wsgi_app(app, create_environ("/lessons", base))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    gc.collect()
    gc.freeze()
