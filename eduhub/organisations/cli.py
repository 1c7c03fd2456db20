"""``eduhub import schools``, ``councils`` and ``term-dates``."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.core.tables import BadFileError
from eduhub.organisations import councils as council_register
from eduhub.organisations import imports
from eduhub.organisations.models import RegisterImport
from eduhub.organisations.term_dates import import_term_dates

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def take_file(file: Path, take: Callable[[str, bytes], RegisterImport], gone: str = "") -> None:
    """Import a file and print what it did; ``gone`` is the word for rows that vanished, where some can."""
    name = file.name.encode(errors="replace").decode()
    try:
        done = take(name, file.read_bytes())
    except BadFileError as error:
        raise click.ClickException(f"nothing was changed.\n{error}") from error
    counts = [f"{done.added} added", f"{done.changed} changed"]
    counts += [f"{done.closed} {gone}"] if gone else []
    click.echo(", ".join([*counts, f"{done.unchanged} unchanged"]) + ".")
    for note in done.notes:
        click.echo(note)


@click.command("schools")
@click.argument("file", type=FILE)
@click.option("--date", "given", type=click.DateTime(["%Y-%m-%d"]), help="Of which day the register is.")
@click.option("--force", is_flag=True, help="Take an older register, or one that closes many schools.")
@with_appcontext
def schools(file: Path, given: datetime | None, force: bool) -> None:
    """Take a register of schools (CSV keyed by SEED code) in place of the last.

    Its date is read from the file's name (schools_2026-10-31.csv) unless given.
    """
    day = _date_of(file, given)
    take_file(file, lambda name, data: imports.import_schools(name, data, day, force=force), "closed")


def _date_of(file: Path, given: datetime | None) -> date:
    day = given.date() if given else imports.date_in(file.name)
    if day is None:
        raise click.ClickException(
            "nothing was changed.\nOf which day is this register? Say --date 2026-10-31, or put the date into "
            "the file's name: schools_2026-10-31.csv."
        )
    return day


@click.command("term-dates")
@click.argument("file", type=FILE)
@with_appcontext
def term_dates(file: Path) -> None:
    """Take councils' term dates (CSV) in place of those of the same years."""
    take_file(file, import_term_dates, "removed")


@click.command("councils")
@click.argument("file", type=FILE)
@with_appcontext
def councils(file: Path) -> None:
    """Take a register of councils (CSV): names, re-coded councils, and the division each lies in."""
    take_file(file, council_register.import_councils)
