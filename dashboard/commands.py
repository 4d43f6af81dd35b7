"""The command that serves the desk."""

from __future__ import annotations

import click

from config import settings as settings_module
from config.live import ConfigBroken, after_fork, before_fork, with_live
from config.serve import serve
from config.settings import SettingsError


@click.command(help="The responders' desk, on its own port.")
@click.option("--workers", default=2, show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.option("--fd", type=int, help="A listening socket to serve instead of opening one.")
def dashboard(workers: int, threads: int, fd: int | None) -> None:
    """Serves HOTLINE_HOST:HOTLINE_DASHBOARD_PORT by gunicorn."""
    try:
        settings = settings_module.read()
        with_live(settings)
    except (SettingsError, ConfigBroken) as error:
        raise click.ClickException(str(error)) from error
    before_fork()
    serve("dashboard.wiring:build", settings.host, settings.dashboard_port, workers, threads, fd, after_fork)
