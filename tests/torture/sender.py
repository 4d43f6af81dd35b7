"""People who write on three channels while the hotline is being killed. Like the providers they come again until they hear 2xx."""

from __future__ import annotations

import base64
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests

from benchmarks.senders import TEXTS as SAYINGS
from tests.fixtures.hotline import Hotline
from tests.torture.ledger import Entry, Ledger

CHANNELS = ("sms", "telegram", "web")
WORDS_EACH = 3
GIVE_UP_SECONDS = 90.0


class NeverAccepted(AssertionError):
    """A message was refused for longer than any fault lasts."""


class Person:
    """One reporter on one channel."""

    def __init__(self, channel: str, number: int, rng: random.Random) -> None:
        self.name = f"{channel}-{number}"
        self.channel, self.number, self.rng, self.said = channel, number, rng, 0
        self._talk = base64.urlsafe_b64encode(rng.randbytes(24)).decode()

    def next_words(self) -> str:
        """The next thing they say; no two are alike."""
        self.said += 1
        return f"{self.rng.choice(SAYINGS)} ({self.name}-{self.said}-{self.rng.randrange(10**6):06d})"

    def delivery(self, hotline: Hotline, text: str) -> tuple[str, Callable[[], requests.Response]]:
        """The external id, and what delivers this text as often as it is called."""
        at = self.said
        if self.channel == "sms":
            sid = f"SM{self.rng.randbytes(16).hex()}"
            return sid, lambda: hotline.sms(text, sender=f"+8551300{self.number:05d}", sid=sid)
        if self.channel == "telegram":
            update = self.number * 100 + at
            return str(update), lambda: hotline.update(chat=7_200_000 + self.number, update_id=update, text=text)
        form = {"lang": "en", "talk": self._talk, "turn": str(at - 1), "text": text}
        return "", lambda: requests.post(f"{hotline.web}/report", data=form, timeout=hotline.patience)


class Crowd:
    """Writes until told to stop: `lanes` threads on each channel, each person's words one after another."""

    def __init__(self, hotline: Hotline, ledger: Ledger, seed: int, lanes: int = 1, pause: float = 0.1) -> None:
        self._hotline, self._ledger, self._seed, self._pause = hotline, ledger, seed, pause
        self._stop, self._pool = threading.Event(), ThreadPoolExecutor(lanes * len(CHANNELS))
        self.redelivered, self.refused = 0, 0
        self._lanes = [self._pool.submit(self._lane, channel, lane, lanes) for channel in CHANNELS for lane in range(lanes)]

    def stop(self) -> None:
        """Waits until what is under way is accepted. Raises NeverAccepted."""
        self._stop.set()
        for lane in self._lanes:
            lane.result(timeout=GIVE_UP_SECONDS + 60)
        self._pool.shutdown()

    def _lane(self, channel: str, lane: int, lanes: int) -> None:
        rng, number = random.Random(f"{self._seed}/{channel}/{lane}"), lane
        while not self._stop.is_set():
            person = Person(channel, number, rng)
            number += lanes
            for _ in range(rng.randint(1, WORDS_EACH)):
                self._say(person, rng)
                time.sleep(self._pause * rng.random() * 2)

    def _say(self, person: Person, rng: random.Random) -> None:
        text, started, tries = person.next_words(), time.monotonic(), 0
        external, deliver = person.delivery(self._hotline, text)
        while True:
            tries += 1
            if self._delivered(deliver):
                break
            self.refused += 1
            if time.monotonic() - started > GIVE_UP_SECONDS:
                raise NeverAccepted(f"{person.name}: {tries} tries in {GIVE_UP_SECONDS:.0f} s")
            time.sleep(0.2)
        self._ledger.note(Entry(person.name, person.channel, external, text, tries, time.monotonic() - started))
        if rng.random() < 0.2:
            # Accepted, and delivered again all the same: twice at once, as impatient providers and fingers do.
            self.redelivered += 2
            with ThreadPoolExecutor(2) as twice:
                list(twice.map(lambda _: self._delivered(deliver), range(2)))

    def _delivered(self, deliver: Callable[[], requests.Response]) -> bool:
        try:
            answer = deliver()
        except requests.RequestException:
            return False
        assert answer.status_code in (200, 503), f"{answer.status_code} is no answer to an honest message"
        return answer.status_code == 200
