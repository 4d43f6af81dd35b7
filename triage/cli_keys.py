"""Keys: who may open what, and new ones in place of old."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from config.clock import now_ms
from config.desks import read_routing
from config.files import alone
from config.settings import Settings
from triage import accounts, case_keys, holders, keys, renewal, rotation, upgrade
from triage.cli_keep import hotline, recovery
from triage.db import Database
from triage.key_files import PAIRS, SECRETS, KeyFiles
from triage.vault import Opener, Sealer, new_pair, public_of

# Every process looks at the key files twice a second; one that just used an old key may still wait for the database.
SPREAD_SECONDS, GRACE_SECONDS = 2, 120
OWN = (*PAIRS, *SECRETS)
NAMES = (*OWN, "recovery")


@click.group("keys", help="Keys: who may open what, and new ones in place of old.")
def keys_group() -> None:
    """The group."""


@keys_group.command("rotate")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every key: hot, delivery, state, pepper, recovery and all desks.")
@click.option("--grace", default=GRACE_SECONDS, show_default=True, help="Seconds that an old key is kept after its last use.")
@click.option("--public", help="The public half of the new recovery key, made elsewhere (64 hexadecimal digits).")
def rotate(names: tuple[str, ...], everything: bool, grace: int, public: str | None) -> None:
    """A fresh key for each NAME (hot, delivery, state, pepper, recovery or a desk; none: each desk), while everything runs.

    What was under the old key is put under the new one, and the old one is destroyed when nothing is under it any more. Cut off, it
    goes on where it was when called again. Desks and recovery need the recovery key (HOTLINE_OPENING_KEY_FILE).
    """
    with hotline() as (settings, database):
        wanted = [*NAMES, *rotation.desks(database)] if everything else list(names) or list(rotation.desks(database))
        unknown = set(wanted) - {*NAMES, *rotation.desks(database)}
        if unknown:
            raise click.ClickException(f"no key {', '.join(sorted(unknown))}: hotline keys status")
        with _one_at_a_time(settings):
            for name in wanted:
                click.echo(_rotated(settings, database, name, grace, public))


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    try:
        with alone(settings.home / "keys" / "rotation.lock"):
            yield
    except BlockingIOError as error:
        raise click.ClickException("another rotation is under way") from error


def _rotated(settings: Settings, database: Database, name: str, grace: int, public: str | None) -> str:
    if name in OWN:
        keeper = renewal.Keeper(database, KeyFiles(settings.home), lambda: time.sleep(SPREAD_SECONDS), lambda: time.sleep(grace))
        found = keeper.renew(name, now_ms())
        stays = f"; the old one stays, {found.left} rows are under it" if found.left else "; the old one is destroyed"
        return f"{name}: {found.moved} rows under the new key{stays}"
    if name == "recovery":
        return _rotate_recovery(settings, database, public)
    return f"{name}: {rotation.rotate_desk(database, name, recovery(settings), now_ms())} case keys sealed anew"


def _rotate_recovery(settings: Settings, database: Database, public: str | None) -> str:
    files, demo = KeyFiles(settings.home), settings.home / "keys" / keys.DEMO
    old = recovery(settings)
    if public is None and not demo.exists():
        raise click.ClickException("make the new recovery key where it will stay (hotline keys new), and give its public half by --public")
    if public is None:
        own = list(keys.recovery_keys(settings))
        # One that was laid out and is not in use yet, or not alone: a rotation was cut off.
        fresh = own[0] if len(own) > 1 else new_pair()[0]
        files.put(keys.DEMO, list(dict.fromkeys([fresh, *own])))
        old, new = Opener(fresh, *own), public_of(fresh)
    else:
        new = _public(public)
    found = renewal.renew_recovery(database, old, new, now_ms())
    files.put("sealing.pub", [new])
    if public is None and not found.left:
        files.put(keys.DEMO, [fresh])
    told = "" if public is None else "; HOTLINE_RECOVERY_PUBLIC must be the new one from now on"
    return f"recovery: {found.moved} keys sealed anew, {found.left} left{told}. Backups made before need the old key"


def _public(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 32:
        raise click.ClickException("--public must be 64 hexadecimal digits")
    return found


@keys_group.command("upgrade", help="Gives cases from before each had its own key theirs; needs the recovery key.")
def upgrade_command() -> None:
    """May be cut off and called again."""
    with hotline() as (settings, database):
        delivery = Sealer(KeyFiles(settings.home).read("delivery.pub")[0])
        count = upgrade.run(database, read_routing(settings.config), recovery(settings), delivery, now_ms())
    click.echo(f"{count} cases have their own key now")


@keys_group.command("new", help="Prints a fresh key pair: the private half belongs into a safe. Needs nothing else.")
def new() -> None:
    """For a recovery key that is never on a machine that runs."""
    private, public = new_pair()
    click.echo(f"private {private.hex()}\npublic  {public.hex()}")


@keys_group.command("status", help="Each key: its id, since when, and how many rows are under it.")
def status() -> None:
    """One line a key; those with a star are in use."""
    with hotline() as (settings, database), database.reading() as tx:
        files = KeyFiles(settings.home)
        for name in OWN:
            if not files.has(f"{name}.key"):
                continue
            for at, key in enumerate(files.held(name)):
                mark = "*" if at == 0 else "next" if key == files.coming(name) else "old"
                click.echo(f"{name:<10} {renewal.name_of(name, key).hex()} {mark:<5} {renewal.count(tx, name, key)} rows")
        for pair in holders.published(tx):
            mark = "*" if pair.retired_at is None else "old"
            click.echo(f"{pair.holder or pair.kind:<10} {bytes(pair.key_id).hex()} {mark:<5} {renewal.under(tx, pair)} rows")


@keys_group.command("retire", help="Destroys old keys that nothing is under any more.")
def retire() -> None:
    """For peppers and whatever a rotation had to keep."""
    with hotline() as (settings, database), _one_at_a_time(settings):
        files = KeyFiles(settings.home)
        keeper = renewal.Keeper(database, files, lambda: None, lambda: None)
        for name in OWN:
            left = keeper.retire(name) if files.has(f"{name}.key") and len(files.read(f"{name}.key")) > 1 else 0
            click.echo(f"{name}: {left} rows are under old keys")


@keys_group.command("admit", help="Gives a responder their desk's key; needs the recovery key.")
@click.argument("email")
def admit(email: str) -> None:
    """For who was added where the recovery key was not."""
    with hotline() as (settings, database), database.writing() as tx:
        who = accounts.by_email(tx, email)
        if who is None or who.disabled:
            raise click.ClickException(f"no responder {email}")
        if not holders.admit(tx, who.queue, who.id, now_ms(), recovery(settings)):
            raise click.ClickException(f"{email} has no key of their own yet: they get one when they next sign in")
    click.echo(f"{email} can open the cases of {who.queue}")


@keys_group.command("settle", help="Gives every desk what it is owed of its cases; needs the recovery key.")
def settle() -> None:
    """For cases that the machine moved and no responder has handed over yet."""
    with hotline() as (settings, database):
        opener, routing, total = recovery(settings), read_routing(settings.config), 0
        for desk in routing.desks:
            with database.writing() as tx:
                total += case_keys.settle(tx, routing, desk, holders.desk_keys(tx, opener, routing.desks), 10_000)
    click.echo(f"{total} cases handed over")
