"""What every test may ask for: an app on a fresh database, a judging browser, people with meaning."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from eduhub.accounts.models import Person, Role
from eduhub.accounts.sessions import begin_session
from eduhub.app import create_app
from eduhub.core.clock import now
from eduhub.core.db import db
from eduhub.demo.people import fixed_id
from eduhub.worker import JOBS
from tests.databases import Database, make_database, settings_for
from tests.pages import Browser

assert JOBS, "loaded, so that run_all knows every job"
SKIPPED: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember what was skipped."""
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, a skipped test is a failed run: everything a test needs is installed there."""
    if SKIPPED and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tried."""
    if SKIPPED:
        terminalreporter.section("NOT TRIED", sep="!", red=True)
        terminalreporter.line(f"{len(SKIPPED)} tests were skipped: the reasons stand above.")


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database all tests of this run use, migrated once."""
    folder = tmp_path_factory.mktemp("database")
    made = make_database(folder)
    made.make_template(folder / "data")
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The one app of the run; take ``app`` instead, which comes with a fresh database."""
    app = create_app(settings_for(tmp_path_factory.mktemp("data"), database.url))
    app.config["TESTING"] = False
    return app


@pytest.fixture
def app(shared_app: Flask, database: Database) -> Iterator[Flask]:
    """The app, on a fresh database, with an app context open."""
    with shared_app.app_context():
        db.engine.dispose()
        database.refresh()
        yield shared_app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody's browser, not signed in."""
    return Browser(app)


class People:
    """The made-up people: ``people(Role.TEACHER)`` here, ``people(Role.TEACHER, "there")`` elsewhere."""

    def __call__(self, role: Role, side: str = "here") -> Person:
        return db.session.get_one(Person, fixed_id(role.value, side))

    @property
    def teacher(self) -> Person:
        return self(Role.TEACHER)

    @property
    def teacher_elsewhere(self) -> Person:
        return self(Role.TEACHER, "there")

    @property
    def officer(self) -> Person:
        return self(Role.LIAISON_OFFICER)

    @property
    def officer_elsewhere(self) -> Person:
        return self(Role.LIAISON_OFFICER, "there")

    @property
    def lead(self) -> Person:
        return self(Role.DIVISION_LEAD)


@pytest.fixture
def people(app: Flask) -> People:
    return People()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], Browser]:
    """A browser signed in as a person: ``sign_in(people.teacher).page("/visits")``."""

    def signed_in(person: Person) -> Browser:
        browser = Browser(app)
        token = begin_session(person)
        with browser.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
            cookie["seen"] = int(now().timestamp())
        return browser

    return signed_in


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real registers to import; tests that need them skip where they are absent, which CI refuses."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the real registers (../shared) are not beside this checkout")
    return folder
