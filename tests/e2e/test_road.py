"""The whole road from outside, on both databases: a report comes in on three channels, reaches its desk, and the answer goes back."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from playwright.sync_api import Page

from tests.fixtures.hotline import Hotline, wait_for

pytestmark = pytest.mark.slow
KM = "ជួយផង គេវាយខ្ញុំ ហើយចាក់សោទុកក្នុងបន្ទប់ នៅបាវិត"
SEVEN = (
    (KM, "km", "kh"),
    ("ຊ່ວຍແດ່ ເຂົາຂັງພວກເຮົາໄວ້ຢູ່ບໍ່ເຕນ ຕີທຸກມື້", "lo", "la"),
    ("ကယ်ပါ ကျွန်မတို့ကို အခန်းထဲပိတ်ပြီး ရိုက်နေတယ် မဲဆောက်မှာ", "my", "th"),
    ("ช่วยด้วยค่ะ เขาขังพวกเราไว้ในห้องที่ปอยเปต ตีเพื่อนจนเลือดออก", "th", "kh"),
    ("cứu em với, em đang bị nhốt và bị đánh ở Lào Cai", "vi", "vn"),
    ("救命 我们被关在妙瓦底园区 有人被打到昏迷", "zh", "mm"),
    ("please help, they lock us and beat us in a house in Vientiane", "en", "la"),
)


def test_seven_languages_on_three_channels_reach_the_right_desk(shared_hotline: Hotline) -> None:
    for number, (text, lang, queue) in enumerate(SEVEN):
        assert shared_hotline.sms(text + " 1", sender=f"+8551200{number:04d}").status_code == 200
        assert shared_hotline.update(chat=710000 + number, text=text + " 2").status_code == 200
        shared_hotline.web_report(text + " 3", lang)
        for suffix in (" 1", " 2", " 3"):
            case = shared_hotline.case_with(text + suffix, seconds=2.0)
            assert (case["queue"], case["lang"], case["urgency"]) == (queue, lang, "emergency"), text


def test_a_redelivery_changes_nothing(shared_hotline: Hotline) -> None:
    before = len(shared_hotline.cases())
    first, again = (shared_hotline.sms(KM, sender="+85512000301", sid="SM1") for _ in range(2))
    assert first.text == again.text and "<Message>" in first.text
    one, two = (shared_hotline.update(update_id=5, chat=700301, text="សួស្តី ខ្ញុំត្រូវការជំនួយ") for _ in range(2))
    assert one.json() == two.json() and one.json()["method"] == "sendMessage"
    with ThreadPoolExecutor(25) as many:
        storm = list(many.map(lambda _: shared_hotline.update(update_id=6, chat=700300, text=KM), range(50)))
        sms = list(many.map(lambda _: shared_hotline.sms(KM, sender="+85512000300", sid="SMstorm"), range(50)))
    assert {answer.status_code for answer in storm + sms} == {200}
    assert len({answer.text for answer in storm}) == 1 and len({answer.text for answer in sms}) == 1
    assert [case["messages"] for case in shared_hotline.cases()[before:]] == [1, 1, 1, 1]


def test_a_reply_reaches_each_channel_once(shared_hotline: Hotline) -> None:
    before = len(shared_hotline.cases())
    shared_hotline.sms(KM, sender="+85512000077")
    shared_hotline.update(chat=700077, text="please help me, I am locked in a room in Phnom Penh")
    code, _ = shared_hotline.web_report("they keep my passport and threaten me in Phnom Penh")
    session = shared_hotline.login("kh")
    cases = shared_hotline.cases()[before:]
    for case in cases:
        assert shared_hotline.act(session, case["ref"], "claim").ok
        assert shared_hotline.act(session, case["ref"], "reply", text=f"We read you. {case['channel']}").ok
    wait_for(lambda: shared_hotline.twilio.to("+85512000077") == ["We read you. sms"])
    wait_for(lambda: shared_hotline.telegram.to("700077") == ["We read you. telegram"])
    thread = requests.post(f"{shared_hotline.web}/return", data={"code": code, "do": "open"}, timeout=10)
    assert "We read you. web" in thread.text
    by_command = shared_hotline.run(
        "reply", next(c["ref"] for c in cases if c["channel"] == "sms"), "--text-stdin", given="A second answer."
    )
    assert by_command.returncode == 0, by_command.stderr
    wait_for(lambda: shared_hotline.twilio.to("+85512000077") == ["We read you. sms", "A second answer."])
    time.sleep(1.5)
    assert len(shared_hotline.twilio.to("+85512000077")) == 2 and len(shared_hotline.telegram.to("700077")) == 1


def test_another_desks_case_is_not_there(shared_hotline: Hotline) -> None:
    text = f"{KM} foreign"
    shared_hotline.sms(text, sender="+85512000044")
    ref = shared_hotline.case_with(text)["ref"]
    session = shared_hotline.login("th")
    foreign, nowhere = (session.get(f"{shared_hotline.desk}/cases/{name}", timeout=10) for name in (ref, "AAAA-AAAA"))
    assert (foreign.status_code, nowhere.status_code) == (404, 404) and foreign.text == nowhere.text
    assert ref not in session.get(f"{shared_hotline.desk}/queue", timeout=10).text
    assert requests.get(f"{shared_hotline.desk}/cases/{ref}", timeout=10, allow_redirects=False).headers["Location"] == "/login"


def test_stop_is_honoured_from_its_commit_on(shared_hotline: Hotline) -> None:
    text = f"{KM} stopped"
    shared_hotline.sms(text, sender="+85512000055")
    ref = shared_hotline.case_with(text)["ref"]
    assert "<Message>" in shared_hotline.sms("ឈប់", sender="+85512000055").text
    assert shared_hotline.run("reply", ref, "--text-stdin", given="Are you there?").returncode == 1
    time.sleep(1)
    assert shared_hotline.twilio.to("+85512000055") == []


def test_nothing_is_lost_when_processes_die_and_redis_is_emptied(hotline: Hotline) -> None:
    words = ("worker", "web", "redis-server", "valkey-server", "clock")
    texts = []
    for number in range(20):
        text = f"{KM} {number} ok"
        for _ in range(40):
            try:
                if hotline.sms(text, sender=f"+8551300{number:04d}", sid=f"SMkill{number}").status_code == 200:
                    texts.append(text)
                    break
            except requests.RequestException:
                pass
            time.sleep(0.25)
        if number % 2:
            for pid in hotline.pids(words[number // 2 % len(words)])[:1]:
                os.kill(pid, signal.SIGKILL)
    assert len(texts) == 20

    def settled() -> bool:
        cases = hotline.cases()
        return len(cases) == 20 and all(case["urgency"] == "emergency" and case["queue"] == "kh" for case in cases)

    wait_for(settled, 60)
    assert sorted(text for case in hotline.cases() for text in case["texts"]) == sorted(texts)


def test_a_second_start_goes_on_where_the_first_stopped(hotline: Hotline) -> None:
    hotline.sms(KM)
    before = hotline.case_with(KM)
    hotline.stop()
    hotline.start()
    assert hotline.case_with(KM)["ref"] == before["ref"]
    assert hotline.login("kh").get(f"{hotline.desk}/cases/{before['ref']}", timeout=10).ok


def sign_in(page: Page, hotline: Hotline, queue: str) -> None:
    who = next(item for item in json.loads((hotline.home / "demo-logins.json").read_text()) if item["queue"] == queue)
    page.goto(f"{hotline.desk}/queue")
    page.fill("input[name=email]", who["email"])
    page.fill("input[name=password]", who["password"])
    page.click("button[type=submit]")
    page.wait_for_url("**/queue")


def test_both_paths_in_a_real_browser(hotline: Hotline, open_page: Callable[..., Page]) -> None:
    desk = open_page()
    sign_in(desk, hotline, "kh")
    assert "Nothing here" in desk.inner_text("main")
    desk.click("#sound")
    person = open_page(phone=True, scripts=False)
    person.goto(f"{hotline.web}/?lang=km")
    person.fill("textarea[name=text]", KM)
    person.click("button.main")
    code = person.inner_text(".receipt")
    assert re.fullmatch(r"(\d{4} ){4}\d{4}", code)
    # The new emergency appears without a reload, and is heard.
    desk.wait_for_selector(".alarm[role=alert] >> text=emergency", timeout=3000)
    desk.wait_for_function("Number(document.documentElement.dataset.beeps || 0) >= 1", timeout=12000)
    desk.click("table.queue a")
    assert KM in desk.inner_text(".talk")
    desk.click("text=Take in hand >> nth=0")
    desk.fill("#reply", "យើងនៅទីនេះ។ យើងជួយអ្នក។")
    desk.click("form.reply button")
    desk.wait_for_selector(".said.out")
    person.goto(f"{hotline.web}/return?lang=km")
    person.fill("input[name=code]", code)
    person.click("button.main")
    assert "យើងជួយអ្នក" in person.inner_text("main")
    person.fill("textarea[name=text]", "អរគុណ ខ្ញុំនៅបន្ទប់ ១២")
    person.click("button[value=add]")
    wait_for(lambda: hotline.case_with(KM)["messages"] == 2)
    desk.wait_for_selector("#changed:not([hidden])", timeout=5000)


def test_a_web_talk_walks_to_its_end_without_scripts(shared_hotline: Hotline, open_page: Callable[..., Page]) -> None:
    before = len(shared_hotline.cases())
    person = open_page(phone=True, scripts=False)
    person.goto(f"{shared_hotline.web}/report?lang=en")
    person.click("button[value=help_self]")
    for _ in range(30):
        if person.locator("fieldset input").count():
            person.locator("fieldset input").first.check()
        elif person.locator("button[value=skip]").count():
            person.click("button[value=skip]")
            continue
        if not person.locator("fieldset").count() and not person.locator("button[value=back]").count():
            break
        person.click("button.main")
    assert "Your code" in person.inner_text("main")
    assert [case["kind"] for case in shared_hotline.cases()[before:]] == ["help_self"]


@pytest.mark.parametrize("signature", [None, "x", "é"])
def test_hostile_sms_is_refused_and_the_next_honest_one_works(shared_hotline: Hotline, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature.encode()}
    assert (
        requests.post(
            f"{shared_hotline.web}/sms/twilio", data={"From": "+1", "MessageSid": "SM9", "Body": "x"}, headers=headers, timeout=10
        ).status_code
        == 403
    )
    text = f"{KM} honest {ascii(signature)}"
    assert shared_hotline.sms("", sender="+85512000400").status_code == 200
    assert shared_hotline.sms("x" * 60_000, sender="+85512000401").status_code == 200
    assert shared_hotline.sms(text, sender=f"BANK {ascii(signature)}", NumMedia="99", MediaUrl0="file:///etc/passwd").status_code == 200
    assert shared_hotline.case_with(text)["queue"] == "kh"


def test_hostile_updates_are_left_alone_and_the_next_honest_one_works(shared_hotline: Hotline) -> None:
    url = f"{shared_hotline.web}/telegram/webhook"
    right = {"X-Telegram-Bot-Api-Secret-Token": "sample-secret"}
    assert shared_hotline.raw_update({"update_id": 31}, secret="wrong").status_code == 403
    for body in (
        b"",
        b"not json",
        b"[" * 10_000,
        b'{"update_id":1,"message":7}',
        b'{"update_id":"x"}',
        '{"update_id":2,"message":{"text":"é"}}'.encode("utf-16"),
    ):
        assert requests.post(url, data=body, headers=right, timeout=10).status_code == 200, body[:20]
    assert requests.post(url, data=b"x" * 10_000_000, headers=right, timeout=20).status_code in (200, 413)
    odd = [{"edited_message": {}}, {"channel_post": {}}, {"my_chat_member": {}}, {"poll": {}}, {"something": [1]}]
    for number, part in enumerate(odd):
        assert shared_hotline.raw_update({"update_id": 10 + number} | part).status_code == 200
    press = {"id": "q", "from": {"id": 1, "is_bot": False, "first_name": "x"}, "chat_instance": "c", "data": "v9:\u0000forged:no"}
    press["message"] = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
    assert shared_hotline.raw_update({"update_id": 30, "callback_query": press}).status_code == 200
    for number, text in enumerate(("👨‍👩‍👧‍👦" * 512, "\u202eabc\u0000", "/start " + "x" * 4000, "' OR 1=1--", "{{7*7}}")):
        assert shared_hotline.update(chat=720000 + number, text=text).status_code == 200
    assert shared_hotline.update(chat=730000, text=f"{KM} after").status_code == 200
    assert shared_hotline.case_with(f"{KM} after")["queue"] == "kh"


def test_hostile_web_requests_get_a_clear_answer(shared_hotline: Hotline) -> None:
    report = f"{shared_hotline.web}/report"
    assert requests.get(report, params={"lang": "../../etc"}, timeout=10).status_code == 200
    assert requests.get(report, headers={"Accept-Language": "km," * 2000}, timeout=10).status_code == 200
    assert requests.post(report, data={}, timeout=10).status_code == 400
    assert requests.post(report, data={"text": "<script>alert(1)</script> {{7*7}}"}, timeout=10).status_code == 200
    assert requests.post(report, data={"text": "x" * 1_000_000}, timeout=20).status_code == 413
    assert requests.post(
        report, data=b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data; boundary=x"}, timeout=10
    ).status_code in (200, 400)
    assert requests.get(f"{shared_hotline.web}/nothing", timeout=10).status_code == 404
    assert requests.put(report, timeout=10).status_code == 405
    assert requests.post(f"{shared_hotline.web}/return", data={"code": "1"}, timeout=10).status_code == 404
    page = requests.get(report, headers={"X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil", "X-Forwarded-Proto": "ftp"}, timeout=10)
    assert "evil" not in page.text and "Set-Cookie" not in page.headers and page.headers["Cache-Control"] == "no-store"
    for site in (report, f"{shared_hotline.desk}/login"):
        for host in ("evil.example", "127.0.0.1.evil.example", "x@127.0.0.1"):
            strange = requests.get(site, headers={"Host": host}, timeout=10, allow_redirects=False)
            assert strange.status_code in (400, 421) and "evil" not in strange.text and "<" not in strange.text, host
    code, page_text = shared_hotline.web_report("a last honest message: they beat me in Pakse")
    assert len(code) == 24 and len(page_text) < 30_000
    assert shared_hotline.case_with("a last honest message: they beat me in Pakse")["queue"] == "la"


def test_the_processes_end_together(hotline: Hotline) -> None:
    assert hotline.pids("web") and hotline.pids("worker")
    hotline.stop()
    wait_for(lambda: hotline.pids("hotline") == [])
