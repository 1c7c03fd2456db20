"""Links to other sites: asked briefly and politely, never inside a private network, and never by a build."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from eduhub.accounts.models import Person, Role
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.core.jobs import run_all
from eduhub.lessons import outside, outside_links, rechecking
from eduhub.lessons.actions import build
from eduhub.lessons.check import check_all, lesson_folders, read_vocabularies
from eduhub.lessons.checks.checked import Checked
from eduhub.lessons.cli import commands
from eduhub.lessons.codes import OF_OTHER_SITES
from eduhub.lessons.findings import keep_findings
from eduhub.lessons.inspecting import look_over
from eduhub.lessons.models import LessonCheck, LinkState, OutsideLink
from eduhub.lessons.outside import Answer, Manners, ask, ask_all, is_public
from eduhub.lessons.outside_links import NoWayOutError, ask_links, find_outside, links_of
from tests.conftest import People
from tests.lessons.samples import lesson_text, write_content
from tests.pages import Browser

SignIn = Callable[[Person], Browser]
GONE = "https://gone.example/page"


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


# Lessons.


@pytest.fixture
def content(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    text = lesson_text("a").replace("MARKER-hint", f"[what it is]({GONE}#part) and <https://b.example/(x)>")
    folder = write_content(tmp_path, a=text.replace("date: 2020,", "date: 2020, url: https://c.example/,"))
    chosen = replace(app.extensions["eduhub.settings"], content=folder)
    monkeypatch.setitem(app.extensions, "eduhub.settings", chosen)
    return folder


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """What other sites answer; all others are well. Nobody is asked."""
    found: dict[str, Answer] = {}

    def answered(urls: list[str], _manners: Manners) -> Iterator[tuple[str, Answer]]:
        seen.append(list(urls))
        yield from ((url, found.get(url, Answer(LinkState.WELL))) for url in urls)

    seen: list[list[str]] = []
    monkeypatch.setattr(outside_links, "ask_all", answered)
    found["seen"] = seen  # type: ignore[assignment]
    return found


def lessons_in(content: Path) -> list[Checked]:
    return check_all(lesson_folders(content / "lessons"), read_vocabularies(content), {"HWB 3-38a"})


def test_links_stand_in_text_and_in_front_matter(content: Path) -> None:
    (lesson,) = lessons_in(content)
    text = (content / "lessons" / "a" / "lesson.md").read_text().split("\n")
    line = next(n for n, words in enumerate(text, 1) if "gone.example" in words)
    found = links_of(lesson)
    assert {**found, "https://c.example/": 0} == {
        GONE: line,
        "https://b.example/(x)": line,
        "https://c.example/": 0,
    }
    assert "https://c.example/" in text[found["https://c.example/"] - 1]


def test_what_is_gone_is_a_warning_with_its_line_and_day(content: Path, answers: dict[str, Answer]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    answers["https://c.example/"] = Answer(LinkState.TROUBLE, "it answers 500")
    lessons = lessons_in(content)
    ask_links(lessons, Manners())
    find_outside(lessons)
    found = {one.code: one for one in lessons[0].advice if one.code in OF_OTHER_SITES}
    assert set(found) == {"link-dead", "link-trouble"}
    assert found["link-dead"].message.startswith(f"{GONE}: there is no such page (404), asked on ")
    assert found["link-dead"].line == links_of(lessons[0])[GONE]
    assert lessons[0].findings == []


def test_an_answer_holds_for_a_day_and_says_since_when(content: Path, answers: dict[str, Any]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    lessons = lessons_in(content)
    first = now()
    ask_links(lessons, Manners())
    ask_links(lessons, Manners())
    with time_machine.travel(first + timedelta(days=2)):
        ask_links(lessons, Manners())
        find_outside(lessons)
    assert [len(urls) for urls in answers["seen"]] == [3, 0, 3]
    (finding,) = [one for one in lessons[0].advice if one.code == "link-dead"]
    assert f", as it did on {first:%Y-%m-%d}." in finding.message


def test_what_was_mended_is_forgotten(content: Path, answers: dict[str, Answer]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    build()
    ask_links(lessons_in(content), Manners())
    keep_findings(look_over(lesson_folders(content / "lessons"), read_vocabularies(content)))
    assert "link-dead" in {one["code"] for one in db.session.get_one(LessonCheck, "a").findings}
    answers[GONE] = Answer(LinkState.WELL)
    with time_machine.travel(now() + timedelta(days=2)):
        rechecking.check_links()
    db.session.expire_all()
    assert "link-dead" not in {one["code"] for one in db.session.get_one(LessonCheck, "a").findings}
    write_content(content, a=lesson_text("a"))
    ask_links(lessons_in(content), Manners(), all_of_them=False)
    assert db.session.query(OutsideLink).count() == 3
    ask_links(lessons_in(content), Manners())
    assert db.session.query(OutsideLink).count() == 0


def test_a_machine_without_the_internet_blames_no_link(content: Path, answers: dict[str, Answer]) -> None:
    for url in (GONE, "https://b.example/(x)", "https://c.example/"):
        answers[url] = Answer(LinkState.DEAD, outside.NO_NAME)
    with pytest.raises(NoWayOutError):
        ask_links(lessons_in(content), Manners())
    assert db.session.query(OutsideLink).count() == 0


def test_no_build_asks_anybody(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("somebody was asked"))
    build()
    rechecking.check_again()


# The page and the command.


def test_the_page_asks_once_and_shows_what_was_found(
    content: Path, answers: dict[str, Answer], sign_in: SignIn, people: People
) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    editor = sign_in(people(Role.CONTENT_EDITOR))
    for _ in range(2):
        editor.post("/lessons/check/links")
    assert "Other sites are being asked about the links to them." in editor.page("/lessons/check").main_text
    run_all()
    page = editor.page("/lessons/check").main_text
    assert "being asked" not in page
    assert f"{GONE}: there is no such page (404)" in page
    assert len(answers["seen"]) == 1


def test_without_the_internet_the_page_says_so(
    content: Path, answers: dict[str, Answer], sign_in: SignIn, people: People
) -> None:
    for url in (GONE, "https://b.example/(x)", "https://c.example/"):
        answers[url] = Answer(LinkState.DEAD, outside.NO_NAME)
    rechecking.check_links()
    page = sign_in(people(Role.CONTENT_EDITOR)).page("/lessons/check").main_text
    assert "Is this machine on the internet?" in page
    assert "gone.example" not in page


def test_the_command_asks_when_told_to(app: Flask, content: Path, answers: dict[str, Any]) -> None:
    answers[GONE] = Answer(LinkState.DEAD, "there is no such page (404)")
    runner = app.test_cli_runner()
    assert "link-dead" not in runner.invoke(commands, ["check"]).output
    assert answers["seen"] == []
    done = runner.invoke(commands, ["check", "--links"])
    assert "warning: link-dead" in done.output
    assert done.exit_code == 0
