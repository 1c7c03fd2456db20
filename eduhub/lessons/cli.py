"""``eduhub lessons check``, ``build`` and ``packs``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.lessons import actions, packing


@click.group("lessons")
def commands() -> None:
    """Check and build the lessons."""


@commands.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def check(path: Path | None) -> None:
    """Name every fault in the lessons at PATH (a lesson's folder or a folder of them), and how to mend it."""
    try:
        findings = actions.check(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    _say_passed_over(path)
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise click.ClickException(f"{len(findings)} to mend.")
    click.echo("Nothing to mend.")


@commands.command("build")
@click.option("--force", is_flag=True, help="Also when most lessons in use would be withdrawn.")
@with_appcontext
def build(force: bool) -> None:
    """Bring the site's lessons up to the files; with any fault the last good state stays in use."""
    try:
        built = actions.build(force=force)
    except (actions.LessonsFaulty, ValueError) as error:
        raise click.ClickException(f"{error}\nNothing was changed.") from error
    _say_passed_over(None)
    click.echo(
        f"{built.added} added, {built.changed} changed, {built.unchanged} unchanged, {built.withdrawn} withdrawn."
    )
    if built.refreshed:
        click.echo(f"{built.refreshed} shown anew: the words they use or the program changed.")
    if built.drafts:
        click.echo(f"{built.drafts} not yet published: left as they were.")


def _say_passed_over(path: Path | None) -> None:
    for name in actions.passed_over(path):
        click.echo(f"Note: the folder {name} holds no lesson.md and is passed over.", err=True)


@commands.command("packs")
@click.option("--rebuild", is_flag=True, help="All of them, also those that would come out the same.")
@with_appcontext
def packs(rebuild: bool) -> None:
    """Build the packs that are missing, have lost a file or would come out differently, now and here."""
    built = sum(packing.build_pack(version_id, anew=rebuild) for version_id in packing.packs_wanted())
    click.echo(f"{built} built.")
