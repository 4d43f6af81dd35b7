"""Telegram: our own webhook endpoint, with the types and the client of python-telegram-bot."""

from __future__ import annotations

import asyncio
import hmac
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from bot.channels.base import (
    Attached,
    Inbound,
    Malformed,
    MayBeSent,
    Outgoing,
    Refused,
    RefusedForGood,
    TooLarge,
    TryLater,
    clean_text,
    pieces,
)

if TYPE_CHECKING:
    from telegram import Bot, Update
    from telegram import Message as TelegramMessage

CHANNEL = "telegram"
MAX_TEXT = 4096
HANT = ("hant", "tw", "hk", "mo")  # where Chinese is read in traditional characters
# What can be fetched and kept; the rest is told by name alone.
_FILES = ("voice", "video", "video_note", "audio", "document", "animation")
_MEDIA = ("photo", "voice", "video", "video_note", "audio", "document", "sticker", "animation", "poll", "contact", "venue", "dice", "story")


@dataclass(frozen=True, slots=True)
class TelegramAccount:
    """The bot that receives and sends."""

    token: str
    webhook_secret: str
    api_url: str


class TelegramBot:
    """Verifies, parses, renders and sends."""

    name = CHANNEL

    def __init__(self, account: TelegramAccount) -> None:
        self.max_length = MAX_TEXT
        self._account = account

    def verify(self, secret: str | None) -> None:
        """Compares the secret in constant time. Raises Refused."""
        given, wanted = (secret or "").encode("utf-8", "replace"), self._account.webhook_secret.encode()
        if not wanted or not hmac.compare_digest(given, wanted):
            raise Refused("wrong secret")

    def parse(self, body: bytes) -> Inbound | None:
        """The message in an update; None for one that is no person's message to us. Raises Malformed where it is no update."""
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Malformed("not JSON") from error
        return self.read(raw)

    def read(self, raw: Any) -> Inbound | None:
        """As `parse`, from decoded JSON."""
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int) or isinstance(raw.get("update_id"), bool):
            raise Malformed("no update_id")
        from telegram import Update

        try:
            return _addressed(_inbound(Update.de_json(raw, None), raw["update_id"]))
        except Exception as error:  # the library takes or raises whatever its constructors do on an odd shape
            plain = _plain(raw)
            if plain is None:
                raise Malformed(f"odd update: {type(error).__name__}") from error
            return plain

    def answer(self, to: str, message: Outgoing) -> dict[str, object]:
        """The method call that rides in the webhook's answer."""
        call: dict[str, object] = {"method": "sendMessage", "chat_id": int(to), "text": pieces(message.text, MAX_TEXT)[0]}
        markup = _markup(message)
        if markup is not None:
            call["reply_markup"] = markup
        return call

    def send(self, to: str, message: Outgoing) -> str:
        """Sends one message; Telegram's message id. Raises RefusedForGood, TryLater, MayBeSent."""
        markup = _markup(message)
        sent = self._call(lambda bot: bot.send_message(chat_id=int(to), text=message.text, reply_markup=_object(markup)))
        return str(sent.message_id)

    def fetch(self, source: Mapping[str, Any], limit: int) -> bytes:
        """A file that a person sent. Raises RefusedForGood, TooLarge, TryLater."""
        import requests

        from bot.channels.fetching import Place, download

        try:
            found = self._call(lambda bot: bot.do_api_request("getFile", api_kwargs={"file_id": str(source.get("file_id", ""))}))
        except RefusedForGood as error:
            raise (TooLarge(limit) if "too big" in str(error.__cause__) else error) from error
        home, path = urlsplit(self._account.api_url), str(found.get("file_path", ""))
        with requests.Session() as session:
            url = f"{self._account.api_url}/file/bot{self._account.token}/{quote(path)}"
            return download(session, url, limit, Place(home.netloc, home.scheme == "http"))

    def acknowledge(self, callback_id: str) -> None:
        """Tells Telegram that a button press has arrived, so that its spinner ends."""
        self._call(lambda bot: bot.answer_callback_query(callback_query_id=callback_id))

    def updates(self, offset: int | None, timeout: int) -> list[dict[str, Any]]:
        """The next updates by long polling, as JSON: one that the library cannot read must not hold back the others."""
        wanted = {"timeout": timeout} | ({"offset": offset} if offset is not None else {})
        got = self._call(lambda bot: bot.do_api_request("getUpdates", api_kwargs=wanted, read_timeout=timeout + 10))
        return [update for update in got if isinstance(update, dict) and isinstance(update.get("update_id"), int)]

    def delete_webhook(self) -> None:
        """Frees the bot for polling; pending updates stay."""
        self._call(lambda bot: bot.delete_webhook(drop_pending_updates=False))

    def _call(self, method: Any) -> Any:
        return asyncio.run(self._with_bot(method))

    async def _with_bot(self, method: Any) -> Any:
        from telegram import Bot
        from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
        from telegram.request import HTTPXRequest

        request = HTTPXRequest(connect_timeout=5, read_timeout=10, write_timeout=10)
        bot: Bot = Bot(self._account.token, base_url=f"{self._account.api_url}/bot", request=request, get_updates_request=request)
        try:
            await request.initialize()
            return await method(bot)
        except RetryAfter as error:
            after = error.retry_after
            raise TryLater("Telegram 429", after if isinstance(after, int | float) else after.total_seconds()) from error
        except (Forbidden, BadRequest) as error:
            raise RefusedForGood(f"Telegram: {type(error).__name__}") from error
        except TimedOut as error:
            raise MayBeSent("Telegram did not answer in time") from error
        except NetworkError as error:
            raise _network(error) from error
        except TelegramError as error:
            raise TryLater(f"Telegram: {type(error).__name__}") from error
        finally:
            await request.shutdown()


