"""Starting a server for a measurement and reading what it cost."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Thread

TICKS = os.sysconf("SC_CLK_TCK")
START_LIMIT = 30.0
Headers = dict[str, str]


@dataclass
class Server:
    """A running server: its port and its process."""

    port: int
    process: subprocess.Popen[bytes]
    started_in: float = 0.0

    def pids(self) -> list[int]:
        """The process and all below it."""
        found = [self.process.pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists():
                found += [int(child) for child in children.read_text().split()]
        return found

    def cpu(self) -> float:
        """Seconds of CPU the process tree has used."""
        total = 0
        for pid in self.pids():
            parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(parts[11]) + int(parts[12])
        return total / TICKS

    def memory(self) -> float:
        """Proportional set size of the process tree, in MB."""
        kilobytes = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1000


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], environ: dict[str, str], port: int, ready: str) -> Iterator[Server]:
    """Run a server until the block ends; entered once ``ready`` answers 200."""
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 -- our own command
        command,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = Server(port, process)
    try:
        _wait(server, ready, began)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(server: Server, ready: str, began: float) -> None:
    while time.monotonic() - began < START_LIMIT:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}")
        try:
            status, _ = Client(server.port).get(ready)
        except OSError:
            status = 0
        if status == 200:
            server.started_in = time.monotonic() - began
            return
        time.sleep(0.01)
    raise RuntimeError("the server did not answer in time")


def gunicorn(app: str, port: int, workers: int) -> list[str]:
    """The command that serves ``app`` as the product is served: gunicorn with gevent workers."""
    return [
        sys.executable,
        *("-m", "gunicorn", "-k", "gevent", "-w", str(workers)),
        *("-b", f"127.0.0.1:{port}", "--no-control-socket", app),
    ]


@dataclass
class Client:
    """A browser without eyes: one kept connection, cookies by hand."""

    port: int
    headers: Headers = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path: str) -> tuple[int, bytes]:
        self.connection.request("GET", path, headers=self.headers)
        return self._answer()

    def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, body=body, headers=headers)
        return self._answer()

    def _answer(self) -> tuple[int, bytes]:
        response = self.connection.getresponse()
        body = response.read()
        cookie = response.getheader("Set-Cookie")
        if cookie:
            self.headers["Cookie"] = cookie.split(";")[0]
        return response.status, body


@dataclass(frozen=True)
class Call:
    """A request to make: with a body it is a POST."""

    path: str
    body: bytes | None = None
    headers: Headers = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Cost:
    """What requests cost: CPU of the server a request, and how long the middle one took, both in ms."""

    cpu_ms: float
    p50_ms: float
    requests: int


def measure(server: Server, calls: Iterable[Call], clients: int = 4) -> Cost:
    """Make every call once, shared among a few clients in a closed loop; raises on a wrong status."""
    shares: list[list[Call]] = [[] for _ in range(clients)]
    for number, call in enumerate(calls):
        shares[number % clients].append(call)
    times: list[float] = []
    wrong: list[str] = []
    threads = [Thread(target=_work, args=(server.port, share, times, wrong)) for share in shares]
    before = server.cpu()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = server.cpu() - before
    if wrong:
        raise RuntimeError(f"{len(wrong)} wrong answers, the first: {wrong[0]}")
    return Cost(spent * 1000 / len(times), median(times) * 1000, len(times))


def _work(port: int, calls: list[Call], times: list[float], wrong: list[str]) -> None:
    client = Client(port)
    for call in calls:
        client.headers = dict(call.headers)
        began = time.perf_counter()
        if call.body is None:
            status, _ = client.get(call.path)
        else:
            status, _ = client.post(call.path, call.body)
        times.append(time.perf_counter() - began)
        if status != call.status:
            wrong.append(f"{call.path}: {status}")
