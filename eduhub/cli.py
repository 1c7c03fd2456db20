"""The ``eduhub`` command."""

import json
import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import FlaskGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError

import eduhub.accounts.cli
import eduhub.curriculum.cli
import eduhub.lessons.cli
import eduhub.organisations.cli
from eduhub import backup, doctor, schema, serve
from eduhub.app import create_app
from eduhub.bench.cli import commands as bench_commands
from eduhub.bench.cli import search_commands
from eduhub.core.access import access_of
from eduhub.core.db import db
from eduhub.core.settings import Settings, SettingsError, settings
from eduhub.curriculum.actions import load_reference as load_curriculum
from eduhub.demo.people import listing
from eduhub.demo.run import run_demo
from eduhub.notifications.actions import retry_unsent
from eduhub.notifications.jobs import calendar_of
from eduhub.notifications.models import Message
from eduhub.organisations.actions import load_reference as load_organisations
from eduhub.worker import run_worker


def _app() -> Flask:
    """The application for a command, which signs nothing that outlives it: without a key it makes one up."""
    chosen = Settings.from_env(os.environ)
    return create_app(replace(chosen, secret_key=chosen.secret_key or secrets.token_urlsafe(32)))


@click.group(cls=FlaskGroup, create_app=_app, add_default_commands=False, add_version_option=False)
def cli() -> None:
    """Lessons, planned visits and anonymous evaluation for schools programmes on substance use."""


@cli.group("db")
def db_commands() -> None:
    """The database."""


def upgrade_database() -> None:
    """Bring tables and shipped reference data up to date."""
    schema.upgrade()
    load_organisations()
    load_curriculum()


@db_commands.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring tables and shipped reference data up to date."""
    upgrade_database()
    click.echo("The database is up to date.")


@cli.group("import")
def import_commands() -> None:
    """Take registers from CSV files: all or nothing."""


import_commands.add_command(eduhub.organisations.cli.schools)
import_commands.add_command(eduhub.organisations.cli.councils)
import_commands.add_command(eduhub.organisations.cli.term_dates)
import_commands.add_command(eduhub.curriculum.cli.outcomes)

cli.add_command(eduhub.accounts.cli.make_administrator)
cli.add_command(eduhub.lessons.cli.commands)
cli.add_command(bench_commands)
cli.add_command(search_commands)


@cli.command("serve")
def serve_command() -> None:
    """Serve the site; refuses unsafe settings."""
    problems = Settings.from_env(os.environ).production_problems()
    if problems:
        raise click.ClickException("\n".join(["this must not be served to the public:", *problems]))
    chosen = Settings.from_env(os.environ)
    if note := serve.warning(chosen):
        click.echo(f"Note: {note}", err=True)
    serve.run(chosen)


@cli.command("worker")
@with_appcontext
def worker() -> None:
    """Run jobs (packs, e-mail) until told to stop."""
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@cli.command("demo")
@click.option("--check", is_flag=True, help="Prepare everything, then end instead of serving.")
def demo(check: bool) -> None:
    """A demonstration with made-up data: database, server and worker in one."""
    run_demo(os.environ, upgrade_database, check=check)


@cli.command("doctor")
def doctor_command() -> None:
    """Say what is missing on this machine, and how to get it."""
    missing = doctor.examine(Settings.from_env(os.environ))
    for line in missing.lines:
        click.echo(line)
    sys.exit(1 if missing.serious else 0)


@cli.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def backup_command(folder: Path) -> None:
    """Copy database and files to a new FOLDER while the site runs."""
    try:
        click.echo(backup.make(settings(), folder))
    except backup.BackupError as error:
        raise click.ClickException(str(error)) from error


@cli.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify_command(folder: Path) -> None:
    """Check a backup: every file's sum, and the database itself."""
    try:
        click.echo(backup.verify(folder))
    except backup.BackupError as error:
        raise click.ClickException(str(error)) from error


@cli.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore_command(folder: Path) -> None:
    """Put a backup into an empty data folder."""
    try:
        click.echo(backup.restore(Settings.from_env(os.environ), folder))
    except backup.BackupError as error:
        raise click.ClickException(str(error)) from error


@cli.command("routes")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@with_appcontext
def routes(as_json: bool) -> None:
    """Every route with the access it declares."""
    found = listed_routes(current_app)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for route in found:
        click.echo(f"{route['method']:5} {route['rule']:70} {route['access']}")


def listed_routes(app: Flask) -> list[dict[str, str]]:
    """Method, address and access of every route, in order."""
    return sorted(
        (
            {"method": method, "rule": rule.rule, "access": str(access_of(app, rule.endpoint))}
            for rule in app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        ),
        key=lambda route: (route["rule"], route["method"]),
    )


@cli.command("demo-people")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def demo_people(as_json: bool) -> None:
    """The made-up people of the demonstration, and how they sign in."""
    people = listing()
    if as_json:
        click.echo(json.dumps(people, indent=2))
        return
    for person in people:
        click.echo(f"{person['role']:22} {person['email']:42} {person['password']}")


@cli.command("outbox")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--retry", is_flag=True, help="Put everything unsent in the queue again.")
@with_appcontext
def outbox(as_json: bool, retry: bool) -> None:
    """E-mail written so far, the newest last."""
    if retry:
        click.echo(f"{retry_unsent()} put in the queue again.")
        return
    messages = [
        {
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "calendar": calendar_of(message, settings()),
            "created_at": message.created_at.isoformat(),
            "sent_at": message.sent_at.isoformat() if message.sent_at else None,
            "error": message.error,
        }
        for message in db.session.scalars(select(Message).order_by(Message.created_at, Message.id))
    ]
    if as_json:
        click.echo(json.dumps(messages, indent=2))
        return
    for found in messages:
        click.echo(f"{found['created_at']}  {found['to']}: {found['subject']}\n{found['body']}")


def main() -> None:
    """Entry point: a setting or a database that cannot be used is one sentence, not a traceback."""
    try:
        cli()
    except SettingsError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except (OperationalError, ProgrammingError) as error:
        click.echo(f"Error: {_database_trouble(str(error.orig))}", err=True)
        sys.exit(1)


def _database_trouble(said: str) -> str:
    """What to do about an error of the database, in its words and ours."""
    if "no such table" in said or "no such column" in said or "does not exist" in said:
        return (
            f"the database is empty or of an older version: run eduhub db upgrade. ({said.splitlines()[0]})"
        )
    return f"the database does not answer: {said.splitlines()[0]}"
