"""Rendering lesson text in a process of its own, bounded in processor time and memory: no text can stop the site.

The process is started once and used for lesson after lesson; one that hangs or dies is replaced.
"""

import atexit
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass

from eduhub.core.files import PACKAGE
from eduhub.lessons.render import render

# Of the processor, for all blocks of a lesson together: a real lesson takes a tenth of one.
SECONDS = 5
# By the clock, so that a busy machine does not make lessons faulty.
PATIENCE = 60
MEMORY = 1_500_000_000
TOO_LONG = "this takes too long to render"
TOO_MUCH = "this is too much for the renderer"


@dataclass(frozen=True)
class Rendered:
    """A block's HTML, or what is wrong with it: a code, what, and the line counted from the block's first (0)."""

    html: str = ""
    code: str = ""
    what: str = ""
    line: int = 0


class Renderer:
    """The process and the pipes to it. One lesson at a time."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self.lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self.owner = 0
        atexit.register(self.stop)

    def render(self, texts: list[str]) -> list[Rendered]:
        """A result for each text. After one that is given up, the rest are empty and without fault."""
        with self.lock:
            done = [Rendered(**json.loads(line)) for line in self._ask(texts)]
            if len(done) < len(texts):
                done.append(self._given_up())
        return done + [Rendered()] * (len(texts) - len(done))

    def _ask(self, texts: list[str]) -> list[bytes]:
        """As many lines of answer as come; fewer than texts when the process had to be ended."""
        process = self._running()
        assert process.stdin is not None
        question = json.dumps({"seconds": self.seconds, "texts": texts}).encode() + b"\n"
        with suppress(BrokenPipeError):
            process.stdin.write(question)
            process.stdin.flush()
        return _lines(process, len(texts), time.monotonic() + PATIENCE)

    def _given_up(self) -> Rendered:
        """What is wrong with the text at which the process ended, or had to be ended."""
        assert self.process is not None
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(1)
        ended = self.process.returncode
        self.stop()
        if ended is not None and ended > 0:
            raise RuntimeError(f"the process that renders lessons ended by itself ({ended})")
        too_long = ended in (None, -signal.SIGVTALRM)
        return Rendered(code="slow", what=TOO_LONG if too_long else TOO_MUCH)

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.owner != os.getpid() or self.process.poll() is not None:
            self.stop()
            self.owner = os.getpid()
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "eduhub.lessons.renderer"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
            )
        return self.process

    def stop(self) -> None:
        """End the process, if it is ours: a fork must not end its parent's."""
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def _lines(process: subprocess.Popen[bytes], count: int, until: float) -> list[bytes]:
    assert process.stdout is not None
    held = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while held.count(b"\n") < count:
            if not selector.select(max(0.0, until - time.monotonic())):
                break
            more = os.read(process.stdout.fileno(), 1 << 16)
            if not more:
                break
            held += more
    return held.split(b"\n")[:-1]


_renderer = Renderer()


def render_texts(texts: list[str]) -> list[Rendered]:
    """The blocks of one lesson as HTML, in order."""
    return _renderer.render(texts)


def serve() -> None:
    """The process itself: questions in, a line of answer for each text. The kernel ends it when time is up."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    for question in iter(sys.stdin.buffer.readline, b""):
        asked = json.loads(question)
        signal.setitimer(signal.ITIMER_VIRTUAL, asked["seconds"])
        for text in asked["texts"]:
            html, code, what, line = render(text)
            sys.stdout.write(json.dumps(asdict(Rendered(html, code, what, line))) + "\n")
            sys.stdout.flush()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


if __name__ == "__main__":
    serve()
