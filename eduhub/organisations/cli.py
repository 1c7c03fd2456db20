"""``eduhub import schools`` and ``eduhub import term-dates``."""

import csv
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.core.clock import today
from eduhub.core.tables import BadFileError
from eduhub.organisations import imports
from eduhub.organisations.reference import COUNCILS

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def fail(error: BadFileError) -> click.ClickException:
    """A refused file as the command line shows it."""
    return click.ClickException(f"nothing was changed.\n{error}")


@click.command("schools")
@click.argument("file", type=FILE)
@click.option("--date", "register_date", type=click.DateTime(["%Y-%m-%d"]), help="Date of the register.")
@click.option("--force", is_flag=True, help="Take a register older than the one in use.")
@with_appcontext
def schools(file: Path, register_date: date | None, force: bool) -> None:
    """Take a register of schools (CSV keyed by SEED code) in place of the last."""
    day = register_date.date() if register_date is not None and hasattr(register_date, "date") else today()
    try:
        done = imports.import_schools(file.name, file.read_bytes(), day, force=force)
    except BadFileError as error:
        raise fail(error) from error
    click.echo(
        f"{done.added} added, {done.changed} changed, {done.closed} closed, {done.unchanged} unchanged."
    )


@click.command("term-dates")
@click.argument("file", type=FILE)
@with_appcontext
def term_dates(file: Path) -> None:
    """Take councils' term dates (CSV) in place of those of the same years."""
    try:
        count = imports.import_term_dates(file.name, file.read_bytes())
    except BadFileError as error:
        raise fail(error) from error
    click.echo(f"{count} terms.")


def council_differences(file: Path) -> list[str]:
    """How a register of councils (CSV) differs from the shipped one, as sentences."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        theirs = {row["code"]: (row["name"], row["division_code"]) for row in csv.DictReader(stream)}
    ours = {code: (name, letter) for code, name, letter in COUNCILS}
    return [
        f"{code}: here {ours.get(code)}, in the file {theirs.get(code)}"
        for code in sorted(ours.keys() | theirs.keys())
        if ours.get(code) != theirs.get(code)
    ]
