"""Settings: read from the environment as what they are; what is unsafe is not served."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from eduhub.core.settings import Settings, SettingsError
from tests.whole.command import run

KEY = "k" * 32
# Every setting: what stands in the environment, and what it becomes.
READ: dict[str, list[tuple[str, object]]] = {
    "data": [("/srv/eduhub", Path("/srv/eduhub")), ("~/eduhub", Path.home() / "eduhub")],
    "database_url": [
        ("postgresql+psycopg://a:b@h/d", "postgresql+psycopg://a:b@h/d"),
        ("sqlite:///x", "sqlite:///x"),
    ],
    "secret_key": [
        ("12345678901234567890123456789012", "12345678901234567890123456789012"),
        ("true", "true"),
    ],
    "allowed_hosts": [("a.example", ("a.example",)), (" a.example , b.example,", ("a.example", "b.example"))],
    "base_url": [("https://a.example", "https://a.example")],
    "mail_url": [("smtp+starttls://u:p@mail.example:587", "smtp+starttls://u:p@mail.example:587")],
    "mail_from": [("eduhub <a@b.example>", "eduhub <a@b.example>")],
    "content": [("/srv/content", Path("/srv/content"))],
    "clock": [
        ("2026-11-24T09:00:00+01:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T09:00", datetime(2026, 11, 24, 9, tzinfo=UTC)),
    ],
    "debug": [("1", True), ("TRUE", True), ("yes", True), ("on", True), ("0", False), ("off", False)],
    "secure_cookies": [("0", False), ("no", False), ("1", True)],
    "proxies": [("2", 2)],
    "workers": [("4", 4)],
    "host": [("0.0.0.0", "0.0.0.0")],
    "port": [(" 8080 ", 8080)],
    "max_upload_mb": [("25", 25)],
    "packs_mb": [("800", 800)],
    "review_reminders": [("0", False), ("1", True)],
    "idle_minutes": [("60", 60)],
    "idle_minutes_lead": [("15", 15)],
    "session_hours": [("8", 8)],
    "demo": [("1", True)],
    "log_level": [("WARNING", "WARNING"), ("debug", "DEBUG")],
}
CASES = [(name, text, value) for name, cases in READ.items() for text, value in cases]


def read(**variables: str) -> Settings:
    return Settings.from_env({f"EDUHUB_{name.upper()}": text for name, text in variables.items()})


def test_every_setting_is_tried_here() -> None:
    assert {one.name for one in fields(Settings)} == set(READ)


@pytest.mark.parametrize(("name", "text", "value"), CASES)
def test_a_setting_is_read_as_what_it_is(name: str, text: str, value: object) -> None:
    found = getattr(read(**{name: text}), name)
    assert found == value
    assert type(found) is type(value) or isinstance(value, Path)


@pytest.mark.parametrize("name", sorted(READ))
def test_an_empty_variable_is_as_good_as_none(name: str) -> None:
    assert read(**{name: " "}) == Settings()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "eighty"),
        ("port", "-1"),
        ("workers", "1.5"),
        ("workers", "٣"),
        ("debug", "maybe"),
        ("secure_cookies", "2"),
        ("clock", "yesterday"),
        ("log_level", "LOUD"),
        ("database_url", "mysql://a:hidden@h/d"),
        ("mail_url", "mail.example"),
        ("mail_url", "http://a:hidden@mail.example"),
        ("mail_url", "smtp://"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_to_write(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=rf"EDUHUB_{name.upper()} .*: write ") as caught:
        read(**{name: text})
    assert "hidden" not in str(caught.value), "a password must not reach a log"


@pytest.mark.parametrize("name", ["EDUHUB_SECRETKEY", "EDUHUB_", "EDUHUB_DEBUG_", "EDUHUB_data"])
def test_a_variable_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"There is no setting {name}\\."):
        Settings.from_env({name: "1", "PATH": "/bin"})


def test_other_programs_variables_are_left_alone() -> None:
    assert Settings.from_env({"PATH": "/bin", "SECRET_KEY": "x", "FLASK_DEBUG": "1"}) == Settings()


# What may be served.

SAFE = {"secret_key": KEY, "allowed_hosts": "eduhub.example", "base_url": "https://eduhub.example"}
UNSAFE = [
    ({"secret_key": ""}, "EDUHUB_SECRET_KEY"),
    ({"secret_key": "k" * 31}, "EDUHUB_SECRET_KEY"),
    ({"debug": "1"}, "EDUHUB_DEBUG"),
    ({"allowed_hosts": ""}, "EDUHUB_ALLOWED_HOSTS"),
    ({"allowed_hosts": "eduhub.example,*"}, "EDUHUB_ALLOWED_HOSTS"),
    ({"base_url": "http://eduhub.example"}, "EDUHUB_BASE_URL"),
    ({"base_url": "https://127.0.0.1:5000"}, "EDUHUB_BASE_URL"),
    ({"base_url": "https://eduhub.example.evil.example"}, "EDUHUB_BASE_URL"),
    ({"clock": "2026-11-24T09:00"}, "EDUHUB_CLOCK"),
    ({"secure_cookies": "0"}, "EDUHUB_SECURE_COOKIES"),
    ({"demo": "1"}, "EDUHUB_DEMO"),
]


def test_what_is_safe_may_be_served() -> None:
    assert read(**SAFE).production_problems() == []


@pytest.mark.parametrize(("change", "named"), UNSAFE)
def test_what_is_unsafe_is_named(change: dict[str, str], named: str) -> None:
    problems = read(**{**SAFE, **change}).production_problems()
    assert len(problems) == 1
    assert problems[0].startswith(named)


@pytest.mark.parametrize(("change", "named"), UNSAFE)
def test_serve_refuses_to_start(tmp_path: Path, change: dict[str, str], named: str) -> None:
    # An address that is not this machine's: should the guard be gone, the server still ends by itself.
    done = run("serve", **{**SAFE, **change}, data=tmp_path, host="203.0.113.1", workers=1)
    assert done.returncode == 1
    assert f"\n{named}" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_suggested_key_is_long_enough_and_new_each_time() -> None:
    first, second = (Settings().production_problems()[0].split()[-1] for _ in range(2))
    assert first != second
    assert read(**{**SAFE, "secret_key": first}).production_problems() == []
