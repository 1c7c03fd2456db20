"""Keeping packs: nothing is made twice, old versions make room, and what was put away comes back when asked for."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask

from eduhub.core.db import action, db, transaction
from eduhub.core.jobs import Job, run_all
from eduhub.core.settings import Settings
from eduhub.lessons import packing, paper
from eduhub.lessons.actions import build
from eduhub.lessons.models import Audience, LessonVersion, PackFile
from eduhub.lessons.packing import ask_for_pack, build_pack, has_pack, make_room, packs_size, packs_wanted
from eduhub.lessons.queries import pack_files, versions
from eduhub.lessons.storage import stored
from tests.lessons.samples import lesson_text, picture_lesson, write_content
from tests.pages import Browser

OLD = "/lessons/a-lesson/packs/1.0/a-lesson-learner.pdf"


@pytest.fixture
def lesson(app: Flask, tmp_path: Path) -> Path:
    """A lesson with its pack, and nothing else on the disk."""
    shutil.rmtree(Path(app.instance_path) / "packs", ignore_errors=True)
    content = write_content(tmp_path, a_lesson=picture_lesson(tmp_path))
    build(content)
    run_all()
    return content


def version(number: str) -> UUID:
    return db.session.query(LessonVersion).filter(LessonVersion.version == number).one().id


def kept() -> dict[str, str]:
    return {file.name: file.sha256 for file in db.session.query(PackFile)}


def on_disk(app: Flask) -> set[str]:
    return {path.name for path in (Path(app.instance_path) / "packs").rglob("*") if path.is_file()}


@pytest.fixture
def limit(app: Flask) -> Iterator[Callable[[int], None]]:
    """Sets how many MB packs may take."""

    def set_to(megabytes: int) -> None:
        chosen: Settings = app.extensions["eduhub.settings"]
        app.extensions["eduhub.settings"] = replace(chosen, packs_mb=megabytes)

    before = app.extensions["eduhub.settings"]
    yield set_to
    app.extensions["eduhub.settings"] = before


# Made once.


@pytest.mark.usefixtures("lesson")
def test_an_unchanged_version_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a pack was made")

    monkeypatch.setattr(packing, "make_pack", never)
    assert [build_pack(key) for key in packs_wanted()] == [False]


@pytest.mark.usefixtures("lesson")
def test_it_is_made_again_when_the_makers_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_makers", lambda: "others")
    assert [build_pack(key) for key in packs_wanted()] == [True]
    assert [build_pack(key) for key in packs_wanted()] == [False]


@pytest.mark.usefixtures("lesson")
def test_it_is_made_again_when_told_so() -> None:
    before = kept()
    assert build_pack(version("1.0"), anew=True)
    assert kept() == before


def test_what_is_no_longer_in_a_pack_is_removed_from_the_disk(app: Flask, lesson: Path) -> None:
    before = on_disk(app)
    (lesson / "vocab" / "support-services.yaml").write_text(
        'childline: {label: Childline, phone: "0800 2222"}\n'
    )
    build(lesson)
    run_all()
    shown = set(db.session.query(LessonVersion).one().assets.values())
    assert on_disk(app) == set(kept().values())
    assert before - on_disk(app) != set()
    assert shown <= on_disk(app)


@pytest.mark.usefixtures("lesson")
def test_a_file_another_worker_removed_meanwhile_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row came after the other worker had looked which files are named."""
    removed = packing._remove
    shown = set(db.session.query(LessonVersion).one().assets.values())

    def and_another(hashes: list[str]) -> None:
        removed([*hashes, *(set(kept().values()) - shown)])

    monkeypatch.setattr(packing, "_remove", and_another)
    build_pack(version("1.0"), anew=True)
    assert [name for name, sha256 in kept().items() if not stored(sha256).is_file()] == []


# Room.


def two_versions(content: Path) -> None:
    write_content(content, a_lesson=picture_lesson(content, "second", "2.0", block="SEEN-key"))
    build(content)
    run_all()


def test_old_versions_make_room_and_current_ones_stay(
    app: Flask, lesson: Path, limit: Callable[[int], None], browser: Browser
) -> None:
    two_versions(lesson)
    assert make_room() == 0
    limit(0)
    assert make_room() == 1
    assert {file.version_id for file in db.session.query(PackFile)} == {version("2.0")}
    assert on_disk(app) - set(kept().values()) == set(
        db.session.query(LessonVersion).filter_by(version="1.0").one().assets.values()
    )
    assert browser.page("/lessons/a-lesson/versions/1.0").all("img") != []
    browser.get(browser.page("/lessons/a-lesson").link("Learner sheets"))


