"""The one command line, `hotline`. Each command is loaded from the room that owns it, when it is called."""

from __future__ import annotations

import importlib

import click

COMMANDS = {
    "bench": "benchmarks.cli:bench",
    "up": "bot.commands:up",
    "setup": "bot.commands:setup",
    "export": "triage.cli_export:export",
    "doctor": "triage.cli_doctor:doctor",
    "backup": "triage.cli_keep:backup_command",
    "erased": "triage.cli_keep:erased_command",
    "restore": "triage.cli_keep:restore_command",
    "purge": "triage.cli_keep:purge_command",
    "db": "triage.cli_database:db",
    "history": "triage.cli_history:history",
    "keys": "triage.cli_keys:keys_group",
    "web": "bot.commands:web",
    "worker": "bot.commands:worker",
    "clock": "bot.commands:clock",
    "telegram": "bot.commands:telegram",
    "settings": "bot.commands:settings_command",
    "check": "bot.checking.cli:check",
    "flows": "bot.flows_cli:flows",
    "test-flows": "bot.flows_cli:test_flows",
    "texts": "bot.texts_cli:texts",
    "chat": "bot.chat:chat",
    "dashboard": "dashboard.commands:dashboard",
    "user": "dashboard.cli:user",
    "reply": "dashboard.cli_cases:reply",
    "cases": "dashboard.cli_cases:cases",
    "classify": "triage.cli:classify",
    "route": "triage.cli_route:route",
    "triage": "triage.cli_triage:triage_group",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=LazyGroup, help="The hotline's command line.")
def main() -> None:
    """All commands."""
