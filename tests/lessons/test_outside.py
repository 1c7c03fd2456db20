"""Other sites are asked briefly and politely, and never inside a private network."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from eduhub.lessons import outside
from eduhub.lessons.models import LinkState
from eduhub.lessons.outside import Answer, Manners, ask, ask_all, is_public


class Handler(BaseHTTPRequestHandler):
    """Pages that do what their names say; every question is noted."""

    asked: list[str]

    def answer(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        name = self.path.partition("?")[0].strip("/")
        if name == "slow":
            time.sleep(2)
        status = {
            "gone": 404,
            "taken": 410,
            "broken": 500,
            "shy": 403,
            "loop": 302,
            "moved": 301,
            "away": 302,
        }
        code = status.get(name, 200)
        if name == "only-get" and self.command == "HEAD":
            code = 405
        body = b"User-agent: *\nDisallow: /private\n" if name == "robots.txt" else b"x" * 500_000
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        leads = {"loop": "/loop", "moved": "/well", "away": "http://127.0.0.1:9/inside"}
        if name in leads:
            self.send_header("Location", leads[name])
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[:1000] if name == "robots.txt" else b"x" * 1000)

    do_GET = do_HEAD = answer  # noqa: N815 -- the names http.server wants

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def site(asked: list[str]) -> Iterator[str]:
    """A site on this machine; its address."""
    handler = type("Noted", (Handler,), {"asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def manners(site: str) -> Manners:
    return Manners(patience=0.5, longest=2, pause=0, trusted=frozenset({site.removeprefix("http://")}))


# One address.


@pytest.mark.parametrize(
    ("path", "state", "note"),
    [
        ("/well", LinkState.WELL, ""),
        ("/only-get", LinkState.WELL, ""),
        ("/gone", LinkState.DEAD, "there is no such page (404)"),
        ("/taken", LinkState.DEAD, "the page was taken away (410)"),
        ("/broken", LinkState.TROUBLE, "it answers 500"),
        ("/shy", LinkState.TROUBLE, "it answers 403"),
        ("/loop", LinkState.TROUBLE, "it leads on and on"),
        ("/slow", LinkState.TROUBLE, "it did not answer in time"),
        ("/away", LinkState.DEAD, "it leads to an address without https"),
    ],
)
def test_what_becomes_of_an_address(
    site: str, manners: Manners, path: str, state: LinkState, note: str
) -> None:
    assert ask(site + path, manners) == Answer(state, note)


def test_a_page_that_moved_for_good_says_where_to(site: str, manners: Manners) -> None:
    assert ask(f"{site}/moved", manners) == Answer(LinkState.MOVED, f"it leads on to {site}/well")


def test_head_is_asked_first_and_little_is_read(site: str, manners: Manners, asked: list[str]) -> None:
    ask(f"{site}/well?a=b c", manners)
    ask(f"{site}/gone", manners)
    assert asked == ["HEAD /well?a=b%20c", "HEAD /gone", "GET /gone"]


def test_nobody_at_the_door_is_trouble(manners: Manners) -> None:
    nobody = replace(manners, trusted=frozenset({"127.0.0.1:1"}))
    assert ask("http://127.0.0.1:1/", nobody) == Answer(LinkState.TROUBLE, "it did not answer as a site does")


def test_a_site_that_drips_is_not_waited_for(manners: Manners) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]

        def drip() -> None:
            line, _ = door.accept()
            with line:
                for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"y" * 100:
                    try:
                        line.sendall(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.2)

        dripper = threading.Thread(target=drip)
        dripper.start()
        begun = time.monotonic()
        hasty = replace(manners, longest=0.8, trusted=frozenset({f"127.0.0.1:{port}"}))
        assert ask(f"http://127.0.0.1:{port}/", hasty).state is LinkState.TROUBLE
        assert time.monotonic() - begun < 5
        dripper.join()


@pytest.mark.parametrize(
    ("number", "state"),
    [(socket.EAI_NONAME, LinkState.DEAD), (socket.EAI_AGAIN, LinkState.TROUBLE)],
)
def test_a_name_that_is_not_there(monkeypatch: pytest.MonkeyPatch, number: int, state: LinkState) -> None:
    def unknown(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert ask("https://nowhere.example/", Manners()).state is state


# The guard.

INSIDE = (
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "::", "fd00::1", "fe80::1%eth0", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::",
    "2001:0:7f00:1::", "ff02::1",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_out_in_the_internet_is_never_asked(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
    outer = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    monkeypatch.setattr(socket, "create_connection", lambda *_: pytest.fail("it was asked"))
    for entries in ([entry], [outer, entry]):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=entries, **__: found)
        assert ask("https://inside.example/", Manners()) == Answer(
            LinkState.DEAD, "it leads into a private network"
        )


def test_what_is_out_there_is() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    "url",
    ["http://a.example/", "https://a.example:8443/", "ftp://a.example/", "https://", "file:///etc/passwd"],
)
def test_only_https_at_its_own_door(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("it was looked up"))
    assert ask(url, Manners()).state is LinkState.DEAD


@pytest.mark.parametrize("url", ["https://[", "https://a.example:x/", "https://a.example:99999/"])
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    assert ask(url, Manners()) == Answer(LinkState.DEAD, "it is no address")


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means another machine a moment later leads nowhere else."""
    entry = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    went: list[Any] = []

    def note(address: Any, _patience: float) -> Any:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [entry])
    monkeypatch.setattr(socket, "create_connection", note)
    ask("https://a.example/", Manners())
    assert went == [("93.184.215.14", 443)]


# Many addresses.


def test_each_is_asked_once_and_those_of_one_site_with_pauses(
    site: str, manners: Manners, asked: list[str]
) -> None:
    urls = [f"{site}/a", f"{site}/b", f"{site}/a", f"{site}/private/x"]
    begun = time.monotonic()
    found = dict(ask_all(urls, replace(manners, pause=0.2)))
    assert time.monotonic() - begun >= 0.4
    assert sorted(asked) == ["GET /robots.txt", "HEAD /a", "HEAD /b"]
    assert found[f"{site}/private/x"] == Answer(LinkState.TROUBLE, "its site asks not to be looked at")


def test_one_that_breaks_the_program_keeps_no_other_from_being_asked(
    site: str, manners: Manners, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(url: str, manners: Manners) -> Answer:
        if url.endswith("/odd"):
            raise ZeroDivisionError
        return ask(url, manners)

    monkeypatch.setattr(outside, "ask", broken)
    found = dict(ask_all([f"{site}/odd", f"{site}/well"], manners))
    assert found[f"{site}/odd"].note == "it could not be asked (ZeroDivisionError)"
    assert found[f"{site}/well"].state is LinkState.WELL
