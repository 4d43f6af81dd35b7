"""Messages as providers send them: signed, each with an id of its own, ready as bytes before the time is taken."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import secrets
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

SID, TOKEN, FROM, BOT, SECRET = "AC" + "0" * 32, "a-sample-token", "+85500000000", "1:sample", "a-sample-secret"
# Short and long, seven languages, some urgent: what is stored and triaged is what people write.
TEXTS = (
    "please help, they lock us in a house in Vientiane",
    "ជួយផង គេវាយខ្ញុំ ហើយចាក់សោទុកក្នុងបន្ទប់ នៅបាវិត",
    "cứu em với, em đang bị nhốt và bị đánh ở Lào Cai",
    "ช่วยด้วยค่ะ เขาขังพวกเราไว้ในห้องที่ปอยเปต",
    "救命 我们被关在妙瓦底园区 有人被打到昏迷",
    "they keep my passport and my wages in Pakse",
    "ကယ်ပါ ကျွန်မတို့ကို အခန်းထဲပိတ်ပြီး ရိုက်နေတယ် မဲဆောက်မှာ",
)
_ids = itertools.count(1)


def numbers(count: int) -> list[str]:
    """So many sample numbers that nobody has."""
    start = 10_000_000 + secrets.randbelow(8_000) * 10_000
    return [f"+8550{start + at:08d}" for at in range(count)]


def sms(port: int, senders: Sequence[str], count: int, texts: Sequence[str] = TEXTS) -> Iterator[bytes]:
    """`count` signed SMS, senders and texts in turn; all made now."""
    return iter([_sms(port, senders[at % len(senders)], texts[at % len(texts)]) for at in range(count)])


def _sms(port: int, sender: str, text: str) -> bytes:
    form = {"MessageSid": f"SM{secrets.token_hex(16)}", "From": sender, "To": FROM, "Body": f"{text} {next(_ids)}"}
    signed = f"http://127.0.0.1:{port}/sms/twilio" + "".join(name + form[name] for name in sorted(form))
    mark = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
    kind = "application/x-www-form-urlencoded"
    return post("/sms/twilio", urlencode(form).encode(), kind, {"X-Twilio-Signature": mark})


def telegram(chats: Sequence[int], count: int) -> Iterator[bytes]:
    """`count` updates, chats and texts in turn; all made now."""
    return iter([_update(chats[at % len(chats)], f"{TEXTS[at % len(TEXTS)]} {next(_ids)}") for at in range(count)])


def _update(chat: int, text: str) -> bytes:
    who = {"id": chat, "first_name": "Sample"}
    message = {"message_id": 1, "date": 0, "chat": who | {"type": "private"}, "from": who | {"is_bot": False}, "text": text}
    body = json.dumps({"update_id": next(_ids) + 1_000_000, "message": message}).encode()
    return post("/telegram/webhook", body, "application/json", {"X-Telegram-Bot-Api-Secret-Token": SECRET})


def post(path: str, body: bytes, kind: str, more: dict[str, str]) -> bytes:
    """A request as bytes."""
    headers = {"Host": "127.0.0.1", "Content-Type": kind, "Content-Length": str(len(body)), **more}
    lines = (f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", "")
    return "\r\n".join(lines).encode() + body
