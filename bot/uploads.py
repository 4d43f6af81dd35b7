"""Files that a browser sends with a page: read into memory alone, and together no more than may be kept."""

from __future__ import annotations

import hashlib
import io
import threading
from typing import IO, Any

from flask import Request, abort, g, request

from bot.channels.base import Attached, clean_text
from triage.attachments import MAX_BYTES

MAX_FILES = 5
# So much is read of a page: the words beside a file that is too large are taken all the same.
MAX_BODY = 5 * MAX_BYTES
LARGE = 256 * 1024
# A slow phone sends a large file for minutes: most threads of a process stay free for everybody else.
AT_ONCE = 3
_KINDS = {"image": "photo", "audio": "voice", "video": "video"}
_free = threading.BoundedSemaphore(AT_ONCE)


class Room:
    """What is left of a page's allowance, in bytes."""

    def __init__(self, left: int = MAX_BYTES) -> None:
        self.left = left


class Basket(io.BytesIO):
    """A file as it comes in. One that its page's allowance cannot hold is counted to its end, and not kept."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.count, self.overfull, self._room = 0, False, room

    def write(self, data: Any, /) -> int:
        """Takes in the next bytes."""
        size = len(data)
        self.count += size
        if not self.overfull and size > self._room.left:
            self._room.left += self.tell()
            self.truncate(0)
            self.overfull = True
        if not self.overfull:
            self._room.left -= size
            super().write(data)
        return size


class PublicRequest(Request):
    """A request whose files touch no disk: what people send lies nowhere unsealed."""

    def _get_file_stream(
        self, total_content_length: int | None, content_type: str | None, filename: str | None = None, content_length: int | None = None
    ) -> IO[bytes]:
        self.__dict__.setdefault("room", Room())
        return Basket(self.__dict__["room"])


def allow() -> None:
    """Lets this request carry files, if it is of the kind that can; 503 where too many large ones come in just now."""
    if request.mimetype != "multipart/form-data":
        return
    request.max_content_length = MAX_BODY
    if request.content_length is None or request.content_length > LARGE:
        if not _free.acquire(blocking=False):
            abort(503)
        g.holds_upload = True


def is_read() -> bool:
    """True where looking at this form again makes nobody wait."""
    return bool(g.get("holds_upload")) or 0 < (request.content_length or 0) <= LARGE


def done(_: object = None) -> None:
    """The request is over."""
    if g.pop("holds_upload", False):
        _free.release()


def attached() -> tuple[Attached, ...]:
    """The files of this request; a field in which nothing was chosen is none."""
    found: list[Attached] = []
    for item in request.files.getlist("file"):
        basket = item.stream
        if isinstance(basket, Basket) and (basket.count or item.filename) and len(found) < MAX_FILES:
            data = None if basket.overfull else basket.getvalue()
            size = max(basket.count, MAX_BYTES + 1) if basket.overfull else basket.count
            found.append(Attached("file", name=clean_text(item.filename)[:120], size=size, data=data))
    return tuple(found)


def kinds(files: tuple[Attached, ...]) -> tuple[str, ...]:
    """Plain names of what was attached, by what the browser says of it."""
    told = [item.mimetype.split("/")[0] for item in request.files.getlist("file")]
    return tuple(_KINDS.get(kind, "document") for kind in told[: len(files)])


def fingerprint(files: tuple[Attached, ...]) -> str:
    """What makes a page that is sent once more recognisable."""
    return " ".join(hashlib.sha256(file.data).hexdigest() if file.data is not None else str(file.size) for file in files)
