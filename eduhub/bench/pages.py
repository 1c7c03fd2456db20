"""The main jobs, measured on the production server beside the bare routes, in one run."""

import gc
import gzip
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from eduhub import schema, serve
from eduhub.accounts.models import Role
from eduhub.app import create_app
from eduhub.bench import seed
from eduhub.bench.servers import Call, Client, Cost, Server, free_port, gunicorn, measure, running
from eduhub.core.db import db
from eduhub.core.settings import Settings
from eduhub.curriculum.actions import load_reference as load_curriculum
from eduhub.demo.data import SLUG
from eduhub.demo.people import PASSWORD, email_of, make_people
from eduhub.evaluation.actions import first_state, seal
from eduhub.evaluation.queries import session_by_code
from eduhub.evaluation.questions import question_sets
from eduhub.lessons.actions import build
from eduhub.lessons.packing import build_pack
from eduhub.lessons.queries import current
from eduhub.organisations.actions import load_reference

WORKERS = 2


class Bench:
    """One run: its sizes, its folder and what it found."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder = folder
        self.lessons = 500 if quick else 50_000
        self.commitments = (100, 1000) if quick else (1_000, 100_000)
        self.answers = 1_000 if quick else 1_000_000
        self.requests = 60 if quick else 800
        self.bookings = 20 if quick else 120
        self.settings = Settings(
            data=folder / "data",
            secret_key=secrets.token_urlsafe(32),
            allowed_hosts=("127.0.0.1",),
            base_url="https://127.0.0.1",
            workers=WORKERS,
            port=free_port(),
        )
        self.app: Flask = create_app(self.settings)
        self.lines: list[str] = [
            "| job | CPU ms/request | beside | ratio or difference |",
            "|---|---|---|---|",
        ]

    def environ(self) -> dict[str, str]:
        chosen = self.settings
        return {
            **serve.MEMORY,
            "EDUHUB_DATA": str(chosen.data),
            "EDUHUB_SECRET_KEY": chosen.secret_key,
            "EDUHUB_ALLOWED_HOSTS": "127.0.0.1",
            "EDUHUB_BASE_URL": chosen.base_url,
        }

    def row(self, job: str, cost: Cost, beside: str = "", verdict: str = "") -> None:
        self.lines.append(f"| {job} | {cost.cpu_ms:.2f} | {beside} | {verdict} |")

    def compared(self, job: str, cost: Cost, floor: Cost, *, ratio: bool) -> None:
        beside = f"bare {floor.cpu_ms:.2f}"
        if ratio:
            self.row(job, cost, beside, f"{cost.cpu_ms / floor.cpu_ms:.1f}x")
        else:
            self.row(job, cost, beside, f"{cost.cpu_ms - floor.cpu_ms:+.2f} ms")

    def calls(self, path: str, headers: dict[str, str] | None = None) -> list[Call]:
        return [Call(path, headers=headers or {})] * self.requests


def run(*, quick: bool) -> Iterator[str]:
    """Run everything; gives the lines of a table."""
    with tempfile.TemporaryDirectory(prefix="eduhub-bench-") as name:
        bench = Bench(Path(name), quick=quick)
        _prepare(bench)
        with _site(bench) as first:
            bench.lines.append(f"| first start, templates not yet compiled | {first.started_in:.2f} s | | |")
        with _site(bench) as site:
            bench.lines.append(f"| start to first answer | {site.started_in:.2f} s | | aim 1 s |")
            _weight(bench, site)
            with _bare(bench) as bare:
                _library(bench, site, bare)
            bench.lines.append(
                f"| memory after that, {WORKERS} workers (PSS) | {site.memory():.0f} MB | | aim 110 MB |"
            )
            _bookings(bench, site)
            _answers(bench, site)
        yield from bench.lines


def _prepare(bench: Bench) -> None:
    with bench.app.app_context():
        schema.upgrade()
        load_reference()
        load_curriculum()
        make_people()
        build()
        shown = current(SLUG)
        assert shown is not None
        build_pack(shown.version.id)
        seed.add_lessons(bench.lessons)
        db.session.remove()
        db.engine.dispose()
    seed.bare_database(bench.folder / "bare.db", bench.lessons)
    serve.prepare(bench.settings)
    gc.collect()


@contextmanager
def _site(bench: Bench) -> Iterator[Server]:
    with running(serve.command(bench.settings), bench.environ(), bench.settings.port, "/healthz") as server:
        yield server


@contextmanager
def _bare(bench: Bench) -> Iterator[Server]:
    port = free_port()
    environ = {"BARE_DATABASE": str(bench.folder / "bare.db")}
    with running(gunicorn("eduhub.bench.bare:app", port, WORKERS), environ, port, "/lesson/1") as server:
        yield server


def signed_in(server: Server, role: Role) -> dict[str, str]:
    """The cookie of somebody signed in."""
    client = Client(server.port)
    _, page = client.get("/sign-in")
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    fields = {"csrf_token": token[1].decode(), "email": email_of(role, "here"), "password": PASSWORD}
    client.headers["Referer"] = f"https://127.0.0.1:{server.port}/"
    status, _ = client.post("/sign-in", urlencode(fields).encode())
    if status != 303:
        raise RuntimeError(f"signing in answered {status}")
    return dict(client.headers)


def _library(bench: Bench, site: Server, bare: Server) -> None:
    # Warm on both sides: what a process does at its first pages is no part of what a page costs.
    for path in ("/lessons", f"/lessons/{SLUG}"):
        measure(site, bench.calls(path))
    measure(bare, bench.calls("/lesson/1"))
    floor = measure(bare, bench.calls("/lesson/1"))
    bench.compared(
        "lesson page, anonymous", measure(site, bench.calls(f"/lessons/{SLUG}")), floor, ratio=True
    )
    teacher = signed_in(site, Role.TEACHER)
    page = bench.calls(f"/lessons/{SLUG}", teacher)
    bench.compared("lesson page, signed in", measure(site, page), floor, ratio=True)
    pairs = {
        "list": ("/lessons", "/lessons"),
        "filter by level": ("/lessons?level=third", "/lessons?level=third"),
        "search, a common word": ("/lessons?q=alcohol", "/search?q=alcohol"),
        "search, a rare word": ("/lessons?q=rare42", "/search?q=rare42"),
    }
    for job, (ours, theirs) in pairs.items():
        base = measure(bare, bench.calls(theirs))
        cost = measure(site, bench.calls(ours))
        bench.compared(f"{job}, {bench.lessons:,} lessons", cost, base, ratio=False)


def _bookings(bench: Bench, site: Server) -> None:
    officer = signed_in(site, Role.LIAISON_OFFICER)
    first = 5
    held = 0
    for size in bench.commitments:
        with bench.app.app_context():
            seed.add_commitments(size - held, held)
            pairs = seed.add_requests(bench.bookings, first)
            db.session.remove()
        held, first = size, first + bench.bookings // 2 + 2
        token, cookies = _token(site, officer)
        headers = {**cookies, "Referer": f"https://127.0.0.1:{site.port}/"}
        calls = [
            Call(
                f"/visits/{visit}/accept",
                urlencode({"csrf_token": token, "seen": "1", "time": str(moment)}).encode(),
                headers,
                303,
            )
            for visit, moment in pairs
        ]
        bench.row(f"booking, {size:,} in the calendar", measure(site, calls), "aim 2.5")


def _token(site: Server, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A form's token, and the headers with the cookie it belongs to."""
    client = Client(site.port, dict(headers))
    _, page = client.get("/account")
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1].decode(), dict(client.headers)


