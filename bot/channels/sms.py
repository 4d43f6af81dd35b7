"""SMS and WhatsApp by Twilio: signed form posts in, TwiML or REST out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from bot.channels.base import Attached, Inbound, Malformed, Outgoing, Refused, clean_text, pieces
from bot.channels.twilio_rest import Came, TwilioAccount, TwilioRest, error_words

SMS, WHATSAPP = "sms", "whatsapp"
PREFIX = "whatsapp:"
MAX_BODY = 1600  # characters that Twilio takes in one request, on both channels


class TwilioSms:
    """Verifies, parses and sends; keeps no state of its own but the client."""

    def __init__(self, account: TwilioAccount, name: str = SMS) -> None:
        self.name = name
        self.max_length = MAX_BODY
        self._prefix = PREFIX if name == WHATSAPP else ""
        self._account = account
        self._validator = RequestValidator(account.token)
        self._rest = TwilioRest(account)

    def verify(self, path: str, form: Mapping[str, Sequence[str]], signature: str | None) -> None:
        """Checks the signature over our public address and every field. Raises Refused."""
        if not signature or not signature.isascii():
            raise Refused("no signature")
        try:
            good = self._validator.validate(self._account.public_url + path, _Fields(form), signature)
        except (TypeError, ValueError, UnicodeError) as error:
            raise Refused("odd signature") from error
        if not good:
            raise Refused("wrong signature")

    def parse(self, form: Mapping[str, Sequence[str]]) -> Inbound:
        """The message in Twilio's form fields. Raises Malformed."""
        sid = _first(form, "MessageSid") or _first(form, "SmsSid")
        number = _first(form, "NumMedia")
        count = min(int(number), 10) if number.isascii() and number.isdigit() else 0
        media = tuple((_first(form, f"MediaUrl{at}"), _first(form, f"MediaContentType{at}") or "file") for at in range(count))
        location = _location(_first(form, "Latitude"), _first(form, "Longitude"))
        # Two Body fields: all of what was said is kept.
        text = clean_text("\n".join(form.get("Body", ())))
        return _inbound(sid, _first(form, "From"), _first(form, "To"), text, media, location)

    def answer(self, texts: Sequence[str]) -> str:
        """TwiML that sends these texts, in order; empty TwiML for none."""
        response = MessagingResponse()
        for text in texts:
            for piece in pieces(text, MAX_BODY):
                response.message(piece)
        return str(response)

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one text; Twilio's id. Raises RefusedForGood, TryLater, MayBeSent."""
        sender = self._prefix + message.line if message.line else ""
        return self._rest.send(self._prefix + to, message.text, sender, message.key)

    def find_sent(self, to: str, message: Outgoing, after_ms: int) -> tuple[str, ...]:
        """Ids of the messages with this text that Twilio sent to this number since `after_ms`. Raises TryLater."""
        return self._rest.sent_to(self._prefix + to, message.text, after_ms)

    def came_to(self, number: str, since_ms: int) -> tuple[tuple[int, Inbound], ...]:
        """What Twilio took in for this number of ours since then, with its time, oldest first. Raises TryLater."""
        found = self._rest.came_to(self._prefix + number, since_ms)
        return tuple((came.at, _of(came)) for came in found if came.sid and came.sender)

    def fetch(self, source: Mapping[str, Any], limit: int) -> bytes:
        """What was attached, from Twilio's own hosts alone. Raises RefusedForGood, TooLarge, TryLater."""
        return self._rest.fetch(str(source.get("url", "")), limit)


class _Fields(dict[str, Sequence[str]]):
    """Form fields as Twilio's validator reads repeated ones."""

    def getlist(self, name: str) -> list[str]:
        return list(self[name])


def _of(came: Came) -> Inbound:
    return _inbound(came.sid, came.sender, came.to, clean_text(came.text), came.media, None)


def _inbound(sid: str, sender: str, to: str, text: str, media: Sequence[tuple[str, str]], location: tuple[float, float] | None) -> Inbound:
    channel = WHATSAPP if sender.strip().startswith(PREFIX) else SMS
    sender, to = sender.strip().removeprefix(PREFIX).strip(), to.strip().removeprefix(PREFIX)[:64]
    if not sid or not sender or len(sender) > 64:
        raise Malformed("no MessageSid or no From")
    files = tuple(Attached(kind, {"url": url}) for url, kind in media)
    kinds = tuple(kind for _, kind in media)
    return Inbound(channel, sender, sid[:64], text, media=kinds, location=location, extra={"to": to}, files=files)


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name) or ("",)
    return clean_text(values[0])


def _location(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None


__all__: Sequence[str] = ("MAX_BODY", "SMS", "WHATSAPP", "TwilioAccount", "TwilioSms", "error_words")
