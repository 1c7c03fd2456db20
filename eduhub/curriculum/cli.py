"""``eduhub import outcomes``: official statements or Benchmarks, told apart by their columns."""

from functools import partial
from pathlib import Path

import click
from flask.cli import with_appcontext

from eduhub.curriculum.imports import import_benchmarks, import_outcomes
from eduhub.organisations.cli import FILE, take_file


@click.command("outcomes")
@click.argument("file", type=FILE)
@click.option("--source", default="", help="Where the words are from, for rows that do not say so.")
@click.option("--force", is_flag=True, help="Take Benchmarks though many of those here would vanish.")
@with_appcontext
def outcomes(file: Path, source: str, force: bool) -> None:
    """Take official statements or Benchmarks (CSV), with their source and proof status."""
    with file.open("rb") as stream:
        heading = stream.readline(10_000)
    if b"benchmark_no" in heading:
        take_file(file, partial(import_benchmarks, source=source, force=force), "removed")
    else:
        take_file(file, partial(import_outcomes, source=source))
