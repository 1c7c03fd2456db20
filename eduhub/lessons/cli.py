"""``eduhub lessons``: ``new``, ``schema``, ``check``, ``build`` and ``packs``."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from eduhub.core.settings import settings
from eduhub.curriculum.models import Level
from eduhub.curriculum.rules import STAGES
from eduhub.lessons import actions, inspecting, outside, outside_links, packing, reporting
from eduhub.lessons.check import Checked, read_vocabularies
from eduhub.lessons.json_schema import front_schema
from eduhub.lessons.skeleton import Begin, new_lesson
from eduhub.lessons.storage import content_folder


@click.group("lessons")
def commands() -> None:
    """Check and build the lessons."""


@commands.command("new")
@click.argument("slug")
@click.option("--title", default="", help="What it is called; otherwise made from SLUG.")
@click.option(
    "--level", type=click.Choice([level.value for level in Level]), help="Otherwise that of the stage."
)
@click.option("--stage", type=click.Choice([*STAGES]), help="Otherwise those of the level.")
@with_appcontext
def new(slug: str, title: str, level: str | None, stage: str | None) -> None:
    """Begin a lesson: a folder SLUG with a draft that passes the check and says what to write where."""
    content = content_folder()
    begin = Begin(title, level or "", stage or "")
    try:
        words = read_vocabularies(content).words
        new_lesson(content / "lessons" / slug, begin, words, inspecting.site_codes())
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Write in {content / 'lessons' / slug / 'lesson.md'}")


@commands.command("schema")
@with_appcontext
def schema() -> None:
    """Print the JSON Schema of front matter, for editors that check while one types."""
    click.echo(json.dumps(front_schema(settings().base_url), indent=2, ensure_ascii=False))


@commands.command("check")
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "junit"]), default="text")
@click.option("--strict", is_flag=True, help="Warnings count too: end with 1 where there are only warnings.")
@click.option("--links", is_flag=True, help="Also ask other sites whether links to them lead somewhere.")
@with_appcontext
def check(path: Path | None, form: str, strict: bool, links: bool) -> None:
    """Name what is wrong in the lessons at PATH (a lesson's folder or a folder of them), and how to mend it.

    Ends with 0 when nothing counts, 1 for warnings under --strict, 2 for errors, which refuse a build.
    """
    try:
        checked = inspecting.checked_at(path)
        if links:
            _ask_links(checked, all_of_them=path is None)
    except (ValueError, outside_links.NoWayOutError) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(reporting.FAULTY) from error
    _say_passed_over(path)
    click.echo(reporting.report(checked, form, strict=strict))
    raise SystemExit(reporting.exit_code(reporting.of_all(checked), strict=strict))


def _ask_links(checked: list[Checked], *, all_of_them: bool) -> None:
    """Other sites asked, and what is wrong with links to them noted; answers of the last day hold."""
    try:
        outside_links.ask_links(checked, outside.Manners(), _say_asked, all_of_them=all_of_them)
        outside_links.find_outside(checked)
    except DBAPIError as error:
        raise ValueError("--links keeps answers in the site's database: run eduhub db upgrade.") from error


def _say_asked(done: int, total: int) -> None:
    click.echo(f"{done} of {total} links asked.", err=True)


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
    for old, new_slug in built.moved:
        click.echo(
            f"Note: {old} is {new_slug} now, and its old address leads there. "
            f"Add '{old}: {new_slug}' to redirects.yaml, so that other sites know it too."
        )
    if built.drafts:
        click.echo(f"{built.drafts} not yet published: left as they were.")


def _say_passed_over(path: Path | None) -> None:
    for name in inspecting.passed_over(path):
        click.echo(f"Note: the folder {name} holds no lesson.md and is passed over.", err=True)


@commands.command("packs")
@click.option("--rebuild", is_flag=True, help="All of them, also those that would come out the same.")
@with_appcontext
def packs(rebuild: bool) -> None:
    """Build the packs that are missing, have lost a file or would come out differently, now and here."""
    built = sum(packing.build_pack(version_id, anew=rebuild) for version_id in packing.packs_wanted())
    click.echo(f"{built} built.")
