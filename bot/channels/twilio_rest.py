"""Twilio's REST API as the worker uses it: send, look up, list what came in, fetch what was attached.

The client costs 60 MiB and a second, so it is made on first use and never in the public process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from bot.channels import http as requests
from bot.channels.base import RefusedForGood, SendError, TryLater
from bot.channels.fetching import Place, broken, download

if TYPE_CHECKING:
    from twilio.rest import Client

STATUS_PATH = "/sms/twilio/status"
# Codes that no retry mends: https://www.twilio.com/docs/api/errors
GONE = {21211, 21214, 21217, 21408, 21610, 21612, 21614, 30003, 30004, 30005, 30006, 63003, 63024}
REASONS = {
    21610: "the person sent STOP to the provider",
    30007: "the operator filtered it",
    63016: "WhatsApp takes an answer only within 24 hours of the person's last message",
}
MEDIA_HOSTS = ("twiliocdn.com",)  # where api.twilio.com sends a client that asks for a file


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """The account that receives and sends."""

    sid: str
    token: str
    sender: str
    messaging_service_sid: str
    api_url: str
    public_url: str


@dataclass(frozen=True, slots=True)
class Came:
    """A message that Twilio has taken in: its id, when, from and to, words, and the addresses and types of what was attached."""

    sid: str
    at: int
    sender: str
    to: str
    text: str
    media: tuple[tuple[str, str], ...]


class TwilioRest:
    """One account's client."""

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._client: Client | None = None
        self._session: requests.Session | None = None

    def send(self, to: str, text: str, sender: str, key: str) -> str:
        """Sends one text; Twilio's id. Raises RefusedForGood, TryLater, MayBeSent."""
        from twilio.base.exceptions import TwilioRestException

        query = f"?key={key}" if key else ""
        options: dict[str, Any] = {"to": to, "body": text, "status_callback": self._account.public_url + STATUS_PATH + query}
        if self._account.messaging_service_sid and not sender:
            options["messaging_service_sid"] = self._account.messaging_service_sid
        else:
            options["from_"] = sender or self._account.sender
        try:
            sent = self._rest().messages.create(**options)
        except TwilioRestException as error:
            raise _meaning(error) from error
        except requests.ConnectTimeout as error:
            raise TryLater("no connection") from error
        except requests.RequestException as error:
            raise broken(error) from error
        return str(sent.sid)

    def sent_to(self, to: str, text: str, after_ms: int) -> tuple[str, ...]:
        """Ids of the messages with this text that left for this number since `after_ms`. Raises TryLater."""
        from twilio.base.exceptions import TwilioException

        wanted, found = _digest(text), []
        try:
            for sent in self._rest().messages.list(to=to, limit=100):
                created = sent.date_created.timestamp() * 1000 if sent.date_created else after_ms
                if _digest(sent.body or "") == wanted and created >= after_ms - 1000:
                    found.append(str(sent.sid))
        except (TwilioException, requests.RequestException) as error:
            raise TryLater("cannot look up") from error
        return tuple(found)

    def came_to(self, number: str, since_ms: int) -> tuple[Came, ...]:
        """What people sent to this number since then, oldest first. Raises TryLater."""
        from twilio.base.exceptions import TwilioException

        since = datetime.fromtimestamp(since_ms / 1000, UTC)
        try:
            listed = self._rest().messages.list(to=number, date_sent_after=since, page_size=200)
            found = [_came(message, tuple(self._media(message))) for message in listed if str(message.direction) == "inbound"]
        except (TwilioException, requests.RequestException) as error:
            raise TryLater("cannot list") from error
        return tuple(sorted((came for came in found if came.at >= since_ms), key=lambda came: (came.at, came.sid)))

    def _media(self, message: Any) -> Iterator[tuple[str, str]]:
        if str(message.num_media or "0") != "0":
            for item in self._rest().messages(message.sid).media.list(limit=10):
                yield self._account.api_url + str(item.uri).removesuffix(".json"), str(item.content_type or "file")

    def fetch(self, url: str, limit: int) -> bytes:
        """A file of a message, from Twilio's own hosts alone. Raises RefusedForGood, TooLarge, TryLater."""
        if self._session is None:
            self._session = requests.Session()
        home = urlsplit(self._account.api_url)
        auth = (self._account.sid, self._account.token)
        return download(self._session, url, limit, Place(home.netloc, home.scheme == "http", auth, MEDIA_HOSTS))

    def _rest(self) -> Client:
        if self._client is None:
            self._client = _client(self._account)
        return self._client


def error_words(code: int) -> str:
    """What an error of Twilio means to a responder."""
    return REASONS.get(code, f"Twilio error {code}")


def _client(account: TwilioAccount) -> Client:
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    base = urlsplit(account.api_url)

    class Redirected(TwilioHttpClient):  # type: ignore[misc]
        """Sends every call to TWILIO_API_URL."""

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            parts = urlsplit(url)
            return super().request(method, urlunsplit((base.scheme, base.netloc, parts.path, parts.query, "")), *args, **kwargs)

    return Client(account.sid, account.token, http_client=Redirected(timeout=10, pool_connections=True))


def _came(message: Any, media: tuple[tuple[str, str], ...]) -> Came:
    at = message.date_sent or message.date_created
    return Came(
        str(message.sid),
        int(at.timestamp() * 1000) if at else 0,
        str(message.from_ or ""),
        str(message.to or ""),
        message.body or "",
        media,
    )


def _meaning(error: Any) -> SendError:
    status, code = error.status, error.code
    if status == 429 or status >= 500:
        # Twilio names no time to wait: https://www.twilio.com/docs/api/errors/20429
        return TryLater(f"Twilio {status}")
    if code in GONE or code in REASONS:
        return RefusedForGood(error_words(code))
    if status in (401, 403, 404):
        return TryLater(f"Twilio {status}: check the account")
    return RefusedForGood(f"Twilio {status}, error {code}")


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()
