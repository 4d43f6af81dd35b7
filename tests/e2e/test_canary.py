"""What people say, who they are and where is nowhere in plaintext: files, logs, Redis and what runs through it, backups, exports."""

from __future__ import annotations

import contextlib
import io
import re
import threading
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.fixtures.hotline import Hotline, wait_for

pytestmark = pytest.mark.slow

NUMBER = "+85512345678"
SPELLINGS = (NUMBER, NUMBER[1:], "0085512345678", "012345678", "12 345 678", "012 345 678", "012-345-678", "+855 12 345 678")
WORDS = "កាណារីសាកល្បង seven-canaries ជួយផង"
NAME, CHAT, PLACE = "Canarina Sample-Person", 712345678, (13.123457, 103.765432)
FILE, EXIF = "canary-holiday.jpg", "canary-camera-owner"


def photo() -> bytes:
    picture, out = Image.new("RGB", (40, 30), "red"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010F], exif[0x8825] = EXIF, {1: "N", 2: (13.0, 7.0, 24.4)}
    picture.save(out, "JPEG", exif=exif)
    assert EXIF.encode() in out.getvalue()
    return out.getvalue()


class Monitor(threading.Thread):
    """Everything that runs through Redis."""

    def __init__(self, hotline: Hotline) -> None:
        super().__init__(daemon=True)
        self._client, self.heard, self.ready = hotline.redis(), [], threading.Event()

    def run(self) -> None:
        with contextlib.suppress(Exception), self._client.monitor() as monitor:
            self.ready.set()
            for command in monitor.listen():
                self.heard.append(str(command))

    def end(self) -> str:
        self._client.close()
        self._client.connection_pool.disconnect()
        return "\n".join(self.heard)


SAID = f"{WORDS} I am {NAME}, call {' or '.join(SPELLINGS)}"


def everyone_writes(hotline: Hotline) -> None:
    assert hotline.sms(SAID, sender=NUMBER).ok
    who = {"id": CHAT, "is_bot": False, "first_name": NAME, "username": "canary_user_name"}
    assert hotline.update(chat=CHAT, text=f"{WORDS} tg", **{"from": who}).ok
    assert hotline.update(chat=CHAT, location={"latitude": PLACE[0], "longitude": PLACE[1]}).ok
    assert hotline.update(chat=CHAT, contact={"phone_number": NUMBER, "first_name": NAME}).ok
    page = requests.get(f"{hotline.web}/?lang=en", timeout=10).text
    fields = dict(re.findall(r'name="(v|talk|turn|field|code|lang)" value="([^"]*)"', page))
    answer = requests.post(f"{hotline.web}/report", data=fields | {"text": f"{WORDS} web {NAME}"}, files={"file": (FILE, photo(), "image/jpeg")}, timeout=20)
    assert answer.ok and "receipt" in answer.text


def test_no_canary_is_anywhere_in_plaintext(shared_hotline: Hotline, tmp_path: Path) -> None:
    monitor = Monitor(shared_hotline)
    monitor.start()
    assert monitor.ready.wait(5)
    everyone_writes(shared_hotline)
    ref = shared_hotline.case_with(SAID)["ref"]
    shared_hotline.run("reply", ref, "--text-stdin", given="reply-canary here")
    wait_for(lambda: len(shared_hotline.twilio.to(NUMBER)) > 0, 20)
    backup = tmp_path / "state.backup"
    assert shared_hotline.run("backup", str(backup)).returncode == 0
    found = {"backup": backup.read_bytes(), "log": shared_hotline.log.read_bytes()}
    for kind in ("csv", "json", "htcds", "hxl"):
        done = shared_hotline.run("export", "--format", kind)
        found[kind] = (done.stdout + done.stderr).encode()
    for command in (("doctor",), ("keys", "status"), ("erased",), ("history", "head"), ("settings",)):
        done = shared_hotline.run(*command)
        found[" ".join(command)] = (done.stdout + done.stderr).encode()
    found |= {str(path): path.read_bytes() for path in shared_hotline.home.rglob("*") if path.is_file()}
    redis = shared_hotline.redis()
    heard = monitor.end()
    assert "triage" in heard or "rq" in heard
    found["monitor"] = heard.encode()
    found["redis"] = b"\n".join(key + b" " + (redis.dump(key) or b"") for key in redis.keys("*"))
    canaries = ("seven-canaries", "កាណារីសាកល្បង", "reply-canary", *SPELLINGS, str(CHAT), NAME, "Canarina", "canary_user_name", FILE, EXIF,
                "13.123457", "103.765432", "13.1234", "103.7654")  # fmt: skip
    hits = [(where, canary) for where, blob in found.items() for canary in canaries if canary.encode() in blob]
    assert hits == []
    for pid in shared_hotline.pids("hotline"):
        limit = next(line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith("Max core file size"))
        assert limit.split()[4] == "0" or "up" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"), limit