def test_the_oldest_go_first_and_no_more_than_needed(lesson: Path, limit: Callable[[int], None]) -> None:
    two_versions(lesson)
    write_content(lesson, a_lesson=lesson_text(version="3.0"))
    build(lesson)
    run_all()
    size = packs_size()
    limit(size // 1_000_000)
    assert size % 1_000_000 > 0
    assert make_room() == 1
    assert [has_pack(version(number)) for number in ("1.0", "2.0", "3.0")] == [False, True, True]


def test_a_file_in_two_packs_counts_and_stays_once(lesson: Path, limit: Callable[[int], None]) -> None:
    two_versions(lesson)
    rows = db.session.query(PackFile.sha256, PackFile.size).distinct().all()
    assert packs_size() == sum(row.size for row in rows)


def test_building_makes_room(lesson: Path, limit: Callable[[int], None]) -> None:
    limit(0)
    two_versions(lesson)
    assert [has_pack(version(number)) for number in ("1.0", "2.0")] == [False, True]


def test_what_was_put_away_is_made_again_on_request(
    lesson: Path, limit: Callable[[int], None], browser: Browser
) -> None:
    before = kept()
    two_versions(lesson)
    limit(0)
    make_room()
    page = browser.page("/lessons/a-lesson/versions/1.0")
    assert "put away to save room" in page.main_text
    asked = browser.page(OLD, status=503)
    assert asked.h1 == "The pack was put away"
    assert asked.response.headers["Retry-After"]
    assert pending() == []
    said = browser.submit("/lessons/a-lesson/versions/1.0", at="/lessons/a-lesson/packs/1.0")
    assert "The pack is being prepared" in said.main_text
    browser.post("/lessons/a-lesson/packs/1.0")
    assert len(pending()) == 1
    run_all()
    assert has_pack(version("1.0"))
    answer = browser.get(OLD)
    assert answer.headers["ETag"] == f'"{before["a-lesson-learner.pdf"]}"'
    browser.post("/lessons/a-lesson/packs/1.0")
    assert pending() == []


def pending() -> list[Job]:
    db.session.rollback()
    return db.session.query(Job).filter(Job.done_at.is_(None), Job.kind == packing.BUILD_PACK).all()


@action
def put_away(*numbers: str) -> None:
    for number in numbers:
        packing._forget_pack(db.session.get_one(LessonVersion, version(number)))


def test_one_place_may_not_ask_for_everything(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_versions(lesson)
    put_away("1.0", "2.0")
    monkeypatch.setattr(packing, "MOST_ASKED", 1)
    ask_for_pack(version("1.0"), "192.0.2.1")
    with pytest.raises(packing.AskedTooOften):
        ask_for_pack(version("2.0"), "192.0.2.1")
    ask_for_pack(version("2.0"), "192.0.2.2")
    assert len(pending()) == 2


def test_a_pack_that_was_put_away_is_not_made_by_the_way(lesson: Path, browser: Browser) -> None:
    two_versions(lesson)
    put_away("1.0")
    assert packs_wanted() == [version("2.0")]
    (lesson / "vocab" / "support-services.yaml").write_text(
        'childline: {label: Childline, phone: "0800 2222"}\n'
    )
    build(lesson)
    run_all()
    assert [has_pack(version(number)) for number in ("1.0", "2.0")] == [False, True]
    assert "0800 2222" in browser.page("/lessons/a-lesson/versions/1.0").main_text


# Without Pango, and without waiting.


def test_without_pango_the_page_says_so_and_print_works(
    app: Flask, tmp_path: Path, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    packing._makers.cache_clear()
    build(write_content(tmp_path, a_lesson=lesson_text()))
    run_all()
    names = set(kept())
    assert "a-lesson-learner.docx" in names
    assert [name for name in names if name.endswith(".pdf")] == []
    page = browser.page("/lessons/a-lesson")
    assert "PDFs cannot be made on this site at present" in page.main_text
    assert "SEEN-learner" in browser.page(page.link("Print what learners see")).main_text
    assert "Print what learners see" in browser.page("/lessons/a-lesson/teach").main_text
    monkeypatch.undo()
    packing._makers.cache_clear()
    assert [build_pack(key) for key in packs_wanted()] == [True]
    assert "a-lesson-learner.pdf" in kept()


def test_a_pack_that_shuts_somebody_out_fails_and_says_why(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "MISSING", ("",))
    monkeypatch.setattr(paper, "_spaces_inside", lambda html: html.replace('<html lang="en">', "<html>"))
    build(write_content(tmp_path, a_lesson=lesson_text()))
    run_all()
    [job] = pending()
    assert 'Missing required "lang" attribute' in job.error
    assert kept() == {}


@pytest.mark.usefixtures("lesson")
def test_no_request_builds_anything(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    put_away("1.0")
    monkeypatch.setattr(packing, "build_pack", lambda *_, **__: pytest.fail("built in a request"))
    assert "The pack is being prepared" in browser.page("/lessons/a-lesson").main_text
    assert browser.page(OLD, status=503).h1 == "The pack is being prepared"
    for audience in Audience:
        browser.page(f"/lessons/a-lesson/packs/latest/{audience}", status=503)
    browser.page("/lessons/a-lesson/packs/latest/nobody", status=404)
    assert pending() == []


def test_the_web_process_never_loads_what_only_jobs_need(app: Flask, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from eduhub.app import create_app; "
        "from eduhub.core.settings import Settings; import json; "
        "app = create_app(Settings(data=Path(sys.argv[1]), demo=True, secure_cookies=False)); "
        "app.test_client().get('/help'); "
        "print(json.dumps(sorted({'weasyprint', 'docx', 'pptx', 'PIL'} & set(sys.modules))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


def test_a_pack_is_not_kept_or_put_away_while_a_build_makes_its_pages(app: Flask, lesson: Path) -> None:
    """Else the page could say for ever that there are files, or none."""
    two_versions(lesson)
    key = version("1.0")

    def put_away_elsewhere() -> None:
        with app.app_context():
            packing._put_away(key)

    other = Thread(target=put_away_elsewhere)
    with transaction():
        (_, old) = versions(db.session.get_one(LessonVersion, key).lesson_id, locked=True)
        assert old.pack_html
        other.start()
        other.join(0.5)
        assert other.is_alive()
        assert pack_files(key)
    other.join(10)
    assert not other.is_alive()
    db.session.rollback()
    assert pack_files(key) == []
    assert db.session.get_one(LessonVersion, key).pack_html == ""
