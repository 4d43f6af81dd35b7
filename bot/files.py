"""Files that people sent: fetched after their message is stored, looked at by their bytes, sealed whole, shown by a preview."""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import sniff
from bot.channels.base import RefusedForGood, SendError, TooLarge
from bot.parts import Parts
from triage import attachments, case_keys, messages, outbox
from triage.attachments import MAX_ATTEMPTS, MAX_BYTES, Work
from triage.vault import CannotOpen

log = logging.getLogger("hotline.files")
SECONDS = 20
NOT_SHOWN = "cannot be shown"


class Closed(Exception):
    """The file is stored, and only its desk can open it by now."""


@dataclass(frozen=True, slots=True)
class Reception:
    """What files are taken in with: the channels that can fetch, and a clock in milliseconds."""

    parts: Parts
    channels: Mapping[str, Any]
    clock: Callable[[], int]


def sweep(room: Reception) -> int:
    """Takes in every file that is due; how many."""
    with room.parts.database.reading() as tx:
        due = attachments.waiting(tx, room.clock())
    return sum(take_in(room, file_id) for file_id in due)


def take_in(room: Reception, file_id: int) -> bool:
    """Fetches, seals and shows one file; False where it is done, in other hands, or not to be had. May run twice at once."""
    with room.parts.database.writing() as tx:
        work = attachments.lease(tx, file_id, room.clock())
    if work is None:
        return False
    try:
        source, data = _read(room, work)
    except TooLarge:
        _refuse(room, work, attachments.TOO_LARGE)
        return False
    except Closed:
        # Triage's window is over: its desk can open the file, we can no more look at it.
        _keep_unseen(room, work)
        return True
    except (RefusedForGood, CannotOpen):
        _refuse(room, work, attachments.GONE)
        return False
    except SendError as error:
        log.warning("file %(row)d not to be had: %(reason)s", {"row": file_id, "reason": error.reason})
        _later(room, work)
        return False
    if not data or len(data) > MAX_BYTES:
        _refuse(room, work, attachments.TOO_LARGE if data else attachments.EMPTY)
        return False
    _keep(room, work, source, data)
    return True


def _read(room: Reception, work: Work) -> tuple[dict[str, Any], bytes]:
    opener = room.parts.keys.opening()
    source = json.loads(opener.open(attachments.SOURCE, work.source or b""))
    if source.get("inline"):
        with room.parts.database.reading() as tx:
            try:
                return source, attachments.original(tx, opener, work.id)
            except CannotOpen as error:
                raise Closed(str(source.get("name", ""))) from error
    channel = room.channels.get(work.channel)
    if channel is None:
        raise SendError(f"{work.channel} is not set up")
    return source, channel.fetch(source, MAX_BYTES)


def _keep(room: Reception, work: Work, source: Mapping[str, Any], data: bytes) -> None:
    kind = sniff.media_type(data)
    with room.parts.database.reading() as tx:
        sealer = case_keys.sealer(tx, work.case_id)
    facts: dict[str, Any] = {
        "type": kind,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "name": str(source.get("name", ""))[:120],
    }
    if not source.get("inline"):
        with room.parts.database.writing() as tx:
            attachments.drop_parts(tx, work.id)
        # Each part in a transaction of its own: nobody waits for a large file.
        for seq, part in enumerate(attachments.cut(sealer.seal(attachments.ORIGINAL, data))):
            with room.parts.database.writing() as tx:
                attachments.add_part(tx, work.id, seq, part)
    shown = preview(data) if kind in sniff.PICTURES else None
    if shown is not None:
        facts |= shown[0]
    why = NOT_SHOWN if kind == sniff.UNKNOWN or (kind in sniff.PICTURES and shown is None) else None
    with room.parts.database.writing() as tx:
        attachments.kept(tx, sealer, work, facts, shown[1] if shown else None, why)


def _keep_unseen(room: Reception, work: Work) -> None:
    with room.parts.database.writing() as tx:
        facts = {"type": sniff.UNKNOWN, "size": 0, "sha256": "", "name": ""}
        attachments.kept(tx, case_keys.sealer(tx, work.case_id), work, facts, None, NOT_SHOWN)


def preview(data: bytes) -> tuple[dict[str, int], bytes] | None:
    """Width and height, and a picture without metadata, made in a confined process; None where it cannot be made."""
    command = [sys.executable, "-I", "-m", "bot.confined"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, env={}, cwd="/", close_fds=True, check=False)
    except (subprocess.TimeoutExpired, OSError):
        return None
    head, _, picture = done.stdout.partition(b"\n")
    if done.returncode != 0 or not picture:
        return None
    size = json.loads(head)
    return {"width": int(size["width"]), "height": int(size["height"])}, picture


def _later(room: Reception, work: Work) -> None:
    if work.attempts >= MAX_ATTEMPTS:
        _refuse(room, work, attachments.GONE)
        return
    with room.parts.database.writing() as tx:
        attachments.retry(tx, work, room.clock() + 10_000 * 4**work.attempts)


def _refuse(room: Reception, work: Work, why: str) -> None:
    """Notes that a file is not kept; the person is told where they can mend it."""
    parts, now = room.parts, room.clock()
    with parts.database.writing() as tx:
        attachments.refused(tx, work, why)
        if why != attachments.TOO_LARGE or work.channel == "web" or work.conversation_id is None:
            return
        text = parts.texts.translate(work.lang or "en", "phrase.file_too_large", parts.book.phrases["file_too_large"])
        # A notice, not an answer: it is not sent to a person who said stop.
        body = messages.seal(parts.keys.sealer, {"text": text})
        row = outbox.put(tx, "notice", work.channel, body, now, case_id=work.case_id, conversation_id=work.conversation_id)
    parts.bell.ring("deliver", row)
