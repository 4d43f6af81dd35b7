"""Sealing: only the right key, for the right purpose, opens."""

import pytest
from nacl.public import PrivateKey

from triage.vault import BlindIndex, CannotOpen, Held, Keyring, Opener, Sealer, StateBox

WORDS = "ជួយផង".encode()


def pair() -> tuple[Sealer, Opener]:
    private = PrivateKey.generate()
    return Sealer(bytes(private.public_key)), Opener(bytes(private))


def test_it_opens_what_was_sealed_for_the_same_purpose() -> None:
    sealer, opener = pair()
    assert opener.open("message", sealer.seal("message", WORDS)) == WORDS


def test_a_blob_does_not_hold_its_words_and_differs_each_time() -> None:
    sealer, _ = pair()
    one, two = sealer.seal("message", WORDS), sealer.seal("message", WORDS)
    assert WORDS not in one and one != two


def test_a_blob_moved_to_another_column_does_not_open() -> None:
    sealer, opener = pair()
    with pytest.raises(CannotOpen):
        opener.open("contact", sealer.seal("message", WORDS))


def test_another_key_does_not_open() -> None:
    sealer, _ = pair()
    with pytest.raises(CannotOpen):
        pair()[1].open("message", sealer.seal("message", WORDS))


@pytest.mark.parametrize("at", [0, 3, 20, -1])
def test_a_changed_byte_does_not_open(at: int) -> None:
    sealer, opener = pair()
    blob = bytearray(sealer.seal("message", WORDS))
    blob[at] ^= 1
    with pytest.raises(CannotOpen):
        opener.open("message", bytes(blob))


def test_an_old_key_still_opens_after_a_new_one_was_added() -> None:
    old, new = PrivateKey.generate(), PrivateKey.generate()
    both = Opener(bytes(new), bytes(old))
    assert both.open("message", Sealer(bytes(old.public_key)).seal("message", WORDS)) == WORDS
    assert both.sealer.public == bytes(new.public_key)


def test_the_public_process_has_no_opener() -> None:
    sealer, _ = pair()
    held = Held(sealer, StateBox(b"s" * 32), BlindIndex(b"p" * 32))
    keys = Keyring(lambda: held)
    with pytest.raises(CannotOpen):
        keys.opening()


def test_a_blind_index_depends_on_pepper_purpose_and_value() -> None:
    index = BlindIndex(b"p" * 32)
    found = {index.of("sms", "+1"), index.of("sms", "+2"), index.of("telegram", "+1"), BlindIndex(b"q" * 32).of("sms", "+1")}
    assert len(found) == 4 and index.of("sms", "+1") in found


def test_state_is_lost_with_its_key_and_not_before() -> None:
    blob = StateBox(b"s" * 32).seal("state", b"{}")
    assert StateBox(b"s" * 32).open("state", blob) == b"{}"
    with pytest.raises(CannotOpen):
        StateBox(b"t" * 32).open("state", blob)