def _network(error: Exception) -> TryLater | MayBeSent:
    cause = type(error.__cause__).__name__
    return MayBeSent("the line broke") if cause in ("ReadError", "RemoteProtocolError", "WriteError") else TryLater("no connection")


def _inbound(update: Update, update_id: int) -> Inbound | None:
    query = update.callback_query
    if query is not None:
        chat = query.message.chat if query.message else None
        if chat is None or chat.type != "private":
            return None
        return Inbound(
            CHANNEL, str(chat.id), str(update_id), choice=clean_text(query.data or ""), ack=query.id, lang_hint=_lang(query.from_user)
        )
    message, edited = update.message or update.edited_message, update.message is None
    # Channels, groups and membership changes are no message to us: acknowledged, not answered.
    if message is None or message.chat.type != "private" or (message.from_user is not None and message.from_user.is_bot):
        return None
    text = clean_text(message.text or message.caption or "")
    if edited:
        # What was corrected is kept beside what was said first; a live location that moves on is not.
        return Inbound(CHANNEL, str(message.chat.id), str(update_id), text, extra={"quiet": "edited"}) if text else None
    place = message.location or (message.venue.location if message.venue else None)
    location = (place.latitude, place.longitude) if place else None
    extra = {"group": str(message.media_group_id)} if message.media_group_id else {}
    return Inbound(
        CHANNEL,
        str(message.chat.id),
        str(update_id),
        text,
        location=location,
        media=_media(message),
        lang_hint=_lang(message.from_user),
        extra=extra,
        files=_files(message),
    )


def _addressed(inbound: Inbound | None) -> Inbound | None:
    """The same, where it can be answered and stored. Raises ValueError for a chat that is no number or a place that is none."""
    if inbound is not None:
        int(inbound.sender)
        if inbound.location is not None and not all(isinstance(angle, int | float) and math.isfinite(angle) for angle in inbound.location):
            raise ValueError("a place that is none")
        (inbound.ack or "").encode()
    return inbound


def _files(message: TelegramMessage) -> tuple[Attached, ...]:
    found = [("photo", message.photo[-1])] if message.photo else []
    found += [(name, item) for name in _FILES if (item := getattr(message, name, None))]
    if len(found) > 1:  # an animation comes as a document too
        found = [pair for pair in found if pair[0] != "document"]
    return tuple(
        Attached(name, {"file_id": item.file_id}, clean_text(getattr(item, "file_name", None) or "")[:120], _size(item.file_size))
        for name, item in found
    )


def _size(told: object) -> int | None:
    """A number of bytes; the library passes on whatever stands there."""
    return told if isinstance(told, int) and told >= 0 else None


def _media(message: TelegramMessage) -> tuple[str, ...]:
    return tuple(name for name in _MEDIA if getattr(message, name, None))


def _plain(raw: dict[str, Any]) -> Inbound | None:
    """The words of a private message in an update that the library cannot read: newer than the library, or odd in another part."""
    message = raw.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(chat, dict) or chat.get("type") != "private" or type(chat.get("id")) is not int:
        return None
    text = clean_text(message.get("text") or message.get("caption") or "")
    media = tuple(name for name in _MEDIA if message.get(name))
    return Inbound(CHANNEL, str(chat["id"]), str(raw["update_id"]), text, media=media) if text or media else None


def _lang(user: Any) -> str | None:
    code = getattr(user, "language_code", None)
    if not code:
        return None
    lang, _, variant = str(code).lower().partition("-")
    return "zh-Hant" if lang == "zh" and variant.startswith(HANT) else lang


def _markup(message: Outgoing) -> dict[str, object] | None:
    if message.ask_location:
        button = {"text": message.ask_location, "request_location": True}
        return {"keyboard": [[button]], "one_time_keyboard": True, "resize_keyboard": True}
    if message.buttons:
        return {"inline_keyboard": [[{"text": label, "callback_data": payload}] for payload, label in message.buttons]}
    return None


def _object(markup: dict[str, object] | None) -> Any:
    from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup

    if markup is None:
        return None
    kind = InlineKeyboardMarkup if "inline_keyboard" in markup else ReplyKeyboardMarkup
    return kind.de_json(markup, None)


__all__: Sequence[str] = ("CHANNEL", "TelegramAccount", "TelegramBot")
