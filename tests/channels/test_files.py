"""Pictures and voice notes: fetched after their message is stored, sealed whole, shown without metadata, on their own desk alone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import pytest
from PIL import Image
from sqlalchemy import select

from bot.channels.base import Attached, Inbound
from tests.channels.conftest import PERSON, House
from tests.fixtures import standin_telegram, standin_twilio
from tests.fixtures.standins import Standin
from triage import attachments
from triage.attachments import MAX_BYTES, Shown
from triage.channel_tables import attachment, attachment_part

OGG = b"OggS\0\2" + b"\0" * 22 + b"OpusHead" + b"\1" * 400


def jpeg() -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "canary-maker"
    Image.new("RGB", (1600, 900), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 10_000_000)
    return out.getvalue()


def update(house: House, number: int, **message: object) -> int:
    chat = {"id": 700001, "type": "private", "first_name": "Sample"}
    body = {"update_id": number, "message": {"message_id": number, "date": 0, "chat": chat, "from": chat | {"is_bot": False}} | message}
    headers = {"X-Telegram-Bot-Api-Secret-Token": standin_telegram.SECRET}
    answer = house.client.post("/telegram/webhook", json=body, headers=headers)
    house.last = answer.get_json()  # type: ignore[attr-defined]
    return int(answer.status_code)


def document(name: str, size: int | None = None) -> dict[str, object]:
    return {"file_id": name, "file_unique_id": name, "file_name": f"../../{name}"} | ({} if size is None else {"file_size": size})


def put(telegram: Standin, name: str, data: bytes) -> None:
    telegram.files[f"/file/bot{standin_telegram.TOKEN}/{name}"] = data


def shown(house: House) -> tuple[Shown, ...]:
    with house.parts.database.reading() as tx:
        return attachments.of_case(tx, house.shop.keys.opening(), house.cases()[-1].id)


def twilio_sms(house: House, sid: str = "SM1", **more: str) -> str:
    form = {"MessageSid": sid, "From": PERSON, "To": standin_twilio.FROM, "Body": ""} | more
    signature = standin_twilio.signature("http://localhost/sms/twilio", form)
    answer = house.client.post("/sms/twilio", data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_photo_is_sealed_whole_and_shown_without_metadata(house: House, telegram: Standin) -> None:
    data = jpeg()
    put(telegram, "photo1", data)
    photo = {"file_id": "photo1", "file_unique_id": "p", "file_size": len(data), "width": 1600, "height": 900}
    assert update(house, 1, photo=[photo], caption="they keep us in this house in Poipet") == 200
    assert not [name for name, _ in telegram.calls if name == "getFile"]  # never in the request
    house.take_in_files()
    (file,) = shown(house)
    assert (file.state, file.facts["type"], file.facts["width"]) == ("kept", "image/jpeg", 1600) and file.has_preview
    opener = house.shop.keys.opening()
    with house.parts.database.reading() as tx:
        assert attachments.original(tx, opener, file.id) == data
        picture = attachments.preview(tx, opener, file.id)
        assert picture is not None and b"canary" not in picture
        stored = b"".join(tx.execute(select(attachment_part.c.sealed)).scalars())
        assert b"canary" not in stored and data[:200] not in stored


@pytest.mark.parametrize(
    ("data", "state", "kind", "why"),
    [
        (OGG, "kept", "audio/ogg", None),
        (b"", "refused", None, "empty"),
        (b"\xff\xd8\xff" + b"x" * 100, "kept", "image/jpeg", "cannot be shown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "kept", "application/octet-stream", "cannot be shown"),
        (bomb(), "kept", "application/octet-stream", "cannot be shown"),
        (jpeg() + b"<html><script>alert(1)</script>", "kept", "image/jpeg", None),
        (b"%PDF-1.7 x", "kept", "application/pdf", None),
    ],
    ids=["voice", "empty", "broken", "svg", "zip bomb", "polyglot", "pdf"],
)
def test_whatever_a_file_holds_its_message_stands(house: House, telegram: Standin, data: bytes, state: str, kind: str | None, why: str | None) -> None:
    put(telegram, "doc", data)
    assert update(house, 1, document=document("doc"), caption="please help us in Poipet, we are locked in") == 200
    house.take_in_files()
    (file,) = shown(house)
    assert (file.state, file.facts.get("type"), file.why) == (state, kind, why)
    assert house.cases()[-1].messages == 1 and update(house, 2, text="are you there, we wait here") == 200


def test_a_file_that_is_told_to_be_too_large_is_answered_at_once(house: House, telegram: Standin) -> None:
    assert update(house, 1, video=document("big", MAX_BYTES + 1) | {"width": 1, "height": 1, "duration": 1}, caption="ជួយផង គេវាយខ្ញុំ") == 200
    assert house.last["text"].startswith("ឯកសារនេះធំពេក")  # type: ignore[attr-defined]
    house.take_in_files()
    assert [(file.state, file.why) for file in shown(house)] == [("refused", "too large")] and telegram.calls == []


def test_a_file_that_turns_out_too_large_is_answered_once_in_the_persons_language(house: House, telegram: Standin) -> None:
    put(telegram, "big", b"\0" * (MAX_BYTES + 1))
    update(house, 1, document=document("big"), caption="ជួយផង គេវាយខ្ញុំ")
    house.take_in_files()
    house.take_in_files()
    house.deliver_all()
    assert [file.why for file in shown(house)] == ["too large"]
    assert len(telegram.to("700001")) == 1 and telegram.to("700001")[0].startswith("ឯកសារនេះធំពេក")


def test_an_album_is_one_message_with_one_answer(house: House, telegram: Standin) -> None:
    answers = []
    for at in range(10):
        put(telegram, f"p{at}", jpeg())
        photo = {"file_id": f"p{at}", "file_unique_id": f"u{at}", "width": 10, "height": 10}
        caption = {"caption": "ten pictures of the house in Poipet"} if at == 0 else {}
        assert update(house, at + 1, photo=[photo], media_group_id="g1", **caption) == 200
        answers.append(house.last)  # type: ignore[attr-defined]
    assert [bool(answer) for answer in answers] == [True] + [False] * 9
    house.take_in_files()
    files = shown(house)
    assert house.cases()[0].messages == 1 and len(files) == 10 and len({file.message_id for file in files}) == 1
    assert {file.state for file in files} == {"kept"}


def test_an_mms_is_fetched_with_the_accounts_log_in_and_a_whatsapp_voice_too(house: House, twilio: Standin) -> None:
    path = f"/2010-04-01/Accounts/{standin_twilio.SID}/Messages/MM1/Media/ME1"
    twilio.files[path] = OGG
    media = {"NumMedia": "1", "MediaUrl0": twilio.url + path, "MediaContentType0": "audio/ogg"}
    assert "<Message>" in twilio_sms(house, From=f"whatsapp:{PERSON}", To="whatsapp:+15550000000", **media)
    house.take_in_files()
    assert house.cases()[0].channel == "whatsapp" and shown(house)[0].facts["type"] == "audio/ogg"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
        "https://169.254.169.254/x",
        "http://localhost:1/x",
        "https://api.twilio.com.evil.example/x",
        "https://evil.example/@api.twilio.com",
        "gopher://x",
        "",
        "https://[::1",
        "//x",
    ],
)
def test_no_file_is_fetched_from_anywhere_but_the_provider(house: House, twilio: Standin, url: str) -> None:
    twilio_sms(house, Body="please help us, we are locked in in Poipet", NumMedia="99", MediaUrl0=url, MediaContentType0="image/png")
    house.take_in_files()
    assert {file.why for file in shown(house)} == {attachments.GONE} and twilio.calls == []


def test_bytes_of_the_web_form_are_kept_like_any_other(house: House) -> None:
    data = jpeg()
    inbound = Inbound("web", "x" * 32, "w1", "please help us in Poipet", files=(Attached("file", name="../../x.jpg", data=data),))
    house.parts.conversation.receive(inbound, house.clock())
    house.take_in_files()
    (file,) = shown(house)
    assert file.state == "kept" and file.has_preview and file.facts["sha256"]


def test_the_gateways_own_host_alone_hands_out_pictures(house: House) -> None:
    from tests.channels.test_gateways import bridge

    house.gateway.files["/m/1"] = jpeg()
    items: list[Mapping[str, str]] = [{"url": house.gateway.url + "/m/1"}, {"url": "http://127.0.0.1:9/x"}, {"base64": "aGk="}]
    body = {"message_id": "b1", "source": PERSON, "destination": "+10000000014", "text": "please help us in Poipet", "attachments": items}
    assert bridge(house, json.loads(json.dumps(body))) == 200
    house.take_in_files()
    assert [file.state for file in shown(house)] == ["kept", "refused", "kept"]


def test_files_are_deleted_when_their_time_is_over(house: House, telegram: Standin) -> None:
    put(telegram, "doc", OGG)
    update(house, 1, document=document("doc"), caption="please help us in Poipet")
    house.take_in_files()
    with house.parts.database.writing() as tx:
        assert attachments.purge(tx, house.clock() + 89 * attachments.DAY_MS) == 0
        assert attachments.purge(tx, house.clock() + 91 * attachments.DAY_MS) == 1
        assert tx.execute(select(attachment_part)).first() is None
        assert tx.execute(select(attachment.c.state)).scalar_one() == "gone"
