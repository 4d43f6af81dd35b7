"""From outside: one code opens a report on every channel, and who guesses learns nothing, not even by the clock."""

from __future__ import annotations

import re
import secrets
import statistics
import time
from collections.abc import Iterator

import pytest
import requests

from config import settings as settings_module
from tests.fixtures.hotline import Hotline
from tests.fixtures.running import running
from triage import intake, keys, wishes
from triage.db import open_database

pytestmark = pytest.mark.slow
ROUNDS = 240


@pytest.fixture(scope="module")
def behind_a_proxy() -> Iterator[Hotline]:
    """A hotline that believes one proxy, so that each guess can come from another address."""
    with running(more={"HOTLINE_PROXIES": "1"}) as found:
        yield found


def guess(hotline: Hotline, code: str, word: str, address: str) -> tuple[int, str, float]:
    """The answer to a code and a word, without the code that was typed, and the seconds it took."""
    began = time.perf_counter()
    answer = requests.post(f"{hotline.web}/return", data={"code": code, "word": word, "do": "open"}, headers={"X-Forwarded-For": address}, timeout=20)
    spent = time.perf_counter() - began
    return answer.status_code, answer.text.replace(code, "CODE"), spent


def give_word(hotline: Hotline, code: str, word: str) -> None:
    """What the talk does when its person chooses a code word."""
    settings = settings_module.read(hotline.environ)
    database, ring = open_database(settings), keys.sealing_keys(settings)
    with database.writing() as tx:
        case_id = intake.by_code(tx, ring, code.replace(" ", ""))
        assert case_id is not None
        wishes.set_word(tx, ring, case_id, word)
    database.engine.dispose()


def test_a_wrong_code_and_a_wrong_word_are_the_same_answer_in_the_same_time(behind_a_proxy: Hotline) -> None:
    hotline = behind_a_proxy
    code, _ = hotline.web_report("they keep my passport in a factory in Rayong, his name is Somkit")
    give_word(hotline, code, "blue kettle")
    spent: dict[bool, list[float]] = {True: [], False: []}
    answers = set()
    for number in range(2 * ROUNDS):
        right = number % 2 == 0
        tried = code if right else " ".join(f"{secrets.randbelow(10_000):04d}" for _ in range(5))
        # One word for all: whatever is remembered of an earlier guess must not show either.
        status, text, seconds = guess(hotline, tried, "red kettle", f"192.0.2.{number // 50}")
        answers.add((status, text))
        spent[right].append(seconds)
    assert len(answers) == 1 and answers.pop()[0] == 404
    ratio = statistics.median(spent[True]) / statistics.median(spent[False])
    assert 0.75 < ratio < 1.33, f"{ratio:.2f}"
    status, text, _ = guess(hotline, code, "Blue  KETTLE", "192.0.2.200")
    assert status == 200 and "red kettle" not in text


def test_guesses_from_one_address_end_and_the_persons_own_go_on(behind_a_proxy: Hotline) -> None:
    code, _ = behind_a_proxy.web_report("they do not pay us in a factory in Rayong")
    statuses = [guess(behind_a_proxy, f"{number:020d}", "", "198.51.100.7")[0] for number in range(62)]
    assert statuses[:60] == [404] * 60 and statuses[60:] == [429] * 2
    # A made-up address before the proxy's own word changes nothing.
    assert guess(behind_a_proxy, "1" * 20, "", "203.0.113.1, 198.51.100.7")[0] == 429
    assert guess(behind_a_proxy, code, "", "198.51.100.8")[0] == 200


def test_one_code_opens_the_same_report_on_every_channel(shared_hotline: Hotline) -> None:
    number = secrets.randbelow(10_000)
    by_sms = shared_hotline.sms(f"they took our passports in a factory in Pakse {number}", sender=f"+8562000{number:04d}").text
    by_chat = shared_hotline.update(chat=8_000_000 + number, text=f"they do not pay us on a farm in Pakse {number}").json()["text"]
    by_web, _ = shared_hotline.web_report(f"my sister is not let out of a house in Pakse {number}")
    codes = {"sms": spelt(by_sms), "telegram": spelt(by_chat), "web": by_web}
    session, said = shared_hotline.login("la"), {}
    for case in shared_hotline.cases():
        if any(text.endswith(f"Pakse {number}") for text in case["texts"]):
            said[case["channel"]] = f"We read you {secrets.token_hex(4)}"
            assert shared_hotline.act(session, case["ref"], "reply", text=said[case["channel"]]).ok
    assert set(said) == set(codes)
    for at, (channel, code) in enumerate(codes.items()):
        page = requests.post(f"{shared_hotline.web}/return", data={"code": code.replace(" ", "-"), "do": "open"}, timeout=20)
        assert page.status_code == 200 and said[channel] in page.text, channel
        # From a number and a chat that never wrote before.
        stranger, chat = f"+8561300{number:04d}"[:-1] + str(at), 8_100_000 + 10 * number + at
        # The code, no code word, and "read the answers".
        assert said[channel] in [shared_hotline.sms(word, sender=stranger).text for word in (code, "0", "1")][-1], channel
        assert said[channel] in [shared_hotline.update(chat=chat, text=word).json()["text"] for word in (code, "0", "1")][-1], channel
        others = [word for other, word in said.items() if other != channel]
        assert not any(word in page.text for word in others)


def spelt(text: str) -> str:
    """The code in an answer."""
    found = re.search(r"\d{4}( \d{4}){4}", text)
    assert found is not None, text
    return found[0]
