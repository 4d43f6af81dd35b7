"""The providers' doors. 403: not the provider. 2xx: stored. 503: could not store, come again. Nothing else."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

from flask import Blueprint, Response, abort, request

from bot.channels.base import Inbound, Malformed, Refused
from bot.channels.gateway import PATH as GATEWAY_PATH
from bot.channels.gateway import Gateway
from bot.channels.request import Request
from bot.channels.sms import TwilioSms, error_words
from bot.channels.telegram import TelegramBot
from bot.lines import came_by
from bot.wiring import Front, now_ms
from config.channels import TWILIO
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
        texts = _hear(parts, TWILIO, inbound, inline=True)
        return Response(channel.answer(texts), content_type=XML)

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
        except Refused as error:
            _refuse(error)

    _open_gateways(doors, parts)
    return doors


def _open_gateways(doors: Blueprint, parts: Front) -> None:
    """The doors of the HTTP gateways of channels.yaml."""

    @doors.route(f"{GATEWAY_PATH}/<name>", methods=["GET", "POST"])
    def gateway(name: str) -> Response:
        channel, asked = _verified_gateway(parts, name, "inbound")
        texts: list[str] = []
        try:
            inbound = channel.parse(asked)
        except Malformed as error:
            # As with the others: what can never be read is not sent again and again.
            log.warning("odd request of %(name)s left alone: %(reason)s", {"name": name, "reason": str(error)})
            inbound = None
        if inbound is not None:
            texts = _hear(parts, name, inbound, inline=channel.answers_inline)
        body, kind = channel.answer("\n".join(texts))
        return Response(body, content_type=f"{kind}; charset=utf-8")

    @doors.route(f"{GATEWAY_PATH}/<name>/status", methods=["GET", "POST"])
    def gateway_status(name: str) -> Response:
        channel, asked = _verified_gateway(parts, name, "status")
        try:
            report = channel.report(asked)
        except Malformed:
            report = None
        if report is not None:
            with parts.database.writing() as tx:
                outbox.reported(tx, (report.provider_id,), report.status, report.error, now_ms())
        return Response(status=204)


def receive_update(parts: Front, channel: TelegramBot, body: bytes) -> Any:
    """Stores an update; the method call that answers it, or an empty object."""
    try:
        inbound = channel.parse(body)
    except Malformed as error:
        # Answered 2xx all the same: Telegram repeats anything else for a day and holds back that chat.
        log.warning("odd update left alone: %(reason)s", {"reason": str(error)})
        return {}
    if inbound is None:
        return {}
    reply = parts.conversation.receive(inbound, now_ms())
    message = reply.outgoing()
    return channel.answer(inbound.sender, message) if message else {}


def _hear(parts: Front, adapter: str, inbound: Inbound, inline: bool) -> list[str]:
    """Stores a message and says what to answer in this response; empty where the answer leaves by another way."""
    inbound = came_by(parts.parts.channels, adapter, inbound)
    line = parts.parts.channels.line(inbound.line)
    inline = inline and (line is None or parts.parts.channels.answers_for(line).id == line.id)
    reply = parts.conversation.receive(inbound, now_ms(), by_outbox=not inline)
    return reply.texts() if inline else []


def _verified_gateway(parts: Front, name: str, part: str) -> tuple[Gateway, Request]:
    channel = parts.gateways.get(name)
    if channel is None:
        abort(403)
    if part == "inbound" and channel.max_request is not None:
        request.max_content_length = channel.max_request
    headers = {key.lower(): values[0] for key in set(request.headers.keys()) if len(values := request.headers.getlist(key)) == 1}
    query = {key: values[0] for key, values in request.args.lists() if len(values) == 1}
    asked = Request(request.method, headers, query, request.get_data(cache=False))
    try:
        channel.verify(asked, now_ms(), part)
    except Refused as error:
        _refuse(error)
    return channel, asked


def _verified_sms(parts: Front) -> TwilioSms:
    if parts.sms is None:
        abort(403)
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    try:
        parts.sms.verify(request.path + query, _fields(), _one_header("X-Twilio-Signature"))
    except Refused as error:
        _refuse(error)
    return parts.sms


def _refuse(error: Refused) -> NoReturn:
    log.warning("refused: %(name)s, %(reason)s", {"name": request.endpoint or "", "reason": str(error)})
    abort(403)


def _fields() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def _one_header(name: str) -> str | None:
    values = request.headers.getlist(name)
    return values[0] if len(values) == 1 else None


def _note_status(parts: Front) -> None:
    sid, status = request.form.get("MessageSid", "")[:64], request.form.get("MessageStatus", "")[:20]
    if sid and status.isascii() and status.isalpha():
        code = request.form.get("ErrorCode", "")
        error = error_words(int(code)) if code.isascii() and code.isdigit() and len(code) < 8 else None
        key = request.args.get("key", "")[:64]
        with parts.database.writing() as tx:
            outbox.reported(tx, (sid, key) if key else (sid,), status, error, now_ms())
