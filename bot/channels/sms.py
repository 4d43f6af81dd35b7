"""SMS by Twilio: signed form posts in, TwiML or REST out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from bot.channels.base import Inbound, Malformed, MayBeSent, Outgoing, Refused, RefusedForGood, SendError, TryLater, clean_text

if TYPE_CHECKING:
    from twilio.rest import Client

CHANNEL = "sms"
STATUS_PATH = "/sms/twilio/status"
MAX_BODY = 1600  # characters that Twilio takes in one request
# Codes that no retry mends: https://www.twilio.com/docs/api/errors
GONE = {21211, 21214, 21217, 21408, 21610, 21612, 21614, 30003, 30004, 30005, 30006}


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """The account that receives and sends."""

    sid: str
    token: str
    sender: str
    messaging_service_sid: str
    api_url: str
    public_url: str


class TwilioSms:
    """Verifies, parses and sends; keeps no state of its own but the client."""

    name = CHANNEL

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._validator = RequestValidator(account.token)
        self._client: Client | None = None

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
        sender, sid = _first(form, "From").strip(), _first(form, "MessageSid") or _first(form, "SmsSid")
        if not sid or not sender or len(sender) > 64:
            raise Malformed("no MessageSid or no From")
        number = _first(form, "NumMedia")
        count = min(int(number), 10) if number.isascii() and number.isdigit() else 0
        media = tuple(_first(form, f"MediaContentType{at}") or "file" for at in range(count))
        location = _location(_first(form, "Latitude"), _first(form, "Longitude"))
        # Two Body fields: all of what was said is kept.
        text = clean_text("\n".join(form.get("Body", ())))
        return Inbound(CHANNEL, sender, sid[:64], text, media=media, location=location)

    def answer(self, texts: Sequence[str]) -> str:
        """TwiML that sends these texts, in order; empty TwiML for none."""
        response = MessagingResponse()
        for text in texts:
            response.message(text)
        return str(response)

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one text; Twilio's id. Raises RefusedForGood, TryLater, MayBeSent."""
        from twilio.base.exceptions import TwilioRestException

        options: dict[str, Any] = {"to": to, "body": message.text[:MAX_BODY], "status_callback": self._account.public_url + STATUS_PATH}
        if self._account.messaging_service_sid:
            options["messaging_service_sid"] = self._account.messaging_service_sid
        else:
            options["from_"] = self._account.sender
        try:
            sent = self._rest().messages.create(**options)
        except TwilioRestException as error:
            raise _meaning(error.status, error.code) from error
        except requests.ConnectTimeout as error:
            raise TryLater("no connection") from error
        except requests.RequestException as error:
            raise _broken(error) from error
        return str(sent.sid)

    def find_sent(self, to: str, text: str, after_ms: int) -> str | None:
        """The id of a message with this text that Twilio sent to this number since `after_ms`; None where there is none.

        Raises TryLater where Twilio cannot be asked.
        """
        from twilio.base.exceptions import TwilioException

        wanted = _digest(text[:MAX_BODY])
        try:
            for sent in self._rest().messages.list(to=to, limit=50):
                created = sent.date_created.timestamp() * 1000 if sent.date_created else after_ms
                if _digest(sent.body or "") == wanted and created >= after_ms - 1000:
                    return str(sent.sid)
        except (TwilioException, requests.RequestException) as error:
            raise TryLater("cannot look up") from error
        return None

    def _rest(self) -> Client:
        if self._client is None:
            self._client = _client(self._account)
        return self._client


class _Fields(dict[str, Sequence[str]]):
    """Form fields as Twilio's validator reads repeated ones."""

    def getlist(self, name: str) -> list[str]:
        return list(self[name])


def _client(account: TwilioAccount) -> Client:
    # Twilio's REST client costs 60 MiB and a second; only the worker pays for it.
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    base = urlsplit(account.api_url)

    class Redirected(TwilioHttpClient):  # type: ignore[misc]
        """Sends every call to TWILIO_API_URL."""

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            parts = urlsplit(url)
            return super().request(method, urlunsplit((base.scheme, base.netloc, parts.path, parts.query, "")), *args, **kwargs)

    return Client(account.sid, account.token, http_client=Redirected(timeout=10, pool_connections=True))


def _meaning(status: int, code: int | None) -> SendError:
    if status == 429 or status >= 500:
        return TryLater(f"Twilio {status}")
    if code in GONE:
        return RefusedForGood(f"Twilio error {code}")
    if status in (401, 403, 404):
        return TryLater(f"Twilio {status}: check the account")
    return RefusedForGood(f"Twilio {status}, error {code}")


def _broken(error: requests.RequestException) -> SendError:
    text = repr(error)
    if isinstance(error, requests.ConnectionError) and ("NewConnectionError" in text or "refused" in text.lower()):
        return TryLater("no connection")
    return MayBeSent("the line broke")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    values = form.get(name) or ("",)
    return clean_text(values[0])


def _location(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None
