"""``eduhub bench`` and ``eduhub search benchmark``."""

import click

from eduhub.bench import library as library_bench
from eduhub.bench import pages as page_bench
from eduhub.bench import search as search_bench


@click.group("bench")
def commands() -> None:
    """Benchmarks."""


@commands.command("pages")
@click.option("--quick", is_flag=True, help="Small data and few requests: to see that it works.")
def pages(quick: bool) -> None:
    """Server CPU per request of the main jobs, beside a bare Flask route on the same server."""
    for line in page_bench.run(quick=quick):
        click.echo(line)


@commands.command("library")
@click.option("--lessons", type=int, multiple=True, help="How many, in place of 10, 200, 2,000 and 12,800.")
def library(lessons: tuple[int, ...]) -> None:
    """How long a build takes, by what it does: all lessons new, none new, one changed; and what pages cost then."""
    for line in library_bench.run(lessons or library_bench.SIZES):
        click.echo(line)


@click.group("search")
def search_commands() -> None:
    """The library's search."""


@search_commands.command("benchmark")
@click.option("--database", help="An empty PostgreSQL database to measure quality on, in place of SQLite.")
def benchmark(database: str | None) -> None:
    """How well known questions are answered, and how long a search takes with 200, 2,000 and 12,800 lessons."""
    for line in search_bench.run(database):
        click.echo(line)
