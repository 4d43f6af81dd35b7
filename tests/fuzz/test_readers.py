"""Whatever is read keeps its reader's promises: what a fuzzer found once, what bends what is meant to be read, and the longest there is."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.base import MAX_TEXT
from tests.fuzz import nasty
from tests.fuzz.readers import READERS

CORPUS = Path(__file__).parent / "corpus"
FOUND = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
SECONDS = 2.0  # of processor time, for the longest message
LONG = ("a", "ក", "က", "ท", "ຫ", "好", "!", " ", "\n", "0", "a.", "ab ", "1/", "((", "[", "😀", "a\u0301", "\u1031\u1000", "ah ", "&a=")


@st.composite
def bent(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """One of the seeds with a few things cut out, put in or said twice; or anything."""
    if draw(st.integers(0, 5)) == 0:
        return draw(st.one_of(st.binary(max_size=80), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))))
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.sampled_from(nasty.ALL).map(lambda one: one[:200]), st.binary(max_size=4), st.text(max_size=4).map(str.encode)))
        data = draw(st.sampled_from((data[:start] + data[end:], data[:start] + piece + data[end:], data[:end] + data[start:])))
    return data[:4000]


@pytest.mark.parametrize("name", READERS)
def test_what_is_bent_is_read_as_promised(name: str) -> None:
    reader = READERS[name]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=bent(reader.seeds))
    def read(data: bytes) -> None:
        reader.read(data)

    for seed in (*reader.seeds, *nasty.ALL):
        read = example(data=seed)(read)
    read()


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_once_is_read_as_promised(path: Path) -> None:
    READERS[path.parent.name].read(path.read_bytes())


def test_there_is_something_found_and_each_of_a_reader() -> None:
    assert FOUND and {path.parent.name for path in FOUND} <= set(READERS)


@pytest.mark.parametrize("name", sorted(set(READERS) - {"picture", "blob", "key_file"}))
def test_the_longest_message_is_read_soon(name: str) -> None:
    slow = {}
    for piece in LONG:
        data = (piece * MAX_TEXT)[:MAX_TEXT].encode()
        started = time.process_time()
        READERS[name].read(data)
        spent = time.process_time() - started
        if spent > SECONDS:
            slow[piece] = spent
    assert slow == {}
