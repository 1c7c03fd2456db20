"""The production server: gunicorn with gevent workers, which hold when hundreds of clients are slow."""

import os
import sys

from eduhub.core import static
from eduhub.core.settings import Settings


def command(chosen: Settings) -> list[str]:
    """The server's command line. Its log holds no address and no browser: see the privacy page."""
    workers = chosen.workers or os.cpu_count() or 1
    return [
        sys.executable,
        *("-m", "gunicorn"),
        *("--worker-class", "gevent", "--workers", str(workers), "--worker-connections", "1000"),
        *("--bind", f"{chosen.host}:{chosen.port}"),
        *("--timeout", "60", "--graceful-timeout", "20", "--keep-alive", "5"),
        *("--limit-request-line", "4094", "--max-requests", "100000", "--max-requests-jitter", "5000"),
        *("--access-logfile", "-", "--access-logformat", "%(t)s %(m)s %(U)s %(s)s %(b)s %(L)s"),
        "--no-control-socket",
        "eduhub.app:create_app()",
    ]


def run(chosen: Settings) -> None:
    """Become the server."""
    chosen.data.mkdir(parents=True, exist_ok=True)
    static.compress(chosen.data.resolve())
    words = command(chosen)
    os.execv(words[0], words)  # noqa: S606 -- our own interpreter
