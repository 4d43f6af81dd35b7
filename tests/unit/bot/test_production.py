"""Production starts on nothing that is only good enough for a demo, and names all of it at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.prepare import prepare
from bot.production import faults
from config import settings as settings_module
from config.settings import SettingsError
from triage.db import open_database
from triage.keys import KeysMissing, opening_keys

NOW = 1_790_000_000_000


def test_demo_keys_demo_log_ins_and_unverified_numbers_are_all_named(tmp_path: Path) -> None:
    demo = settings_module.read({"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config"})
    prepare(demo)
    assert faults(demo, open_database(demo), NOW) == []
    found = faults(replace(demo, env="production"), open_database(demo), NOW)
    assert [fault.split(":")[0] for fault in found] == ["demo keys", "demo log-ins", "unverified numbers"]


def test_production_makes_no_opening_key_by_itself(tmp_path: Path) -> None:
    environ = {"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config", "HOTLINE_ENV": "production", "HOTLINE_PUBLIC_URL": "https://x.example"}
    with pytest.raises(KeysMissing):
        prepare(settings_module.read(environ))
    assert not list(tmp_path.rglob("opening.key"))
    given = settings_module.read(environ | {"HOTLINE_OPENING_KEY": "ab" * 32})
    prepare(given)
    assert not list(tmp_path.rglob("opening.key")) and opening_keys(given).opener is not None


def test_a_second_set_up_keeps_keys_and_passwords(tmp_path: Path) -> None:
    demo = settings_module.read({"HOTLINE_HOME": str(tmp_path), "HOTLINE_CONFIG": "config"})
    prepare(demo)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in (".key", ".pub", ".json")}
    assert prepare(demo) == [] and before == {path: path.read_bytes() for path in before}
    assert all(oct(path.stat().st_mode)[-3:] == "600" for path in before)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"HOTLINE_ENV": "production"}, "https"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_AUTH_TOKEN"),
        ({"TELEGRAM_WEBHOOK_SECRET": "x"}, "TELEGRAM_BOT_TOKEN"),
        ({"HOTLINE_PORT": "http"}, "HOTLINE_PORT"),
        ({"HOTLINE_ENV": "test"}, "HOTLINE_ENV"),
        ({"TWILIO_AUTH_TOKEN_FILE": "nowhere.txt"}, "TWILIO_AUTH_TOKEN_FILE"),
    ],
)
def test_settings_that_cannot_work_are_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        settings_module.read(environ)


def test_without_a_config_folder_here_the_shipped_one_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = settings_module.read({}).config
    monkeypatch.chdir(tmp_path)
    assert settings_module.read({}).config == shipped
    assert settings_module.read({"HOTLINE_CONFIG": "mine"}).config == tmp_path / "mine"


def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from-a-file\n")
    environ = {"TELEGRAM_BOT_TOKEN_FILE": str(tmp_path / "token")}
    found = settings_module.read(environ)
    assert found.telegram is not None and found.telegram.token == "from-a-file"
    assert settings_module.masked(settings_module.find(environ)["TELEGRAM_BOT_TOKEN"]) == "(set)"
