"""``eduhub import outcomes``: official statements or Benchmarks, told apart by their columns."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.core.tables import BadFileError
from eduhub.curriculum import actions


@click.command("outcomes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def outcomes(file: Path) -> None:
    """Take official statements or Benchmarks (CSV), with their source and proof status."""
    data = file.read_bytes()
    heading = data.split(b"\n", 1)[0]
    take = actions.import_benchmarks if b"benchmark_no" in heading else actions.import_outcomes
    try:
        counts = take(file.name, data)
    except BadFileError as error:
        raise click.ClickException(f"nothing was changed.\n{error}") from error
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()) + ".")
