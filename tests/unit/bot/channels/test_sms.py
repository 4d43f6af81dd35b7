"""SMS: only Twilio's own requests are read, and every shape of them is read or politely refused."""

import pytest
from twilio.request_validator import RequestValidator

from bot.channels.base import Malformed, Refused
from bot.channels.sms import TwilioAccount, TwilioSms

TOKEN = "sample-token"
PUBLIC = "https://hotline.example"
SMS = TwilioSms(TwilioAccount("AC" + "0" * 32, TOKEN, "+15550000000", "", "https://api.twilio.com", PUBLIC))


class Fields(dict[str, list[str]]):
    """Repeated fields as a browser or provider may send them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def signature(form: dict[str, list[str]], path: str = "/sms/twilio") -> str:
    return str(RequestValidator(TOKEN).compute_signature(PUBLIC + path, Fields(form)))


FORM = {"MessageSid": ["SM1"], "From": ["+85500000001"], "Body": ["ជួយផង"]}


def test_a_right_signature_passes() -> None:
    SMS.verify("/sms/twilio", FORM, signature(FORM))


def test_a_right_signature_over_repeated_fields_passes() -> None:
    form = FORM | {"Body": ["one", "two"]}
    SMS.verify("/sms/twilio", form, signature(form))


@pytest.mark.parametrize("given", [None, "", "x", "ដ", "AAAA" * 40, "é=="])
def test_an_odd_signature_is_refused(given: str | None) -> None:
    with pytest.raises(Refused):
        SMS.verify("/sms/twilio", FORM, given)


def test_a_signature_over_other_fields_or_another_address_is_refused() -> None:
    for form, path in ((FORM | {"Body": ["other"]}, "/sms/twilio"), (FORM, "/sms/twilio/status")):
        with pytest.raises(Refused):
            SMS.verify(path, form, signature(FORM))


def test_it_reads_a_message() -> None:
    inbound = SMS.parse(FORM)
    assert (inbound.channel, inbound.sender, inbound.external_id, inbound.text) == ("sms", "+85500000001", "SM1", "ជួយផង")


@pytest.mark.parametrize(
    "form", [{}, {"MessageSid": ["SM1"]}, {"From": ["+1"]}, {"MessageSid": [""], "From": ["+1"]}, FORM | {"From": ["1" * 65]}]
)
def test_without_id_or_sender_there_is_no_message(form: dict[str, list[str]]) -> None:
    with pytest.raises(Malformed):
        SMS.parse(form)


@pytest.mark.parametrize("sender", ["12345", "BANK", "+123456789012345678901234567890"])
def test_odd_senders_are_still_people(sender: str) -> None:
    assert SMS.parse(FORM | {"From": [sender]}).sender == sender


def test_two_bodies_are_both_kept_and_nul_is_not() -> None:
    assert SMS.parse(FORM | {"Body": ["one", "two\0"]}).text == "one\ntwo"


@pytest.mark.parametrize(("number", "count"), [("0", 0), ("2", 2), ("99", 10), ("-1", 0), ("x", 0), ("٣", 0)])
def test_media_are_counted_with_care_and_never_fetched(number: str, count: int) -> None:
    form = FORM | {"NumMedia": [number], "MediaUrl0": ["file:///etc/passwd"], "MediaContentType0": ["image/png"]}
    assert len(SMS.parse(form).media) == count


def test_twiml_escapes_what_is_said() -> None:
    assert "<Message>a &lt;b&gt; &amp; c</Message>" in SMS.answer(["a <b> & c"])
    assert SMS.answer([]).endswith("<Response />")
