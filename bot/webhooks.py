"""The providers' doors. 403: not the provider. 2xx: stored. 503: could not store, come again. Nothing else."""

from __future__ import annotations

import logging
from typing import Any

from flask import Blueprint, Response, abort, request

from bot.channels.base import Malformed, Refused
from bot.channels.sms import TwilioSms
from bot.channels.telegram import TelegramBot
from bot.wiring import Front, now_ms
from triage import outbox

log = logging.getLogger("hotline.web")
XML = "text/xml; charset=utf-8"


def blueprint(parts: Front) -> Blueprint:
    """The webhooks of the channels that are set up; the others answer 403."""
    doors = Blueprint("webhooks", __name__)

    @doors.post("/sms/twilio")
    def sms() -> Response:
        channel = _verified_sms(parts)
        try:
            inbound = channel.parse(_fields())
        except Malformed:
            return Response(channel.answer(()), content_type=XML)
        reply = parts.conversation.receive(inbound, now_ms())
        return Response(channel.answer(reply.texts()), content_type=XML)

    @doors.post("/sms/twilio/status")
    def sms_status() -> Response:
        _verified_sms(parts)
        _note_status(parts)
        return Response(status=204)

    @doors.post("/telegram/webhook")
    def telegram() -> Any:
        channel = parts.telegram
        if channel is None:
            abort(403)
        try:
            channel.verify(_one_header("X-Telegram-Bot-Api-Secret-Token"))
            return receive_update(parts, channel, request.get_data(cache=False))
        except Refused:
            abort(403)

    return doors


def receive_update(parts: Front, channel: TelegramBot, body: bytes) -> Any:
    """Stores an update; the method call that answers it, or an empty object."""
    try:
        inbound = channel.parse(body)
    except Malformed as error:
        # Answered 2xx all the same: Telegram repeats anything else for a day and holds back that chat.
        log.warning("odd update left alone: %s", error)
        return {}
    if inbound is None:
        return {}
    reply = parts.conversation.receive(inbound, now_ms())
    message = reply.outgoing()
    return channel.answer(inbound.sender, message) if message else {}


def _verified_sms(parts: Front) -> TwilioSms:
    if parts.sms is None:
        abort(403)
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    try:
        parts.sms.verify(request.path + query, _fields(), _one_header("X-Twilio-Signature"))
    except Refused:
        abort(403)
    return parts.sms


def _fields() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def _one_header(name: str) -> str | None:
    values = request.headers.getlist(name)
    return values[0] if len(values) == 1 else None


def _note_status(parts: Front) -> None:
    sid, status = request.form.get("MessageSid", "")[:64], request.form.get("MessageStatus", "")[:20]
    if sid and status.isascii() and status.isalpha():
        code = request.form.get("ErrorCode", "")
        error = f"Twilio error {code}" if code.isascii() and code.isdigit() else None
        with parts.database.writing() as tx:
            outbox.reported(tx, sid, status, error)
