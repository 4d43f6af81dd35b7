"""What reads the input of others, each as one function of bytes that fails where a promise of the reader is broken.

The promises: no error but the declared one, the same again for the same, and an answer of the shape that others rely on. One list for
Hypothesis (`test_readers.py`) and for a fuzzer that is guided by what code a byte reaches (`make fuzz`).
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from bot import sniff
from bot.channels.base import MAX_TEXT, Inbound, Malformed, clean_text, pieces
from bot.channels.gateway import Gateway, GatewayAccount
from bot.channels.request import Request
from bot.channels.sms import TwilioAccount, TwilioSms
from bot.channels.telegram import TelegramAccount, TelegramBot
from bot.confined import MAX_SIDE, preview
from bot.flows import gsm7
from bot.flows.conditions import ConditionError
from bot.flows.conditions import parse as parse_condition
from bot.flows.dates import make_dates, read_date, read_number
from bot.flows.keywords import Keywords, table
from bot.flows.keywords import normalise as as_keyword
from bot.memory import unseal
from config.files import read_yaml
from config.hours import BadHours, read_hours
from config.marked import Unreadable, read_marked
from tests.unit.triage.samples import CONFIG, triage
from triage import language, receipt, stream
from triage.attachments import ENDINGS
from triage.key_files import KeyFiles, KeysMissing
from triage.simplified import simplified
from triage.text import fold, normalise
from triage.values import KINDS, LEVELS
from triage.vault import CannotOpen, Opener, StateBox
from triage.zawgyi import as_unicode, as_zawgyi, surely_unicode, to_unicode

TODAY = date(2026, 11, 25)
PRIVATE = bytes(range(32))
PAYLOADS = Path(__file__).parents[1] / "channels" / "payloads"
WORDS = (
    "they lock us in, help", "ជួយផង គេចាក់សោខ្ញុំ នៅបាវិត", "ຊ່ວຍແດ່ ເຂົາຂັງຂ້ອຍ", "ကယ်ပါ သူဌေးက ရိုက်တယ်", "သူတို႔ ႐ိုက္ေနတယ္", "ช่วยด้วย เขาขังเราไว้ที่แม่สอด",
    "cứu em với, họ đánh em", "chuoy phong", "救命 我們被關", "jiu ming", "20/11/2569", "3 days ago", "បីថ្ងៃមុន", "昨天", "1234 5678 9012 3456 7890", "S T O P", "/lang th",
)  # fmt: skip
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffe1000e45786966000049492a0008000000ffd9")


@dataclass(frozen=True, slots=True)
class Reader:
    """`read` fails on a broken promise; `seeds` are what it is meant to read."""

    read: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


def as_text(data: bytes) -> str:
    """Any string, lone surrogates too."""
    return data.decode("utf-8", "surrogateescape")


def _text(data: bytes) -> None:
    text = as_text(data)
    plain = normalise(text)
    assert normalise(plain) == plain
    assert len(fold(text)) == len(text) == len(simplified(text))
    clean = clean_text(text)
    assert clean_text(clean) == clean and "\0" not in clean and len(clean.encode()) >= len(clean)


def _burmese(data: bytes) -> None:
    text = clean_text(as_text(data))
    found, was_zawgyi = to_unicode(text)
    assert (was_zawgyi or found == text) and isinstance(surely_unicode(text), bool)
    for other in (found, as_unicode(text), as_zawgyi(text)):
        other.encode()


def _language(data: bytes) -> None:
    text = normalise(as_text(data))
    found = language.detect(text)
    assert found == language.detect(text) and found.code in ("en", "th", "lo", "km", "my", "vi", "zh") and 0 <= found.sure <= 1


def _triage(data: bytes) -> None:
    text = as_text(data)
    found = triage().assess(text)
    assert found == triage().assess(text)
    assert found.urgency in LEVELS and found.kind in KINDS and found.why
    assert found.subdivision is None or found.subdivision[:2] == found.country
    for reason in found.reasons:
        assert all(0 <= start < end <= len(text) for start, end in reason.spans) or found.zawgyi


@cache
def _known() -> tuple[Any, Keywords]:
    raw = read_yaml(CONFIG / "flows" / "keywords.yaml")
    commands = {name: words if isinstance(words, list) else [] for name, words in raw.get("commands", {}).items()}
    return make_dates(raw["dates"]), Keywords(always=table(commands))


def _dates(data: bytes) -> None:
    word, (dates, keywords) = as_keyword(as_text(data)), _known()
    found = read_date(word, dates, TODAY)
    assert found is None or TODAY - timedelta(days=125 * 366) < found < TODAY + timedelta(days=3 * 366)
    number = read_number(word, dates)
    assert number is None or 0 <= number < 10**9
    for at_choice in (True, False):
        assert keywords.command(word, at_choice) in (None, *keywords.always.values(), *keywords.choices.values())
        keywords.language(word, at_choice)


def _sms_length(data: bytes) -> None:
    text = clean_text(as_text(data))
    size, parts = gsm7.length(text), gsm7.parts(text)
    assert size >= len(text) and parts >= 1 and size <= (parts * 160 if gsm7.is_gsm7(text) else parts * 70)
    cut = pieces(text, 70)
    assert all(len(piece.encode("utf-16-le")) <= 140 for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())


@cache
def _telegram() -> TelegramBot:
    return TelegramBot(TelegramAccount("1:sample", "sample-secret", "https://api.telegram.org"))


def _update(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        found = _telegram().parse(data)
        if found is not None:
            _storable(found)
            int(found.sender)


def _storable(inbound: Inbound) -> None:
    """Can be kept by every database and sealed as JSON."""
    assert inbound.sender and inbound.external_id
    for text in (inbound.channel, inbound.text, *inbound.media, *(item.name for item in inbound.files)):
        text.encode()
    assert "\0" not in inbound.text and len(inbound.text) <= MAX_TEXT
    assert inbound.location is None or all(isinstance(angle, int | float) and abs(angle) < float("inf") for angle in inbound.location)
    assert all(item.size is None or item.size >= 0 for item in inbound.files)
    json.dumps([dict(item.source) for item in inbound.files] + [dict(inbound.extra)])


@cache
def _twilio() -> TwilioSms:
    return TwilioSms(TwilioAccount("AC1", "token", "+10000000000", "", "https://api.twilio.com", "https://hotline.example"))


def _form(data: bytes) -> None:
    form = parse_qs(data.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    with contextlib.suppress(Malformed):
        _storable(_twilio().parse(form))


@cache
def _gateways() -> tuple[Gateway, ...]:
    described = read_yaml(CONFIG / "channels.yaml")["gateways"]
    return tuple(Gateway(GatewayAccount(name, about, "secret", "token", "https://hotline.example")) for name, about in described.items())


def _gateway(data: bytes) -> None:
    query = dict(part.partition("=")[::2] for part in as_text(data[:200]).split("&"))
    headers = {"x-kannel-from": data[:20].decode("latin-1"), "x-kannel-to": "1", "content-type": "application/json"}
    for gateway in _gateways():
        request = Request("POST", headers, query, data)
        with contextlib.suppress(Malformed):
            found = gateway.parse(request)
            if found is not None:
                _storable(found)
        if "status" in gateway.account.about:
            with contextlib.suppress(Malformed):
                report = gateway.report(request)
                assert report is None or report.provider_id


def _file(data: bytes) -> None:
    assert sniff.media_type(data) in (*ENDINGS, sniff.UNKNOWN)


def _picture(data: bytes) -> None:
    try:
        width, height, picture = preview(data)
    except Exception:  # whatever Pillow raises ends the confined process, and the file is kept unseen
        return
    assert width > 0 and height > 0 and picture.startswith(b"\xff\xd8\xff")
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as shown:
        assert max(shown.size) <= MAX_SIDE and not shown.getexif() and not {"comment", "icc_profile", "exif", "xmp"} & set(shown.info)


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="hl-readers-"))
    (folder / "keys").mkdir()
    return folder


def _yaml(data: bytes) -> None:
    path = _folder() / "sample.yaml"
    path.write_bytes(data)
    try:
        found = read_marked(path)
    except Unreadable as fault:
        assert fault.line >= 1 and fault.column >= 1 and fault.text
        return
    assert all(mark.line >= 1 and mark.column >= 1 for mark in (*found.values.values(), *found.keys.values()))


def _condition(data: bytes) -> None:
    with contextlib.suppress(ConditionError):
        holds, names = parse_condition(as_text(data))
        assert holds({}, ()) in (True, False) and holds(dict.fromkeys(names, "1"), ()) in (True, False)


def _hours(data: bytes) -> None:
    days, _, rest = as_text(data).partition(":")
    holiday = rest.rpartition("|")[2]
    with contextlib.suppress(BadHours):
        found = read_hours("+07:00", {days: rest.partition("|")[0]}, [holiday] if holiday else [])
        assert all(0 <= day < 7 and opens < closes <= opens + 1440 for day, opens, closes in found.spans)


def _key_file(data: bytes) -> None:
    folder, files = _folder(), KeyFiles(_folder())
    (folder / "keys" / "state.key").write_bytes(data)
    (folder / "keys" / "state.next").write_bytes(data)
    with contextlib.suppress(KeysMissing):
        assert all(len(key) == 32 for key in files.held("state"))
    with contextlib.suppress(KeysMissing):
        StateBox(*files.read("state.key"))


def _blob(data: bytes) -> None:
    for open_it in (Opener(PRIVATE).open, StateBox(PRIVATE).open):
        with contextlib.suppress(CannotOpen):
            raise AssertionError(open_it("sample", data))
    assert unseal(StateBox(PRIVATE), data) is None
    with contextlib.suppress(CannotOpen):
        list(stream.unseal(Opener(PRIVATE), "sample", io.BytesIO(data)))


def _code(data: bytes) -> None:
    found = receipt.clean(as_text(data))
    assert found is None or (len(found) == 20 and found.isascii() and found.isdigit() and receipt.clean(receipt.spaced(found)) == found)


def _sealed() -> tuple[bytes, ...]:
    sealer, out = Opener(PRIVATE).sealer, io.BytesIO()
    stream.seal(sealer, "other", [b"x" * 20], out)
    return sealer.seal("other", b"words"), StateBox(PRIVATE).seal("other", b"words"), out.getvalue()


def _recorded(prefix: str) -> tuple[bytes, ...]:
    bodies = [json.loads(path.read_text(encoding="utf-8"))["body"] for path in sorted(PAYLOADS.glob(f"{prefix}-*.json"))]
    return tuple(body.encode() if isinstance(body, str) else json.dumps(body).encode() for body in bodies)


_SAID = tuple(word.encode() for word in WORDS)
_GATEWAY = (
    b'{"event":"sms:received","id":"e1","payload":{"message":"help","phoneNumber":"+85512000001","simNumber":1}}',
    b'{"message_id":"m1","source":"+85512000001","destination":"1","text":"help","attachments":[{"url":"https://bridge.example/x","base64":"eA=="}]}',
    b"id=m1&from=%2B85512000001&to=1&text=help",
    b'{"message_id":"m1","status":"DELIVRD","error":""}',
)
READERS: dict[str, Reader] = {
    "text": Reader(_text, _SAID),
    "burmese": Reader(_burmese, _SAID),
    "language": Reader(_language, _SAID),
    "triage": Reader(_triage, _SAID),
    "dates": Reader(_dates, _SAID),
    "sms_length": Reader(_sms_length, (*_SAID, b"[]{}~" * 40, "ក".encode() * 80)),
    "telegram": Reader(_update, _recorded("telegram")),
    "twilio": Reader(_form, _recorded("sms")),
    "gateway": Reader(_gateway, _GATEWAY),
    "file": Reader(_file, (JPEG, b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP", b"OggS....OpusHead", b"....ftypM4A ", b"\xff\xf1", b"#!AMR")),
    "picture": Reader(_picture, (JPEG,)),
    "yaml": Reader(_yaml, (b"a: 1\nb: [1, 2]\nc: {d: e}\n", b"- &x {a: b}\n- *x\n", b"key: |\n  words\n", b"%YAML 1.2\n---\na: !!int 1\n...\n")),
    "condition": Reader(_condition, (b"phone_safe == yes and not any_of(needs, [a, b])", b"count(needs) >= 2", b"(a == b or c in [d])")),
    "hours": Reader(_hours, (b"mon-fri:08:00-17:00,18:00-06:00|2026-12-31", b"sat:20:00-06:00", b"sun-mon:00:00-00:00")),
    "key_file": Reader(_key_file, (b"00" * 32 + b"\n", b"ff" * 32 + b"\n" + b"01" * 32, b"00", b"zz")),
    "blob": Reader(_blob, _sealed()),
    "code": Reader(_code, (b"1234 5678 9012 3456 7890", "១២៣៤ ៥៦៧៨ ៩០១២ ៣៤៥៦ ៧៨៩០".encode())),
}
