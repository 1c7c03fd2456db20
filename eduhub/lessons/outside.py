"""Asking other sites whether an address still leads somewhere: briefly, politely, and never inside a private network."""

import http.client
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from eduhub.lessons.models import LinkState

AGENT = "eduhub-link-check"
HEADERS = {
    "User-Agent": f"{AGENT}/1.0",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
MOST_STEPS = 5
MOST_BYTES = 100_000
LED_ON = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
# Signs of an address that stay as they are written.
SAFE = "/%:=&?~+!$,;'@()*"
GONE = {404: "there is no such page (404)", 410: "the page was taken away (410)"}
# Addresses of the old internet inside those of the new one: what they lead to cannot be seen by their look.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
NO_NAME = "there is no site of that name"
UNKNOWN = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
TROUBLES: tuple[tuple[type[Exception], str], ...] = (
    (socket.gaierror, "its name could not be looked up"),
    (TimeoutError, "it did not answer in time"),
    (ssl.SSLError, "its certificate is not in order"),
    (Exception, "it did not answer as a site does"),
)


class Answer(NamedTuple):
    """What became of asking an address, and why in words."""

    state: LinkState
    note: str = ""


@dataclass(frozen=True)
class Manners:
    """How sites are asked: seconds of patience, between two questions to one site, and how many sites at once.

    ``trusted`` are hosts with their ports, such as ``127.0.0.1:8000``, that need neither https nor a public address:
    for tests, whose sites are on this machine.
    """

    patience: float = 10.0
    longest: float = 30.0
    pause: float = 1.0
    together: int = 4
    trusted: frozenset[str] = frozenset()


class _Refused(Exception):  # noqa: N818 -- a fact about an address
    """An address that is not asked, and why."""


class _Reply(NamedTuple):
    status: int
    location: str
    body: bytes


def ask_all(urls: Iterable[str], manners: Manners) -> Iterator[tuple[str, Answer]]:
    """An answer for each address, as they come: each asked once, those of one site one after the other."""
    sites: dict[str, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        sites[_site(url)].append(url)
    done: queue.SimpleQueue[tuple[str, Answer]] = queue.SimpleQueue()
    with ThreadPoolExecutor(manners.together) as pool:
        for some in sites.values():
            pool.submit(_ask_site, some, manners, done)
        for _ in range(sum(map(len, sites.values()))):
            yield done.get()


def _site(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _ask_site(urls: list[str], manners: Manners, done: "queue.SimpleQueue[tuple[str, Answer]]") -> None:
    rules = lru_cache(lambda origin: _robots(origin, manners))
    for number, url in enumerate(urls):
        if number:
            time.sleep(manners.pause)
        try:
            parts = urlsplit(url)
            wanted = rules(f"{parts.scheme}://{parts.netloc}").can_fetch(AGENT, url)
            answer = (
                ask(url, manners)
                if wanted
                else Answer(LinkState.TROUBLE, "its site asks not to be looked at")
            )
        except Exception as error:  # one strange address must not keep all others from being asked
            answer = Answer(LinkState.TROUBLE, f"it could not be asked ({type(error).__name__})")
        done.put((url, answer))


def _robots(origin: str, manners: Manners) -> RobotFileParser:
    """What a site asks of programs; nothing where it says nothing that can be read."""
    found = RobotFileParser()
    try:
        reply = _reply("GET", f"{origin}/robots.txt", manners)
        lines = reply.body.decode("utf-8", "replace").splitlines() if reply.status == 200 else []
    except (_Refused, OSError, http.client.HTTPException, ValueError):
        lines = []
    found.parse(lines)
    return found


def ask(url: str, manners: Manners) -> Answer:
    """Whether an address leads somewhere; led on, where that leads."""
    try:
        return _followed(url, manners)
    except _Refused as error:
        return Answer(LinkState.DEAD, str(error))
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, socket.gaierror) and error.errno in UNKNOWN:
            return Answer(LinkState.DEAD, NO_NAME)
        return Answer(LinkState.TROUBLE, next(words for kind, words in TROUBLES if isinstance(error, kind)))
    except ValueError:
        return Answer(LinkState.DEAD, "it is no address")


def _followed(url: str, manners: Manners) -> Answer:
    moved = False
    for _ in range(MOST_STEPS):
        reply = _reply("HEAD", url, manners)
        if reply.status >= 400:  # some sites answer this question only
            reply = _reply("GET", url, manners)
        if reply.status not in LED_ON or not reply.location:
            return _answer(reply.status, url if moved else "")
        moved = moved or reply.status in FOR_GOOD
        url = urljoin(url, reply.location)
    return Answer(LinkState.TROUBLE, "it leads on and on")


def _answer(status: int, moved_to: str) -> Answer:
    if status in GONE:
        return Answer(LinkState.DEAD, GONE[status])
    if status >= 400:
        return Answer(LinkState.TROUBLE, f"it answers {status}")
    return Answer(LinkState.MOVED, f"it leads on to {moved_to[:200]}") if moved_to else Answer(LinkState.WELL)


def _reply(method: str, url: str, manners: Manners) -> _Reply:
    """One question. Raises OSError and HTTPException as they come, ValueError and _Refused for what is not asked."""
    parts = urlsplit(url)
    connection = _connected(parts, manners)
    late = threading.Timer(manners.longest, _hang_up, [connection])
    late.start()
    with closing(connection):
        try:
            path = quote(parts.path or "/", safe=SAFE) + (
                f"?{quote(parts.query, safe=SAFE)}" if parts.query else ""
            )
            connection.request(method, path, headers=HEADERS | {"Host": parts.netloc.rpartition("@")[2]})
            response = connection.getresponse()
            body = response.read(MOST_BYTES) if method == "GET" else b""
            return _Reply(response.status, response.getheader("Location") or "", body)
        finally:
            late.cancel()


def _hang_up(connection: http.client.HTTPConnection) -> None:
    """A site that drips its answer is not waited for."""
    if connection.sock is not None:
        connection.sock.shutdown(socket.SHUT_RDWR)


def _connected(parts: SplitResult, manners: Manners) -> http.client.HTTPConnection:
    """A line to the very address that was looked at: a name could mean another one a moment later."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    trusted = f"{host}:{port}" in manners.trusted
    if not host or parts.scheme not in {"https", "http"}:
        raise _Refused("it is no address of a page")
    if not trusted and (parts.scheme != "https" or port != 443):
        raise _Refused("it leads to an address without https")
    line = socket.create_connection((_address(host, port, trusted), port), manners.patience)
    if parts.scheme == "https":
        line = ssl.create_default_context().wrap_socket(line, server_hostname=host)
    connection = http.client.HTTPConnection(host, port, timeout=manners.patience)
    connection.sock = line
    return connection


def _address(host: str, port: int, trusted: bool) -> str:
    """The address of a host; refused when any of those it has is not out in the internet."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not trusted and not all(map(is_public, found)):
        raise _Refused("it leads into a private network")
    return found[0]


def is_public(address: str) -> bool:
    """Whether an address is out in the internet, and no other is hidden in it."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address) and (
        one.ipv4_mapped or one.sixtofour or one.teredo or one in TRANSLATED
    ):
        return False
    return one.is_global and not one.is_multicast
