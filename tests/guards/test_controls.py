"""Every figure of docs/controls.md is the one in the code, and what it lists is what the code lists."""

from __future__ import annotations

import importlib
import re

import pytest

from dashboard.policy import OPERATORS, POLICY
from tests.guards.tree import ROOT, names, sources
from triage import accounts, attachments, passwords, signins, strength

TEXT = (ROOT / "docs/controls.md").read_text(encoding="utf-8")
FIGURES = re.findall(r"^\| ([^|]+) \| (\d[^|]*) \| `([\w.]+)` \|$", TEXT, re.MULTILINE)
UNITS = {"": 1, "minutes": 60_000, "hours": 3_600_000, "KiB": 1 << 10, "MiB": 1 << 20, "MB": 1_000_000}
NACL = ("public.PrivateKey", "public.PrivateKey.generate", "public.PublicKey", "public.SealedBox", "secret.SecretBox", "exceptions.CryptoError",
        *(f"bindings.crypto_secretstream_xchacha20poly1305_{name}" for name in  # fmt: skip
          ("HEADERBYTES", "init_pull", "init_push", "keygen", "pull", "push", "state", "TAG_FINAL", "TAG_MESSAGE")))  # fmt: skip


def figure(text: str, name: str) -> int:
    """A figure as the code counts it: hours where its name says so, else milliseconds and bytes."""
    number, _, unit = text.partition(" ")
    return int(number) * (1 if name.endswith("_HOURS") else UNITS[unit])


@pytest.mark.parametrize(("what", "said", "name"), FIGURES, ids=[name for _, _, name in FIGURES])
def test_a_figure_is_the_one_in_the_code(what: str, said: str, name: str) -> None:
    module, _, constant = name.rpartition(".")
    assert getattr(importlib.import_module(module), constant) == figure(said, name), what


def test_there_are_figures() -> None:
    assert len(FIGURES) >= 20 and figure("15 minutes", "x.A_MS") == 900_000 and figure("72 hours", "x.FIRST_HOURS") == 72
    with pytest.raises(KeyError):
        figure("3 weeks", "x.A_MS")


def test_the_words_that_count_for_nothing_are_listed() -> None:
    listed = re.search(r"Words that count for nothing .*: (.+)\.", TEXT)
    assert listed is not None and tuple(listed[1].split(", ")) == strength.OURS


def test_each_role_has_its_row_and_leads_have_what_the_policy_gives_them() -> None:
    assert all(f"\n| {role} |" in TEXT for role in accounts.ROLES)
    assert {name.partition(".")[0] for name, who in POLICY.items() if who == OPERATORS} == {"colleagues", "simulator"}


def test_each_kind_of_file_is_named() -> None:
    said = re.search(r"Kinds: (.+?), known by", TEXT, re.DOTALL)
    named = {word.lower() for word in re.findall(r"[A-Z0-9]\w+", said[1])} if said else set()
    assert {kind.replace("jpg", "jpeg") for kind in attachments.ENDINGS.values()} == named


def test_the_slow_hashes_are_as_listed() -> None:
    assert f"argon2id, {passwords.MEMORY_KIB >> 10} MiB, {passwords.PASSES} passes, {passwords.LANES} lanes" in TEXT
    assert f"argon2id, {passwords.CODE_KIB >> 10} MiB, {passwords.CODE_PASSES} passes" in TEXT
    assert passwords.MEMORY_KIB >= 46 * 1024 and passwords.CODE_KIB >= 19 * 1024 and passwords.CODE_PASSES >= 2


def test_no_cipher_or_digest_is_used_that_is_not_listed() -> None:
    used = {name for text in sources().values() for name, _ in names(text)}
    assert {name for name in used if name.startswith("nacl.")} <= {f"nacl.{name}" for name in NACL}
    assert {name for name in used if name.startswith("hashlib.")} <= {f"hashlib.{name}" for name in ("blake2b", "sha256", "sha512", "sha1")}
    assert not [name for name in used if name.partition(".")[0] in ("cryptography", "Crypto", "ssl")]
    # SHA-1 alone where the outside world demands it: Twilio's signature.
    assert [path for path, text in sources().items() if any(name == "hashlib.sha1" for name, _ in names(text))] == ["bot/channels/signatures.py"]


def test_how_long_sign_ins_are_kept_is_as_listed() -> None:
    assert f"| table `sign_in` | {signins.DAYS} days |" in TEXT
    # stderr, sign-ins, guesses, histories, figures: a new kind of record gets a row.
    records = TEXT.partition("## Records")[2].partition("## Keys")[0]
    assert len(re.findall(r"^\| (?!what|---)", records, re.MULTILINE)) == 6
