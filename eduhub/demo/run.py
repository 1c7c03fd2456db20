"""The demonstration: made-up data, the server and the worker in one process, on this machine only."""

import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import click
from werkzeug.serving import WSGIRequestHandler, make_server

from eduhub.app import create_app
from eduhub.core.requests import print_requests
from eduhub.core.settings import Settings
from eduhub.demo.data import make_data
from eduhub.demo.people import listing, make_people
from eduhub.lessons.actions import build
from eduhub.worker import run_worker


def demo_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of a demonstration: over plain HTTP, here only, marked on every page."""
    chosen = Settings.from_env(environ)
    data = chosen.data if "EDUHUB_DATA" in environ else Path("demo-data")
    address = f"http://{chosen.host}:{chosen.port}"
    return replace(
        chosen,
        data=data,
        demo=True,
        secure_cookies=False,
        base_url=chosen.base_url if "EDUHUB_BASE_URL" in environ else address,
    )


def run_demo(environ: Mapping[str, str], upgrade: Callable[[], None], *, check: bool) -> None:
    """Prepare what is missing, then serve until stopped. A second start keeps what is there."""
    chosen = demo_settings(environ)
    if not check and _in_use(chosen):
        raise click.ClickException(
            f"port {chosen.port} is in use. Stop what uses it, or set EDUHUB_PORT to another."
        )
    app = create_app(chosen)
    with app.app_context():
        click.echo("Preparing the database and the lessons …")
        upgrade()
        make_people()
        build()
        make_data()
    _greet(chosen)
    if check:
        return
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(app, stop), daemon=True)
    worker.start()
    print_requests()
    server = make_server(chosen.host, chosen.port, app, threaded=True, request_handler=Quiet)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Stopped. Your data is kept.")
    finally:
        stop.set()
        worker.join(timeout=10)


class Quiet(WSGIRequestHandler):
    """Logs no address: the app writes the access log, as in production."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _in_use(chosen: Settings) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((chosen.host, chosen.port)) == 0


def _greet(chosen: Settings) -> None:
    click.echo(
        f"\n  eduhub: http://{chosen.host}:{chosen.port}\n\n  Sign in as (everybody and everything is made up):"
    )
    for person in listing():
        if person["side"] == "here":
            click.echo(f"    {person['role']:22} {person['email']}")
    click.echo(
        f"  Password of all: {listing()[0]['password']}\n  The same with .there@ for a second school and area.\n"
    )
