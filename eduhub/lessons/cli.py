"""``eduhub lessons check``, ``build`` and ``packs``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.lessons import actions, reporting


@click.group("lessons")
def commands() -> None:
    """Check and build the lessons."""


@commands.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text")
@click.option("--strict", is_flag=True, help="Warnings count too: end with 1 where there are only warnings.")
@with_appcontext
def check(path: Path | None, form: str, strict: bool) -> None:
    """Name what is wrong in the lessons at PATH (a lesson's folder or a folder of them), and how to mend it.

    Ends with 0 when nothing counts, 1 for warnings under --strict, 2 for errors, which refuse a build.
    """
    try:
        checked = actions.checked_at(path)
    except ValueError as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(reporting.FAULTY) from error
    _say_passed_over(path)
    click.echo(reporting.report(checked, form, strict=strict))
    raise SystemExit(reporting.exit_code(reporting.of_all(checked), strict=strict))


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
@click.option("--rebuild", is_flag=True, help="All of them, not only those that lack a file.")
@with_appcontext
def packs(rebuild: bool) -> None:
    """Build the packs that are missing or have lost a file, now and here."""
    waiting = actions.packs_to_build(everything=rebuild)
    for version_id in waiting:
        actions.build_pack(version_id)
    click.echo(f"{len(waiting)} built.")
