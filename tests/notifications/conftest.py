"""A real mail server on this machine, which takes what it is told to take."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

TAKEN = "250 OK"


@dataclass
class Post:
    """What arrived: the message, and the addresses of its envelope. ``answer`` is what the server says."""

    answer: str = TAKEN
    tries: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    wire: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        self.tries += 1
        self.wire.append(envelope.content)
        if self.answer == TAKEN:
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.messages if message["To"] == address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    """The server, with the app's settings pointing to it while the test runs."""
    handler = Post()
    port = free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    before = app.extensions["eduhub.settings"]
    app.extensions["eduhub.settings"] = replace(before, mail_url=f"smtp://127.0.0.1:{port}")
    yield handler
    app.extensions["eduhub.settings"] = before
    server.stop()
