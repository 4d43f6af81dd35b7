"""Twilio's stand-in speaks to Twilio's own client, and fails as Twilio fails."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from bot.channels.base import MayBeSent, Outgoing, RefusedForGood, TryLater
from bot.channels.sms import TwilioAccount, TwilioSms
from tests.fixtures import standin_twilio as api
from tests.fixtures.standins import Standin

TO, WORDS = "+85512000001", Outgoing("យើងនៅទីនេះ")


def channel(twilio: Standin, token: str = api.TOKEN) -> TwilioSms:
    return TwilioSms(TwilioAccount(api.SID, token, api.FROM, "", twilio.url, "http://127.0.0.1:9"))


def test_it_takes_a_message_and_lists_it(twilio: Standin) -> None:
    sid = channel(twilio).send(TO, WORDS)
    assert twilio.to(TO) == [WORDS.text] and sid == twilio.sent[0].id
    assert channel(twilio).find_sent(TO, WORDS, int(twilio.sent[0].at * 1000)) == (sid,)
    assert channel(twilio).find_sent(TO, Outgoing("something else"), 0) == ()
    assert channel(twilio).find_sent("+85512000002", WORDS, 0) == ()


def test_a_wrong_token_and_a_wrong_account_are_refused(twilio: Standin) -> None:
    with pytest.raises(TryLater):
        channel(twilio, token="wrong").send(TO, WORDS)
    assert requests.post(f"{twilio.url}/2010-04-01/Accounts/AC1/Messages.json", auth=(api.SID, api.TOKEN), timeout=5).status_code == 404
    assert twilio.sent == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [(api.TOO_MANY, TryLater), (api.DOWN, TryLater), (api.STOPPED, RefusedForGood), (api.NO_SUCH_NUMBER, RefusedForGood)],
)
def test_a_refusal_takes_nothing_and_is_used_up(twilio: Standin, fault: object, error: type[Exception]) -> None:
    twilio.faults = [fault]  # type: ignore[list-item]
    with pytest.raises(error):
        channel(twilio).send(TO, WORDS)
    assert twilio.sent == [] and twilio.faults == []
    channel(twilio).send(TO, WORDS)
    assert twilio.to(TO) == [WORDS.text]


def test_a_line_that_breaks_after_taking_leaves_the_message_there(twilio: Standin) -> None:
    twilio.faults = ["drop"]
    with pytest.raises(MayBeSent):
        channel(twilio).send(TO, WORDS)
    assert channel(twilio).find_sent(TO, WORDS, 0) == (twilio.sent[0].id,)


def test_a_line_that_is_reset_takes_nothing(twilio: Standin) -> None:
    twilio.faults = ["reset"]
    with pytest.raises((MayBeSent, TryLater)):
        channel(twilio).send(TO, WORDS)
    assert twilio.sent == []


def test_an_answer_that_does_not_come_is_waited_for_in_vain(twilio: Standin) -> None:
    twilio.faults = ["hang"]
    form = {"To": TO, "From": api.FROM, "Body": "x"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(twilio.url + api.PATH, data=form, auth=(api.SID, api.TOKEN), timeout=0.3)
    assert twilio.to(TO) == ["x"]


@pytest.mark.parametrize(
    ("change", "code"), [({"To": "BANK"}, 21211), ({"Body": ""}, 21602), ({"Body": "x" * 1601}, 21617), ({"From": ""}, 21603)]
)
def test_what_twilio_would_not_take_is_refused(twilio: Standin, change: dict[str, str], code: int) -> None:
    form = {"To": TO, "From": api.FROM, "Body": "x"} | change
    answer = requests.post(twilio.url + api.PATH, data=form, auth=(api.SID, api.TOKEN), timeout=5)
    assert (answer.status_code, answer.json()["code"], twilio.sent) == (400, code, [])


def test_the_clients_own_error_carries_the_code(twilio: Standin) -> None:
    twilio.faults = [api.STOPPED]
    with pytest.raises(TwilioRestException) as caught:
        channel(twilio)._rest._rest().messages.create(to=TO, from_=api.FROM, body="x")
    assert (caught.value.status, caught.value.code) == (400, 21610)


def test_it_reports_what_became_of_a_message(twilio: Standin) -> None:
    heard: list[tuple[str, str]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.append((body, self.headers["X-Twilio-Signature"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.handle_request, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/sms/twilio/status"
    channel(twilio).send(TO, WORDS)
    twilio.sent[0].callback = url
    assert api.report(twilio.sent[0], "undelivered", 30005).status_code == 204
    server.server_close()
    form = {name: values[0] for name, values in parse_qs(heard[0][0]).items()}
    assert (form["MessageStatus"], form["ErrorCode"], form["MessageSid"]) == ("undelivered", "30005", twilio.sent[0].id)
    assert RequestValidator(api.TOKEN).validate(url, form, heard[0][1])
