"""A picture is decoded where it can do no harm: no file, no network, no process, no memory without end."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from bot.files import preview

TRIES = {
    "read a file": "open('/etc/passwd')",
    "write a file": "open('/var/tmp/x', 'w')",
    "open a socket": "import socket; socket.socket()",
    "start a process": "import os; os.fork()",
    "run a program": "import os; os.execv('/bin/true', ['true'])",
    "take all memory": "bytearray(2 << 30)",
}


def jpeg(width: int = 2000, height: int = 1000, **more: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 30).convert("RGB").save(out, "JPEG", **more)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("what", TRIES)
def test_what_decodes_a_picture_can_do_nothing_else(what: str) -> None:
    # The imports come first, as they do in the real process.
    code = f"import os, socket, bot.confined as c\nassert c.confine()\ntry:\n    {TRIES[what]}\nexcept (PermissionError, MemoryError):\n    print('refused')\n"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=20, check=False)
    assert done.stdout == "refused\n", done.stderr


def test_a_preview_is_small_and_holds_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "canary-maker", 6
    exif.get_ifd(0x8825)[1] = "N"
    original = jpeg(exif=exif, comment=b"canary-comment")
    assert b"canary" in original
    found = preview(original)
    assert found is not None
    size, picture = found
    assert size == {"width": 2000, "height": 1000} and b"canary" not in picture and b"Exif" not in picture
    with Image.open(io.BytesIO(picture)) as shown:
        assert shown.format == "JPEG" and shown.size == (640, 1280) and not shown.getexif() and "comment" not in shown.info


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_pictures_become_jpeg_too(form: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (30, 20), (255, 0, 0, 0)).save(out, form)
    found = preview(out.getvalue())
    assert found is not None
    with Image.open(io.BytesIO(found[1])) as shown:
        red, green, blue = shown.getpixel((5, 5))  # type: ignore[misc]
        assert shown.format == "JPEG" and min(red, green, blue) > 240


@pytest.mark.parametrize(
    "data",
    [
        huge_png(60_000, 60_000),
        huge_png(30_000, 1_000),
        b"\xff\xd8\xff" + b"x" * 1000,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\0" * 100,
        jpeg()[:500],
        b"",
    ],
    ids=["too many pixels", "a row of nothing", "no picture", "svg", "gif", "cut off", "empty"],
)
def test_what_cannot_be_decoded_has_no_preview_and_harms_nothing(data: bytes) -> None:
    found = preview(data)
    assert found is None or len(found[1]) < 2_000_000
