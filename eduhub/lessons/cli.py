"""``eduhub lessons check`` and ``eduhub lessons build``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.lessons import actions


@click.group("lessons")
def commands() -> None:
    """Check and build the lessons."""


@commands.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def check(path: Path | None) -> None:
    """Name every fault in the lessons at PATH (a lesson's folder or a folder of them), and how to mend it."""
    findings = actions.check(path)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise click.ClickException(f"{len(findings)} to mend.")
    click.echo("Nothing to mend.")


@commands.command("build")
@with_appcontext
def build() -> None:
    """Bring the site's lessons up to the files; with any fault the last good state stays in use."""
    try:
        built = actions.build()
    except actions.LessonsFaulty as error:
        raise click.ClickException(f"{error}\nNothing was changed.") from error
    except ValueError as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    click.echo(
        f"{built.added} added, {built.changed} changed, {built.unchanged} unchanged, {built.withdrawn} withdrawn."
    )
