"""The production server: gunicorn with gevent workers, which hold when hundreds of clients are slow."""

import os
import sys
from ipaddress import ip_address

from flask import Flask

from eduhub.app import create_app
from eduhub.core import files, static
from eduhub.core.requests import print_requests
from eduhub.core.settings import Settings

# A password's hash takes 19 MB for a moment. Left to itself, the C library learns from the first to keep that much in
# each process for ever; with a fixed threshold (its documentation: mallopt) every block this large is given back.
MEMORY = {"MALLOC_MMAP_THRESHOLD_": "1048576"}


def command(chosen: Settings) -> list[str]:
    """The server's command line. Its own access log is off, for it would hold addresses: the app writes one."""
    workers = chosen.workers or os.cpu_count() or 1
    return [
        sys.executable,
        *("-m", "gunicorn", "--config", "python:eduhub.serving"),
        *("--worker-class", "gevent", "--workers", str(workers), "--worker-connections", "1000"),
        *("--bind", f"{chosen.host}:{chosen.port}"),
        *("--timeout", "60", "--graceful-timeout", "20", "--keep-alive", "5"),
        *("--limit-request-line", "4094", "--max-requests", "100000", "--max-requests-jitter", "5000"),
        "--no-control-socket",
        "eduhub.serve:application()",
    ]


def application() -> Flask:
    """The application as each server process holds it."""
    print_requests()
    return create_app()


def warning(chosen: Settings) -> str:
    """What is safe to serve and yet may not be meant; empty when there is nothing."""
    if chosen.proxies or not _is_loopback(chosen.host):
        return ""
    return (
        f"EDUHUB_PROXIES is 0 and the server listens on {chosen.host} only. If a proxy stands in front, everybody "
        "seems to come from one address and shares its limit of tries: set it to how many proxies there are."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def prepare(chosen: Settings) -> None:
    """Make once what the server would make at every start: compressed static files, a place for compiled templates.

    Compiling all templates is a third of a start.
    """
    data = chosen.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    static.compress(data)
    files.compiled_templates(data).mkdir(exist_ok=True)


def run(chosen: Settings) -> None:
    """Become the server."""
    prepare(chosen)
    words = command(chosen)
    os.execve(words[0], words, {**MEMORY, **os.environ})  # noqa: S606 -- our own interpreter
