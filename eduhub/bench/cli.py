"""``eduhub bench``."""

import click

from eduhub.bench.pages import run


@click.group("bench")
def commands() -> None:
    """Benchmarks."""


@commands.command("pages")
@click.option("--quick", is_flag=True, help="Small data and few requests: to see that it works.")
def pages(quick: bool) -> None:
    """Server CPU per request of the main jobs, beside a bare Flask route on the same server."""
    for line in run(quick=quick):
        click.echo(line)
