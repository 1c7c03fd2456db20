"""Every setting, read once from the environment as EDUHUB_…, typed, each with a safe default."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from werkzeug.sansio.utils import host_is_trusted

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
MIN_SECRET_LENGTH = 32


class SettingsError(Exception):
    """A setting cannot be used; the message says which one, why and what to write instead."""


def _meta(text: str, kind: str = "text") -> dict[str, Any]:
    return {"doc": text, "kind": kind}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator may set. The variable of ``data`` is ``EDUHUB_DATA``, and so on."""

    data: Path = field(
        default=Path("instance"),
        metadata=_meta("Folder of the embedded database, media and built packs.", "path"),
    )
    database_url: str = field(
        default="",
        metadata=_meta("Database address; empty means SQLite in the data folder.", "database"),
    )
    secret_key: str = field(
        default="",
        metadata=_meta("Key that signs cookies and links; at least 32 characters in production."),
    )
    allowed_hosts: tuple[str, ...] = field(
        default=(),
        metadata=_meta("Host names the site answers to, comma separated.", "list"),
    )
    base_url: str = field(
        default="http://127.0.0.1:5000",
        metadata=_meta("Public address of the site; links in e-mail are made from it."),
    )
    mail_url: str = field(
        default="",
        metadata=_meta(
            "Where e-mail goes: smtp://user:password@host:port, smtps://… or smtp+starttls://…; "
            "empty keeps it in the outbox.",
            "mail",
        ),
    )
    mail_from: str = field(
        default="eduhub <no-reply@eduhub.example>",
        metadata=_meta("Sender of every e-mail."),
    )
    content: Path | None = field(
        default=None,
        metadata=_meta("Folder of the lessons; empty means those shipped.", "path"),
    )
    clock: datetime | None = field(
        default=None,
        metadata=_meta("Fixes the present moment (ISO 8601); refused in production.", "moment"),
    )
    debug: bool = field(default=False, metadata=_meta("Show errors in full; refused in production.", "flag"))
    secure_cookies: bool = field(
        default=True,
        metadata=_meta("Send cookies over HTTPS only; off for a demonstration.", "flag"),
    )
    proxies: int = field(
        default=0,
        metadata=_meta("How many trusted proxies stand in front and set X-Forwarded-….", "number"),
    )
    workers: int = field(default=0, metadata=_meta("Server processes; 0 means one for each core.", "number"))
    host: str = field(default="127.0.0.1", metadata=_meta("Address the server listens on."))
    port: int = field(default=5000, metadata=_meta("Port the server listens on.", "number"))
    max_upload_mb: int = field(default=10, metadata=_meta("Largest upload accepted, in MB.", "number"))
    packs_mb: int = field(
        default=5000,
        metadata=_meta(
            "How much room packs may take, in MB; above, those of old versions are put away.", "number"
        ),
    )
    review_reminders: bool = field(
        default=True,
        metadata=_meta("Write to content editors and reviewers which lessons fall due for review.", "flag"),
    )
    idle_minutes: int = field(
        default=180, metadata=_meta("Sign-in ends after this long without a page.", "number")
    )
    idle_minutes_lead: int = field(
        default=30,
        metadata=_meta("The same for leads, reviewers and administrators.", "number"),
    )
    session_hours: int = field(
        default=12, metadata=_meta("Sign-in ends after this long in any case.", "number")
    )
    demo: bool = field(
        default=False,
        metadata=_meta("Marks every page as a demonstration with made-up data.", "flag"),
    )
    log_level: str = field(default="INFO", metadata=_meta("How much is logged.", "level"))

    @property
    def database(self) -> str:
        """The SQLAlchemy address in use."""
        return self.database_url or f"sqlite:///{(self.data / 'eduhub.db').resolve()}"

    @property
    def base_host(self) -> str:
        """The host of the site's public address."""
        return urlsplit(self.base_url).hostname or ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the variables; an empty one is as good as none. Raises SettingsError for one unknown or malformed."""
        known = {f"EDUHUB_{f.name.upper()}": f for f in fields(cls)}
        unknown = sorted(k for k in environ if k.startswith("EDUHUB_") and k not in known)
        if unknown:
            raise SettingsError(
                f"There is no setting {unknown[0]}. The table in docs/operating.md lists them all."
            )
        return cls(
            **{
                f.name: _parse(name, environ[name], f.metadata["kind"])
                for name, f in known.items()
                if environ.get(name, "").strip()
            }
        )

    def production_problems(self) -> list[str]:
        """Why this must not be served to the public; empty when it may."""
        checks = [
            (
                len(self.secret_key) < MIN_SECRET_LENGTH,
                f"EDUHUB_SECRET_KEY is missing or short: set one, for example {secrets.token_urlsafe(32)}",
            ),
            (self.debug, "EDUHUB_DEBUG is on. Turn it off."),
            (not self.allowed_hosts, "EDUHUB_ALLOWED_HOSTS is empty. Name the site's host."),
            ("*" in self.allowed_hosts, "EDUHUB_ALLOWED_HOSTS holds *. Name the site's host."),
            (
                not self.base_url.startswith("https://"),
                "EDUHUB_BASE_URL does not begin with https://. Links in e-mail are made from it.",
            ),
            (
                bool(self.allowed_hosts) and not host_is_trusted(self.base_host, self.allowed_hosts),
                f"EDUHUB_BASE_URL leads to {self.base_host}, which EDUHUB_ALLOWED_HOSTS does not name.",
            ),
            (self.clock is not None, "EDUHUB_CLOCK is set. Unset it: real days are needed."),
            (not self.secure_cookies, "EDUHUB_SECURE_COOKIES is off. Serve over HTTPS instead."),
            (self.demo, "EDUHUB_DEMO is on. Its sign-ins are public."),
        ]
        return [message for failed, message in checks if failed]


def settings() -> Settings:
    """The settings of the running app."""
    found: Settings = current_app.extensions["eduhub.settings"]
    return found


def _parse(name: str, text: str, kind: str) -> Any:
    parsers: dict[str, Callable[[str], Any]] = {
        "text": str,
        "path": lambda value: Path(value).expanduser(),
        "list": lambda value: tuple(part.strip() for part in value.split(",") if part.strip()),
        "flag": _flag,
        "number": _number,
        "moment": _moment,
        "database": _database,
        "mail": _mail,
        "level": _level,
    }
    try:
        return parsers[kind](text.strip())
    except ValueError as error:
        # Addresses hold passwords, and what is said here goes into logs.
        said = "cannot be used" if kind in {"database", "mail"} else f"is {text!r}"
        raise SettingsError(f"{name} {said}: {error}") from error


def _flag(text: str) -> bool:
    if text.lower() in TRUE_WORDS:
        return True
    if text.lower() in FALSE_WORDS:
        return False
    raise ValueError("write 1 or 0")


def _number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("write a whole number")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("write a moment such as 2026-11-24T09:00:00+00:00") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _database(text: str) -> str:
    if not re.match(r"(sqlite|postgresql(\+psycopg)?):/", text):
        raise ValueError("write an address such as postgresql+psycopg://user:password@host/name")
    return text


def _mail(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ValueError("write an address such as smtp+starttls://user:password@host:587")
    return text


def _level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError("write DEBUG, INFO, WARNING or ERROR")
    return text.upper()
