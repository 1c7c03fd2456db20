"""``eduhub make-administrator``."""

import click
from flask.cli import with_appcontext

from eduhub.accounts import credentials
from eduhub.accounts.rules import is_email, normal_email
from eduhub.core.settings import settings
from eduhub.core.web import Problem


@click.command("make-administrator")
@click.argument("name")
@click.argument("email")
@with_appcontext
def make_administrator(name: str, email: str) -> None:
    """Make the first administrator of a new site; prints a link, good for an hour, to choose a password."""
    address = normal_email(email)
    if not is_email(address):
        raise click.ClickException(f"{email} is not an e-mail address.")
    try:
        token = credentials.make_administrator(name, address)
    except Problem as problem:
        raise click.ClickException(problem.message) from problem
    click.echo(f"Choose a password within an hour: {settings().base_url.rstrip('/')}/reset/{token}")