def _answers(bench: Bench, site: Server) -> None:
    lead = signed_in(site, Role.NATIONAL_LEAD)
    for stored in (0, bench.answers):
        with bench.app.app_context():
            codes = seed.add_sessions(64 if not stored else max(64, stored // 25), stored)
            calls = _answer_calls(bench, site, codes)
            db.session.remove()
        bench.row(f"an answer, {stored:,} stored", measure(site, calls), "aim 1.5")
        results = measure(site, [Call("/results", headers=lead)] * max(20, bench.requests // 10), clients=1)
        bench.row(
            f"results page, {stored:,} stored", results, f"p50 {results.p50_ms:.1f} ms", "aim p50 20 ms"
        )


def _answer_calls(bench: Bench, site: Server, codes: list[str]) -> list[Call]:
    client = Client(site.port)
    _, page = client.get("/answer")
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    headers = {**client.headers, "Referer": f"https://127.0.0.1:{site.port}/"}
    keys = [question.key for question in question_sets()["secondary-1"].questions]
    calls = []
    for n in range(bench.requests):
        session = session_by_code(codes[n % len(codes)])
        assert session is not None
        last = replace(first_state(session), number=len(keys) - 1, choices="4" * (len(keys) - 1))
        body = urlencode({"csrf_token": token[1].decode(), "state": seal(last), "answer": "4"}).encode()
        calls.append(Call(f"/answer/{session.code}", body, headers, 303))
    return calls


def _weight(bench: Bench, site: Server) -> None:
    client = Client(site.port, {"Accept-Encoding": "br, gzip"})
    for path in ("/", "/lessons", f"/lessons/{SLUG}"):
        _, page = client.get(path)
        html = _plain(page)
        parts = re.findall(rb'(?:href|src)="(/static/[^"]+)"', html)
        total = len(page) + sum(len(client.get(part.decode())[1]) for part in parts)
        bench.lines.append(
            f"| first visit of {path} | {total / 1000:.1f} kB | {1 + len(parts)} requests | aim 60 kB, 5 |"
        )


def _plain(page: bytes) -> bytes:
    return gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page
