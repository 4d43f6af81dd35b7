"""`hotline db roles`: a role of PostgreSQL for each process."""

from __future__ import annotations

import click

from triage import roles


@click.group(help="The database.")
def db() -> None:
    """The group."""


@db.command("roles", help="Prints SQL that gives each process its own role: `hotline db roles | psql`, after each migration.")
@click.option("--prefix", default="hotline", show_default=True, help="PREFIX_web, PREFIX_dashboard and so on.")
def roles_command(prefix: str) -> None:
    """Needs no database."""
    if not prefix.isidentifier():
        raise click.UsageError("the prefix must be a name: letters, digits and _")
    for line in roles.statements(prefix):
        click.echo(line + ";")
