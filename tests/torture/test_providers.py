"""What providers, impatient fingers and a queue do twice, late or out of order: tried on a running hotline, on both databases."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import select

from tests.fixtures import standin_twilio
from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.standins import Sent
from tests.torture import twice
from tests.torture.checker import opened, settle
from tests.torture.storm import ends
from triage.db import Database
from triage.tables import cases, event, outbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
CHAT = 7_610_000


@pytest.fixture
def looked_at(shared_hotline: Hotline) -> Iterator[Database]:
    """The database of the shared hotline."""
    database = opened(shared_hotline)
    yield database
    database.engine.dispose()


def _buttons(answer: requests.Response) -> list[str]:
    rows = answer.json()["reply_markup"]["inline_keyboard"]
    return [str(button["callback_data"]) for row in rows for button in row]


def _steps(hotline: Hotline, chat: int) -> str:
    return ends(hotline, [chat])[chat].step


def test_a_stale_button_moves_nothing(shared_hotline: Hotline) -> None:
    first = _buttons(shared_hotline.update(chat=CHAT, text="they keep my passport in Phnom Penh, a sample of buttons"))
    second = _buttons(shared_hotline.press(CHAT, first[0]))
    assert first != second
    stands = _steps(shared_hotline, CHAT)
    for old in first:
        answer = shared_hotline.press(CHAT, old)
        assert answer.status_code == 200, answer.json()
        assert _steps(shared_hotline, CHAT) == stands
    assert shared_hotline.press(CHAT, second[0]).status_code == 200 and _steps(shared_hotline, CHAT) != stands


def test_twenty_taps_at_once_are_one(shared_hotline: Hotline) -> None:
    chats = (CHAT + 1, CHAT + 2)
    asked = [_buttons(shared_hotline.update(chat=chat, text=f"they keep my passport in Phnom Penh, a sample of taps {chat}")) for chat in chats]
    with ThreadPoolExecutor(20) as many:
        answers = list(many.map(lambda _: shared_hotline.press(chats[0], asked[0][0]), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    shared_hotline.press(chats[1], asked[1][0])
    assert _steps(shared_hotline, chats[0]) == _steps(shared_hotline, chats[1])


def _page(hotline: Hotline, form: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A page of the form after this one was sent: all of it, and its hidden fields."""
    answer = requests.post(f"{hotline.web}/report", data=form, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.text, dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))


def test_a_form_that_is_sent_twenty_times_or_from_an_older_page_moves_nothing_newer(shared_hotline: Hotline) -> None:
    text = "they keep my passport in Phnom Penh, a sample of forms"
    first = {"lang": "en", "talk": secrets.token_urlsafe(24), "turn": "0", "text": text}
    _, asked = _page(shared_hotline, first)
    form = asked | {"choice": "1"}
    with ThreadPoolExecutor(20) as many:
        pages = {page for page, _ in many.map(lambda _: _page(shared_hotline, form), range(20))}
    assert len(pages) == 1, "each tap shows the same next question"
    stands, second = _page(shared_hotline, asked | {"do": "review"})
    assert second["field"] != asked["field"]
    for old in (form, first, form):
        _page(shared_hotline, old)
    again, fields = _page(shared_hotline, asked | {"do": "review"})
    assert fields["field"] == second["field"] and again == stands
    assert shared_hotline.case_with(text)["texts"].count(text) == 1


def _sent(hotline: Hotline, number: str, text: str) -> tuple[str, Sent]:
    """A case with an answer that has left: its ref, and the message at the provider."""
    assert hotline.sms(text, sender=number).status_code == 200
    ref = hotline.case_with(text)["ref"]
    assert hotline.act(hotline.login("kh"), ref, "reply", text="We read you.").ok
    wait_for(lambda: hotline.twilio.to(number) == ["We read you."], 15)
    return str(ref), next(sent for sent in hotline.twilio.sent if sent.to == number)


def _told(database: Database, ref: str) -> tuple[str | None, str | None, int]:
    """The provider's last word on a case's answer, what went wrong with it, and how often the history tells of that."""
    with database.reading() as tx:
        at = tx.execute(select(cases.c.id).where(cases.c.ref == ref)).scalar_one()
        row = tx.execute(select(outbox.c.delivery, outbox.c.error).where(outbox.c.case_id == at, outbox.c.kind == "reply")).one()
        verbs = tx.execute(select(event.c.verb).where(event.c.case_id == at, event.c.verb == "not_delivered")).all()
    return row.delivery, row.error, len(verbs)


def test_a_word_of_the_provider_that_comes_late_or_twice_changes_nothing(shared_hotline: Hotline, looked_at: Database) -> None:
    ref, sent = _sent(shared_hotline, "+85512000961", "they keep my passport in Phnom Penh, a sample of reports")
    wait_for(lambda: _told(looked_at, ref)[0] is None or bool(sent.callback))
    for word in ("delivered", "sent", "queued", "delivered", "failed"):
        assert standin_twilio.report(sent, word).status_code == 204
    assert _told(looked_at, ref) == ("delivered", None, 0)
    page = shared_hotline.login("kh").get(f"{shared_hotline.desk}/cases/{ref}", timeout=10).text
    assert "delivered" in page


def test_what_did_not_arrive_is_told_once_on_its_case(shared_hotline: Hotline, looked_at: Database) -> None:
    ref, sent = _sent(shared_hotline, "+85512000962", "they keep my passport in Phnom Penh, a sample of failures")
    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(lambda _: standin_twilio.report(sent, "undelivered", 30003), range(4)))
    assert {answer.status_code for answer in answers} == {204}
    assert standin_twilio.report(sent, "sent").status_code == 204, "late"
    word, why, times = _told(looked_at, ref)
    assert (word, times) == ("undelivered", 1) and why
    assert why in shared_hotline.login("kh").get(f"{shared_hotline.desk}/cases/{ref}", timeout=10).text


@pytest.mark.parametrize("status", ["delivered", "failed", "", "\u0000", "x" * 500])
def test_a_word_on_a_message_that_is_not_ours_is_taken_and_changes_nothing(shared_hotline: Hotline, looked_at: Database, status: str) -> None:
    def all_rows() -> list[tuple[object, ...]]:
        with looked_at.reading() as tx:
            return [tuple(row) for row in tx.execute(select(outbox.c.id, outbox.c.state, outbox.c.delivery).order_by(outbox.c.id))]

    settle(looked_at, 60)
    before = all_rows()
    stranger = Sent("+85512000963", "x", 0.0, f"SM{secrets.token_hex(16)}", f"{shared_hotline.web}/sms/twilio/status")
    assert standin_twilio.report(stranger, status).status_code == 204
    assert requests.post(stranger.callback, data={"MessageSid": stranger.id, "MessageStatus": "failed"}, timeout=10).status_code == 403
    assert all_rows() == before


def test_a_job_that_runs_five_times_at_once_has_one_effect(shared_hotline: Hotline) -> None:
    line = twice.run(shared_hotline, count=6, times=5, workers=2)
    print(line)
    assert line["kept"], line
