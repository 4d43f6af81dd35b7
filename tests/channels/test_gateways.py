"""Every gateway that channels.yaml describes: signed in, sent out as described, honest about what became of a message."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qsl, quote

import pytest

from config.logs import ClassOnly
from tests.channels.conftest import PERSON, SECRET, House
from tests.fixtures.standin_gateway import signed

WORDS = "they lock us in a room in Phnom Penh, please help"


def form_post(house: House, text: str, name: str = "modem", number: str = "m1") -> int:
    data = f"id={number}&from={quote(PERSON)}&to={quote('+10000000013')}&text={quote(text)}".encode()
    stamp = str(house.clock() // 1000)
    headers = {"X-Hotline-Signature": "sha256=" + signed(SECRET, "{timestamp}.{body}", data, stamp), "X-Hotline-Timestamp": stamp}
    answer = house.client.post(f"/sms/gateway/{name}", data=data, headers=headers, content_type="application/x-www-form-urlencoded")
    return int(answer.status_code)


def kannel(house: House, text: str, token: str = SECRET, number: str = "k1") -> int:
    headers = {"X-Kannel-From": PERSON, "X-Kannel-To": "12345"}
    answer = house.client.post(
        f"/sms/gateway/kannel?token={token}&id={number}", data=text.encode(), headers=headers, content_type="text/plain; charset=utf-8"
    )
    assert answer.status_code != 200 or answer.data == b""
    return int(answer.status_code)


def bridge(house: House, body: dict[str, object], path: str = "") -> int:
    import json

    data, stamp = json.dumps(body).encode(), str(int(time.time()))
    headers = {"X-Signature": signed(SECRET, "{timestamp}.{body}", data, stamp, "base64"), "X-Timestamp": stamp}
    return int(
        house.client.post(f"/sms/gateway/operator_bridge{path}", data=data, headers=headers, content_type="application/json").status_code
    )


def test_the_phone_app_takes_in_answers_and_reports(house: House) -> None:
    assert house.android(WORDS).status_code == 200
    (case,) = house.cases()
    assert (case.channel, case.messages) == ("sms", 1)
    house.deliver_all()
    (first,) = house.gateway.sent
    assert first.to == PERSON and "ode" in first.body  # a national number was read as Cambodian
    parcel = house.reply("We read you.")
    house.deliver_all()
    sent = house.gateway.calls[-1][1]
    assert sent["body"]["textMessage"] == {"text": "We read you."} and sent["body"]["phoneNumbers"] == [PERSON]
    assert sent["headers"]["Authorization"] == "Basic dXNlcjpzYW1wbGU=" and house.row(parcel).state == "sent"
    payload = {"messageId": house.row(parcel).provider_id, "phoneNumber": PERSON}
    report = {"event": "sms:delivered", "id": "e9", "payload": payload}
    assert house.signed("android_phone", report, path="/status").status_code == 204
    late = {"event": "sms:sent", "id": "e8", "payload": payload}
    assert house.signed("android_phone", late, path="/status").status_code == 204
    assert house.row(parcel).delivery == "delivered"


def test_the_same_event_is_one_message(house: House) -> None:
    for _ in range(5):
        assert house.android(WORDS).status_code == 200
    assert house.cases()[0].messages == 1
    house.deliver_all()
    assert len(house.gateway.sent) == 1


@pytest.mark.parametrize(("ahead", "secret"), [(-1_790_000_000, SECRET), (None, "other"), (-4000, SECRET), (4000, SECRET)])
def test_a_wrong_signature_or_time_is_refused(house: House, ahead: int | None, secret: str) -> None:
    stamp = None if ahead is None else int(time.time()) + ahead
    assert house.android(WORDS, stamp=stamp, secret=secret).status_code == 403
    assert house.cases() == ()


def test_a_wrong_signature_is_noted_without_what_it_said(house: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING"):
        assert house.android(WORDS, secret="another").status_code == 403
    (line,) = (ClassOnly("%(message)s").format(record) for record in caplog.records if record.name == "hotline.web")
    assert line == "refused: webhooks.gateway, wrong signature" and WORDS not in caplog.text


def test_odd_requests_are_refused_or_left_alone(house: House) -> None:
    stamp = str(int(time.time()))
    for body in (b"", b"[]", b"x", b'{"event":"sms:received"}', b"[" * 10_000, b'{"event":"sms:received","payload":3}', b"\xff\xfe"):
        headers = {"X-Signature": signed(SECRET, "{body}{timestamp}", body, stamp), "X-Timestamp": stamp}
        assert house.client.post("/sms/gateway/android_phone", data=body, headers=headers).status_code == 200
    assert house.client.post("/sms/gateway/android_phone", data=b"{}").status_code == 403
    assert house.client.post("/sms/gateway/nobody", data=b"{}").status_code == 403
    assert house.client.get("/sms/gateway/android_phone").status_code == 403
    for odd in ("é", "x" * 5000, "sha256="):
        assert (
            house.client.post(
                "/sms/gateway/android_phone",
                data=b"{}",
                headers={"X-Signature": odd.encode("utf-8").decode("latin-1"), "X-Timestamp": stamp},
            ).status_code
            == 403
        )
    assert house.cases() == () and house.android(WORDS).status_code == 200 and len(house.cases()) == 1


def test_kannel_is_asked_by_address_and_answered_with_nothing(house: House) -> None:
    assert kannel(house, WORDS, token="wrong") == 403
    assert [kannel(house, WORDS), kannel(house, WORDS)] == [200, 200]
    assert house.cases()[0].messages == 1
    house.deliver_all()
    query = house.gateway.calls[0][1]["query"]
    assert query["to"] == PERSON and query["from"] == "12345" and query["password"] == "user:sample" and query["charset"] == "UTF-8"
    # A line of 70 characters: a longer text leaves in several messages, whole.
    before = len(house.gateway.sent)
    text = "We read you and we are near. Stay where you are if it is safe there. Tell us when you can talk, and for how long."
    parcel = house.reply(text)
    house.deliver_all()
    parts = [sent.body for sent in house.gateway.sent[before:]]
    assert len(parts) == 2 and all(len(part) <= 70 for part in parts) and " ".join(parts) == text
    key = house.row(parcel).provider_id
    assert house.client.get(f"/sms/gateway/kannel/status?token={SECRET}&key={key}&status=1").status_code == 204
    assert house.row(parcel).delivery == "delivered"


@pytest.mark.parametrize("charset", ["UTF-16BE", '"UTF-16BE"', "utf-8", "x-nobody-knows"])
def test_kannel_sends_other_scripts_in_another_encoding_and_they_are_read(house: House, charset: str) -> None:
    text = "ជួយខ្ញុំផង គេចាក់សោខ្ញុំ"
    encoded = text.encode("utf-16-be") if "16" in charset else text.encode()
    headers = {"X-Kannel-From": PERSON, "X-Kannel-To": "12345"}
    answer = house.client.post(
        f"/sms/gateway/kannel?token={SECRET}&id=k9", data=encoded, headers=headers, content_type=f"text/plain; charset={charset}"
    )
    assert answer.status_code == 200 and house.cases()[0].lang == "km"


PARTS = {"SMS_1_TEXT": "ជួយខ្ញុំផង ", "SMS_2_TEXT": "គេចាក់សោ & \"100%\"", "SMS_MESSAGES": "2", "DECODED_PARTS": "0"}
WHOLE = {"DECODED_1_TEXT": PARTS["SMS_1_TEXT"] + PARTS["SMS_2_TEXT"], "DECODED_PARTS": "1", "SMS_MESSAGES": "2", "SMS_1_TEXT": "ជ"}


@pytest.mark.parametrize("env", [PARTS, WHOLE], ids=["parts", "whole"])
def test_the_script_of_the_guide_sends_every_part_and_signs_each_try_anew(tmp_path: Path, env: dict[str, str]) -> None:
    script = re.search(r"```sh\n(#!/bin/sh.*?)```", Path("docs/channels.md").read_text("utf-8"), re.DOTALL)
    assert script is not None
    (tmp_path / "receive").write_text(script[1], "utf-8")
    said = tmp_path / "said"
    # The first two tries fail; time goes on by 301 seconds a try.
    fakes = {
        "curl": f'printf "%s\\n" "$@" "--" >> {said}; [ "$(grep -c ^--$ {said})" -gt 2 ]',
        "sleep": f'echo "slept $1" >> {said}.slept',
        "date": f'[ "$1" = "+%s%N" ] && echo 7 || echo $((1790000000 + 301 * $(grep -c ^--$ {said} 2>/dev/null || true)))',
    }
    for name, body in fakes.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
        (tmp_path / name).chmod(0o700)
    said.touch()
    path = f"{tmp_path}:{os.environ['PATH']}"
    given = {**env, "SMS_1_NUMBER": PERSON, "HOTLINE_SECRET": SECRET, "PATH": path}
    subprocess.run(["/bin/sh", str(tmp_path / "receive")], env=given, check=True)
    tries = _tries(said, 3)
    assert len({body for body, _, _ in tries}) == 1 and len({stamp for _, stamp, _ in tries}) == 3
    for body, stamp, signature in tries:
        assert signature == "sha256=" + signed(SECRET, "{timestamp}.{body}", body.encode(), stamp)
    fields = dict(parse_qsl(tries[0][0]))
    assert fields == {"id": f"{PERSON}-7", "from": PERSON, "to": "modem", "text": WHOLE["DECODED_1_TEXT"]}


def _tries(said: Path, count: int) -> list[tuple[str, str, str]]:
    """Body, time and signature of each call of curl, as soon as so many were made; the script makes them behind our back."""
    end = time.monotonic() + 30
    while said.read_text("utf-8").count("\n--\n") < count and time.monotonic() < end:
        time.sleep(0.02)
    calls = [call.split("\n") for call in said.read_text("utf-8").split("\n--\n") if call]
    return [(call[call.index("--data") + 1], *(line.split(": ")[1] for line in call if line.startswith("X-Hotline-"))) for call in calls]  # type: ignore[misc]


def test_a_number_that_only_hears_is_answered_by_another_and_says_so(house: House) -> None:
    assert form_post(house, WORDS) == 200
    house.deliver_all()
    call = house.gateway.calls[-1]
    assert call[0].endswith("/v1/messages") and call[1]["body"]["source"] == "HELPLINE"
    assert "do not answer this number. Write to +10000000013" in house.gateway.sent[0].body.replace("Please ", "")


def test_the_bridge_reports_a_failure_and_the_case_says_why(house: House) -> None:
    assert bridge(house, {"message_id": "b1", "source": PERSON, "destination": "+10000000014", "text": WORDS}) == 200
    parcel = house.reply("We read you.")
    house.deliver_all()
    report = {"message_id": house.row(parcel).provider_id, "status": "UNDELIV", "error": "no coverage"}
    assert bridge(house, report, "/status") == 204
    row = house.row(parcel)
    assert (row.state, row.delivery, row.error) == ("sent", "failed", "no coverage")


def test_each_person_is_answered_from_the_number_they_wrote_to(house: House) -> None:
    payload = {"messageId": "x", "message": WORDS, "phoneNumber": "0912 000 0001".replace(" ", ""), "simNumber": 2, "receivedAt": "x"}
    assert house.signed("android_phone", {"event": "sms:received", "id": "v1", "payload": payload}).status_code == 200
    house.deliver_all()
    assert house.gateway.sent[0].to.startswith("+84")


@pytest.mark.parametrize("fault", ["hang", "drop"])
def test_a_timeout_after_accepting_sends_nothing_twice(house: House, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.gateway.TIMEOUT", (1, 0.5))
    house.android(WORDS)
    house.deliver_all()
    house.gateway.faults = [fault]
    parcel = house.reply("Once.")
    house.deliver_all()
    assert house.parcels()[parcel] == "unknown"
    house.deliver_all()
    assert house.parcels()[parcel] == "sent" and [sent.body for sent in house.gateway.sent].count("Once.") == 1


def test_a_gateway_that_cannot_be_asked_is_not_sent_to_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    kannel(house, WORDS)
    house.deliver_all()
    house.gateway.faults = ["drop"]
    parcel = house.reply("Once.")
    for _ in range(4):
        house.deliver_all()
    row = house.row(parcel)
    assert row.state == "failed" and "may have arrived" in row.error and [sent.body for sent in house.gateway.sent].count("Once.") == 1


def test_too_many_requests_are_waited_for_and_a_reset_is_looked_up(house: House) -> None:
    house.android(WORDS)
    house.deliver_all()
    house.gateway.faults = [(429, {}, {"Retry-After": "30"}), (503, {}), "reset"]
    parcel = house.reply("Once.")
    house.deliver_all()
    assert house.parcels()[parcel] == "queued" and house.row(parcel).due_at - house.clock() > 25_000
    for _ in range(5):
        house.shift += 40_000
        house.deliver_all()
    assert house.parcels()[parcel] == "sent" and [sent.body for sent in house.gateway.sent].count("Once.") == 1


def test_what_a_gateway_refuses_for_good_is_shown(house: House) -> None:
    house.android(WORDS)
    house.deliver_all()
    house.gateway.faults = [(400, {"message": "no"})]
    parcel = house.reply("Once.")
    house.deliver_all()
    assert (house.row(parcel).state, house.row(parcel).error) == ("failed", "gateway 400")


def test_without_an_id_the_same_words_are_one_message_for_a_quarter_of_an_hour(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.webhooks.now_ms", house.clock)
    for minutes in (0, 3, 10, 14):
        house.shift = minutes * 60_000
        assert form_post(house, WORDS, number="") == 200
    assert house.cases()[0].messages == 1
    house.shift = 31 * 60_000
    assert [form_post(house, WORDS, number=""), form_post(house, WORDS, number="")] == [200, 200]
    assert house.cases()[0].messages == 2
    house.shift = 45 * 60_000  # in the next quarter by the clock, but a repetition still
    assert form_post(house, WORDS, number="") == 200
    assert house.cases()[0].messages == 2


def test_an_id_that_kannel_did_not_fill_in_is_none(house: House) -> None:
    assert [kannel(house, WORDS, number="%25I"), kannel(house, "we are in room 12", number="%25I")] == [200, 200]
    assert house.cases()[0].messages == 2
