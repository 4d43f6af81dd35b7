"""Responders on the command line: add, list, reset, sign out, disable."""

from __future__ import annotations

import json
import secrets
import sys

import click
from sqlalchemy import Connection

from config import settings as settings_module
from config.clock import now_ms
from config.desks import read_routing
from config.settings import Settings, SettingsError
from config.terminal import harmless
from triage import accounts, holders, sessions
from triage.accounts import ROLES
from triage.db import Database, open_database
from triage.keys import DemoKeys, KeysMissing, opening_keys
from triage.values import Conflict, NotAllowed
from triage.vault import Opener

FIRST = f"; the password lasts {accounts.FIRST_HOURS} hours, and they choose their own when they sign in"


@click.group(help="Responders: who may log in, and to which desk.")
def user() -> None:
    """The group."""


def _open() -> tuple[Settings, Database]:
    try:
        settings = settings_module.read()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    return settings, open_database(settings)


def _recovery(settings: Settings) -> Opener | None:
    try:
        return opening_keys(settings).opening()
    except KeysMissing:
        return None
    except DemoKeys as error:
        raise click.ClickException(str(error)) from error


def _password(from_stdin: bool) -> tuple[str, bool]:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), False
    return "-".join(secrets.token_hex(3) for _ in range(3)), True


def _end(settings: Settings, tx: Connection, made_id: int) -> str:
    """Lets a password that was made here end, and says so; a demo's log-ins are for whoever tries it, as without a second factor."""
    if settings.demo:
        return ""
    accounts.make_first(tx, made_id, now_ms())
    return FIRST


@user.command(help="Add a responder to a desk.")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--queue", required=True, help="The desk's id in focal_points.yaml.")
@click.option("--name", default="")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin; else one is made and printed once.")
def add(email: str, role: str, queue: str, name: str, password_stdin: bool) -> None:
    """Makes the account."""
    settings, database = _open()
    desks = read_routing(settings.config).desks
    if queue not in desks:
        raise click.UsageError(f"no desk {queue!r}; there are: {', '.join(desks)}")
    password, made = _password(password_stdin)
    opener = _recovery(settings)
    try:
        with database.writing() as tx:
            made_id = accounts.add(tx, email, name, role, queue, password, now_ms(), opener)
            ends = _end(settings, tx, made_id)
            can_read = made_id in holders.members(tx, queue)
    except (NotAllowed, Conflict) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} works on {queue} as {role}{ends}" + (f"; password, shown once: {password}" if made else ""))
    if not can_read:
        click.echo(f"They cannot open cases until the recovery key gives them the desk's: hotline keys admit {email}", err=True)


@user.command("list", help="All responders.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
def list_all(as_json: bool) -> None:
    """One line each."""
    _, database = _open()
    with database.reading() as tx:
        for who in accounts.everyone(tx):
            line = {
                "email": who.email,
                "name": who.name,
                "role": who.role,
                "queue": who.queue,
                "disabled": who.disabled,
                "second_factor": who.has_totp,
                "must_change_password": who.first_until is not None,
            }
            text = json.dumps(line, ensure_ascii=False) if as_json else "  ".join(str(value) for value in line.values())
            click.echo(harmless(text))


@user.command(help="A new password; the second factor is removed and every session ends.")
@click.argument("email")
@click.option("--password-stdin", is_flag=True)
def reset(email: str, password_stdin: bool) -> None:
    """For a responder who cannot log in any more."""
    settings, database = _open()
    password, made = _password(password_stdin)
    opener = _recovery(settings)
    try:
        with database.writing() as tx:
            who = accounts.by_email(tx, email)
            if who is None:
                raise click.ClickException(f"no responder {email}")
            accounts.set_password(tx, who.id, password, now_ms(), opener=opener)
            ends = _end(settings, tx, who.id)
            accounts.remove_totp(tx, who.id)
            can_read = who.id in holders.members(tx, who.queue)
    except NotAllowed as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{email} has a new password{ends}" + (f", shown once: {password}" if made else ""))
    if not can_read:
        click.echo(f"They cannot open cases until the recovery key gives them the desk's: hotline keys admit {email}", err=True)


@user.command(help="No more log-in; every session ends. The history keeps the name.")
@click.argument("email")
def disable(email: str) -> None:
    """For a responder who left."""
    _, database = _open()
    with database.writing() as tx:
        who = accounts.by_email(tx, email)
        if who is None:
            raise click.ClickException(f"no responder {email}")
        accounts.disable(tx, who.id, now_ms())
    click.echo(f"{email} is disabled")


@user.command("sign-out", help="Ends every session of a responder, or with --all of everybody; they sign in again as before.")
@click.argument("email", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody's: where a session may have been stolen.")
def sign_out(email: str | None, everybody: bool) -> None:
    """For a lost phone or a stolen cookie."""
    if (email is None) == (not everybody):
        raise click.ClickException("say whose: an e-mail address, or --all")
    _, database = _open()
    with database.writing() as tx:
        who = [accounts.by_email(tx, email)] if email else list(accounts.everyone(tx))
        if who == [None]:
            raise click.ClickException(f"no responder {email}")
        ended = sum(sessions.end_all(tx, one.id) for one in who if one is not None)
    click.echo(f"sessions ended: {ended}")
