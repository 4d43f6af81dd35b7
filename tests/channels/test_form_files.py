"""Photos, voice notes and films on the form: without scripts, sealed from the first byte on, and never at the price of the words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import form, uploads
from bot.app import create_app
from bot.chat import throwaway
from bot.wiring import workshop
from config import settings as settings_module
from tests.channels.conftest import CONFIG, House
from tests.channels.test_files import OGG, jpeg, shown
from tests.fixtures.standins import Standin
from triage import attachments, case_keys, inbox, messages
from triage.attachments import MAX_BYTES
from triage.work import triage_message

WORDS = "they locked us in a house in Poipet, please help us"
KHMER = "ជួយផង គេចាក់សោខ្ញុំ នៅបាវិត"
DAY_MS = 86_400_000
Given = tuple[str, bytes, str]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One for all of these tests: each writes a case of its own, which is then the last."""
    with throwaway(settings_module.read({"HOTLINE_CONFIG": str(CONFIG)})) as parts:
        shop = workshop(parts.settings)
        yield House(parts, shop, create_app(parts).test_client(), Standin())
        shop.database.engine.dispose()


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(v|talk|turn|field|code|lang)" value="([^"]*)"', page))


def send(house: House, path: str, given: tuple[Given, ...], **form: str) -> Any:
    files = [(io.BytesIO(data), name, kind) for name, data, kind in given]
    return house.client.post(path, data=form | {"file": files}, content_type="multipart/form-data")


def report(house: House, *given: Given, lang: str = "en", **form: str) -> str:
    first = house.client.get(f"/?lang={lang}").get_data(as_text=True)
    answer = send(house, "/report", given, **fields(first) | form)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_a_photo_beside_words_is_one_message_with_its_picture(house: House) -> None:
    page = report(house, ("IMG.jpg", jpeg(), "image/jpeg"), text=WORDS)
    assert "We have your file." in page and 'class="receipt"' in page
    house.take_in_files()
    (file,) = shown(house)
    assert (file.state, file.has_preview, house.cases()[-1].messages) == ("kept", True, 1)
    with house.parts.database.reading() as tx:
        opener = house.shop.keys.opening()
        assert attachments.original(tx, opener, file.id) == jpeg()
        assert [word.text for word in messages.read_all(tx, house.cases()[-1].id, opener)] == [WORDS]


def test_a_voice_note_alone_is_a_case(house: House) -> None:
    assert 'class="receipt"' in report(house, ("note.ogg", OGG, "audio/ogg"))
    house.take_in_files()
    assert [file.facts["type"] for file in shown(house)] == ["audio/ogg"]


def test_the_same_page_sent_twice_is_one_message_and_another_file_is_another(house: House) -> None:
    first = fields(house.client.get("/").get_data(as_text=True))
    for data in (OGG, OGG, jpeg()):
        assert send(house, "/report", (("x", data, "audio/ogg"),), **first, text=WORDS).status_code == 200
    assert (house.cases()[-1].messages, len(shown(house))) == (2, 2)


def test_a_field_in_which_nothing_was_chosen_is_no_file(house: House) -> None:
    page = report(house, ("", b"", "application/octet-stream"), text=WORDS)
    assert shown(house) == () and "We have your file" not in page and "in this file" not in page


def test_a_file_that_is_too_large_is_said_kindly_and_its_words_are_kept(house: House) -> None:
    page = report(house, ("film.mp4", b"\0" * (MAX_BYTES + 1), "video/mp4"), ("x.ogg", OGG, "audio/ogg"), text=KHMER, lang="km")
    assert "ឯកសារនេះធំពេក" in page and "យើងបានទទួលឯកសាររបស់អ្នក" in page
    house.take_in_files()
    assert [(file.state, file.why) for file in shown(house)] == [("refused", "too large"), ("kept", None)]
    assert house.cases()[-1].messages == 1


def test_an_empty_file_is_said_and_its_words_are_kept(house: House) -> None:
    assert "Please choose it again" in report(house, ("x.jpg", b"", "image/jpeg"), text=WORDS)
    assert [file.why for file in shown(house)] == ["empty"]


def test_what_is_larger_than_is_read_gets_a_page_in_the_persons_language(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_BODY", 1000)
    first = house.client.get("/?lang=th", headers={"Accept": "text/html"}, follow_redirects=True).get_data(as_text=True)
    action = re.search(r'action="([^"]+)" enctype', first)
    assert action is not None
    answer = send(house, action.group(1).replace("&amp;", "&"), (("x", b"\0" * 2000, "video/mp4"),), text=WORDS)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 413 and "ไฟล์นี้ใหญ่เกินไป" in page
    # The way out is still that of this visit.
    assert f"v={fields(first)['v']}" in page


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_words_have_their_own_smaller_limit(house: House, kind: str) -> None:
    answer = house.client.post("/report", data={"text": "x" * 1_000_000, "lang": "en"}, content_type=kind)
    assert answer.status_code == 413 and "Please send it in parts" in answer.get_data(as_text=True)


def test_skipping_leaves_a_chosen_file_behind(house: House) -> None:
    page = report(house, text=WORDS)
    send(house, "/report", (("x.jpg", jpeg(), "image/jpeg"),), **fields(page), do="skip")
    assert shown(house) == ()


def test_the_question_for_a_photo_takes_one_and_goes_on(house: House) -> None:
    page = report(house, flow="help_other")
    for _ in range(40):
        if 'type="file"' in page:
            break
        form: dict[str, str] = {**fields(page), "do": "skip"}
        if 'name="choice" value="no"' in page:
            form |= {"do": "next", "choice": "no"}
        page = house.client.post("/report", data=form).get_data(as_text=True)
    question = fields(page)
    assert "Have you a photo" in page
    after = send(house, "/report", (("x.jpg", jpeg(), "image/jpeg"),), **question, do="next").get_data(as_text=True)
    assert fields(after)["field"] != question["field"] and "Anything else" in after
    assert len(shown(house)) == 1


def test_a_file_brought_back_days_later_is_shown_on_the_desk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "now_ms", house.clock)
    code = re.search(r'class="receipt">([^<]+)<', report(house, text=WORDS))
    assert code is not None
    with house.parts.database.reading() as tx:
        waiting = inbox.waiting(tx, house.clock())
    for row in waiting:
        triage_message(house.shop.desk, row, house.clock())
    house.shift += 3 * DAY_MS
    with house.parts.database.writing() as tx:
        assert case_keys.cool(tx, house.clock()) > 0  # from here on its desk alone can read the case
    page = send(house, "/return", (("x.jpg", jpeg(), "image/jpeg"),), code=code.group(1), do="add", turn="1").get_data(as_text=True)
    assert "We have noted it." in page
    house.take_in_files()
    (file,) = shown(house)
    assert (file.state, file.has_preview, file.facts["type"]) == ("kept", True, "image/jpeg")
    assert house.cases()[-1].messages == 2


def test_no_part_of_a_file_lies_on_a_disk_unsealed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def no_disk(*_: object, **__: object) -> None:
        raise AssertionError("a file of a person went to a disk")

    monkeypatch.setattr(tempfile, "TemporaryFile", no_disk)
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", no_disk)
    canary = b"canary-of-a-film" * 100_000
    report(house, ("x.mp4", canary, "video/mp4"), text=WORDS)
    home = house.parts.settings.home
    assert not any(canary[:64] in path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_many_large_files_at_once_leave_room_for_words(house: House) -> None:
    held = [uploads._free.acquire(blocking=False) for _ in range(uploads.AT_ONCE)]
    try:
        assert send(house, "/report", (("x", b"\0" * 300_000, "video/mp4"),), text=WORDS).status_code == 503
        assert 'class="receipt"' in report(house, text=WORDS)
    finally:
        for one in held:
            assert one
            uploads._free.release()
    assert 'class="receipt"' in report(house, ("x", b"\0" * 300_000, "video/mp4"), text=WORDS)


def test_what_could_not_be_stored_is_on_the_page_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fields(house.client.get("/?lang=vi").get_data(as_text=True))
    with monkeypatch.context() as broken:
        broken.setattr(type(house.parts.conversation), "receive", _fails)
        answer = house.client.post("/report", data=first | {"text": WORDS + " <b>", "lang": "vi"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "&lt;b&gt;</textarea>" in page and 'lang="vi"' in page
    assert fields(page) == first | {"lang": "vi"}
    assert 'class="receipt"' in house.client.post("/report", data=fields(page) | {"text": WORDS}).get_data(as_text=True)


def _fails(*_: object) -> None:
    raise OperationalError("insert", {}, Exception("disk is full"))


@pytest.mark.parametrize(
    ("path", "accept", "is_page"),
    [("/nothing", "text/html", True), ("/nothing", "*/*", False), ("/report/x/y", "*/*", True), ("/sms/x", "text/html", False)],
)
def test_a_person_at_a_wrong_address_gets_a_page(house: House, path: str, accept: str, is_page: bool) -> None:
    answer = house.client.get(path, headers={"Accept": accept, "Accept-Language": "lo"})
    assert answer.status_code == 404 and ('lang="lo"' in answer.get_data(as_text=True)) == is_page


def test_a_wrong_code_stays_in_its_field_to_be_mended(house: House) -> None:
    page = house.client.post("/return", data={"code": "1234 5678 <", "lang": "th"}).get_data(as_text=True)
    assert 'value="1234 5678 &lt;"' in page and 'lang="th"' in page


