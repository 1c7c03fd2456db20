"""What a server starts with, what it says in its log, and what shared caches may keep."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemLoader

from eduhub.app import create_app
from eduhub.core import files
from eduhub.core.db import db
from eduhub.core.requests import print_requests
from eduhub.core.settings import Settings, SettingsError
from eduhub.serve import command, prepare, warning
from tests.databases import Database, settings_for
from tests.pages import Browser
from tests.whole.command import environment

SAFE = {
    "secret_key": "k" * 40,
    "allowed_hosts": "eduhub.example",
    "base_url": "https://eduhub.example",
}


def imported(*, module: str, **variables: object) -> subprocess.CompletedProcess[str]:
    """A server's entry, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", f"from {module} import application; application()"],
        capture_output=True,
        text=True,
        env=environment(**variables),
        check=False,
        timeout=60,
        cwd=Path(__file__).resolve().parents[2],
    )


def test_an_app_without_a_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="EDUHUB_SECRET_KEY is missing"):
        create_app(Settings(data=tmp_path))
    create_app(Settings(data=tmp_path, demo=True))


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secret_key": ""}, "EDUHUB_SECRET_KEY"),
        ({"allowed_hosts": ""}, "EDUHUB_ALLOWED_HOSTS"),
        ({"base_url": "http://127.0.0.1:5000"}, "EDUHUB_BASE_URL"),
    ],
)
def test_whatever_server_starts_it_the_settings_must_be_safe(
    tmp_path: Path, changes: dict[str, str], named: str
) -> None:
    done = imported(module="eduhub.serve", **{**SAFE, **changes}, data=tmp_path)
    assert done.returncode != 0
    assert named in done.stderr


def test_the_server_starts_on_safe_settings(tmp_path: Path) -> None:
    done = imported(module="eduhub.serve", **SAFE, data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "eduhub.serve:application()" in command(Settings())


def test_what_serves_the_site_keeps_its_templates_compiled(tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path / "data", demo=True)
    kept = files.compiled_templates(chosen.data)
    page = tmp_path / "page.html"

    def shown(text: str) -> str:
        page.write_text(text)
        app = create_app(chosen)
        app.jinja_env.loader = FileSystemLoader(tmp_path)
        return app.jinja_env.get_template("page.html").render()

    assert shown("one") == "one"
    assert not kept.exists()
    prepare(chosen)
    assert shown("one") == "one"
    assert len(list(kept.iterdir())) == 1
    assert shown("two") == "two"


@pytest.mark.parametrize(
    ("host", "proxies", "warned"),
    [
        ("127.0.0.1", 0, True),
        ("::1", 0, True),
        ("localhost", 0, True),
        ("127.0.0.1", 1, False),
        ("0.0.0.0", 0, False),
    ],
)
def test_a_server_behind_a_proxy_nobody_told_it_of_is_noticed(host: str, proxies: int, warned: bool) -> None:
    assert ("EDUHUB_PROXIES" in warning(Settings(host=host, proxies=proxies))) == warned


# The access log.


LOG = logging.getLogger("eduhub.access")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(LOG, "disabled", False)  # as other programs leave it that set up logging of their own
    caplog.set_level(logging.INFO, "eduhub.access")
    return caplog


def test_the_log_names_the_route_and_never_the_address(
    browser: Browser, lines: pytest.LogCaptureFixture
) -> None:
    for url in (
        "/reset/a-secret-token?x=1",
        "/verify/a-secret-token",
        "/lessons?q=words",
        "/nothing/a-secret",
    ):
        browser.send("GET", url)
    browser.send("POST", "/reset/a-secret-token")
    said = [record.getMessage().split() for record in lines.records]
    assert [line[:3] for line in said] == [
        ["GET", "/reset/<string:token>", "410"],
        ["GET", "/verify/<string:token>", "410"],
        ["GET", "/lessons", "200"],
        ["GET", "-", "404"],
        ["POST", "/reset/<string:token>", "400"],
    ]
    assert all(int(size) > 100 and took.endswith("ms") for *_, size, took in said)
    assert "secret" not in lines.text
    assert "words" not in lines.text


def test_nothing_is_logged_of_learners(browser: Browser, lines: pytest.LogCaptureFixture) -> None:
    for url in ("/answer", "/answer/ABC234", "/answer/thanks", "/answer/a/b", "/answer/", "/answer//ABC234"):
        browser.send("GET", url)
        browser.send("POST", url)
    assert lines.records == []


@pytest.mark.usefixtures("lines")
def test_the_log_is_printed_with_its_moment(
    browser: Browser, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOG, "handlers", [])
    monkeypatch.setattr(LOG, "propagate", True)
    print_requests()
    browser.get("/help")
    moment, method, rule = capsys.readouterr().out.split()[:3]
    assert (moment[10], moment[-1], method, rule) == ("T", "Z", "GET", "/help")


# Caches and names.


def test_a_page_that_sets_a_cookie_is_kept_by_nobody(browser: Browser) -> None:
    first = browser.send("GET", "/sign-in")
    assert "Set-Cookie" in first.headers
    assert first.headers["Cache-Control"] == "no-store"


def test_a_page_for_everybody_may_be_asked_for_again(browser: Browser) -> None:
    for url in ("/", "/lessons"):
        assert browser.send("GET", url).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("proxies", [0, 1])
@pytest.mark.usefixtures("app")
def test_a_load_balancer_asks_by_the_number_of_the_machine(
    database: Database, tmp_path: Path, proxies: int
) -> None:
    made: Flask = create_app(
        settings_for(tmp_path, database.url, allowed_hosts=(".eduhub.example",), proxies=proxies)
    )
    browser = Browser(made)
    for url, status in (("/healthz", 200), ("/readyz", 200), ("/help", 400), ("/healthz/", 400)):
        assert browser.send("GET", url, base_url="http://192.0.2.7").status_code == status, url
    with made.app_context():
        db.engine.dispose()
