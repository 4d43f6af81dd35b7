from __future__ import annotations

import json

import pytest

from config.terminal import harmless


@pytest.mark.parametrize("told", ["\x1b[2J", "\x9b31m", "\x07", "\x08\x08", "\r", "\x7f", "\u202e", "\u2066"])
def test_nothing_that_tells_a_terminal_what_to_do_is_printed_and_json_stays_the_same(told: str) -> None:
    text = f"ជួយ {told} me"
    line = harmless(json.dumps({"text": text}, ensure_ascii=False))
    assert told not in line and told not in harmless(text) and json.loads(line) == {"text": text}


def test_words_of_every_script_stay_as_they_are() -> None:
    words = "ជួយខ្ញុំ ຊ່ວຍ ကူညီပါ ช่วย cứu 救命\tx\n\u200b👩🏽‍🦱"
    assert harmless(words) == words
