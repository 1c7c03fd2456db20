"""Two hundred clients that drip one byte a second do not keep anybody else from a page."""

import asyncio
import http.client
import os
import resource
import signal
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from eduhub import serve
from eduhub.core.settings import Settings
from tests.whole.command import environment, run

SLOW = 200
SECONDS = 30
PROBES = 15
MEDIAN_LIMIT = 1.0
WORST_LIMIT = 5.0
HOST = "eduhub.example"
FILES = 4 * SLOW
# Half of the clients never end their headers; the others' forms say they are long, so that the server waits.
HEADERS = f"GET /lessons HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode()
BODY = (
    f"POST /answer HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "Content-Length: 100000\r\n\r\ncode="
).encode()


@pytest.fixture
def many_files() -> None:
    """Both this process and the server it starts need a file for each connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))


@pytest.fixture
def port(many_files: None, tmp_path: Path) -> Iterator[int]:
    """The production server's own command line with two workers, on the shipped lessons."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    chosen = Settings(data=tmp_path, secret_key="k" * 40, allowed_hosts=(HOST,), workers=2, port=free)
    variables = {
        "data": tmp_path,
        "secret_key": "k" * 40,
        "allowed_hosts": HOST,
        "base_url": f"https://{HOST}",
    }
    for words in (("db", "upgrade"), ("lessons", "build")):
        assert run(*words, **variables).returncode == 0
    serve.prepare(chosen)
    server = subprocess.Popen(
        serve.command(chosen),
        env=environment(**variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until_it_answers(free)
        yield free
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def until_it_answers(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            healthy(port)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")


def healthy(port: int) -> float:
    """How many seconds a lesson list takes; OSError when it does not come within the limit."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WORST_LIMIT)
    try:
        connection.request("GET", "/lessons", headers={"Host": HOST, "Connection": "close"})
        answer = connection.getresponse()
        assert answer.status == 200
        assert b"<h1" in answer.read()
    finally:
        connection.close()
    return time.monotonic() - began


class Siege:
    """The slow clients; whoever is cut off comes back at once. ``held`` is how many are connected."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.end = time.monotonic() + SECONDS
        self.held = 0

    async def client(self, first: bytes) -> None:
        while time.monotonic() < self.end:
            try:
                await self._drip(first)
            except OSError:
                await asyncio.sleep(0.05)

    async def _drip(self, first: bytes) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.held += 1
        try:
            writer.write(first)
            while time.monotonic() < self.end:
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(1)
        finally:
            self.held -= 1
            writer.close()

    async def lay(self) -> list[tuple[float, int]]:
        """How long healthy pages took meanwhile, and how many slow clients there were at each."""
        clients = [asyncio.create_task(self.client((HEADERS, BODY)[n % 2])) for n in range(SLOW)]
        await asyncio.sleep(2)
        probes: list[tuple[float, int]] = []
        while len(probes) < PROBES:
            probes.append((await asyncio.to_thread(healthy, self.port), self.held))
            await asyncio.sleep(max(0, self.end - time.monotonic()) / (PROBES - len(probes) + 1))
        await asyncio.gather(*clients)
        return probes


async def besiege(port: int) -> list[tuple[float, int]]:
    return await Siege(port).lay()


@pytest.mark.load
def test_a_healthy_page_comes_while_two_hundred_drip(port: int) -> None:
    # In a thread of its own: the browser tests keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        probes = pool.submit(lambda: asyncio.run(besiege(port))).result()
    times = [seconds for seconds, _ in probes]
    assert statistics.median(times) < MEDIAN_LIMIT, times
    assert max(times) < WORST_LIMIT, times
    assert min(held for _, held in probes) > 0.8 * SLOW, "too few were slow: the test shows nothing"
