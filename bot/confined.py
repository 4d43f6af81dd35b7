"""Makes a picture's preview in a process of its own that can read, compute and write to its output, and nothing else.

Reads the file from stdin; writes one line of JSON (width, height of the original) and a JPEG without metadata. A picture that
cannot be decoded within the limits ends the process with a status other than 0, and with it whatever a crafted file had begun.
"""

from __future__ import annotations

import ctypes
import io
import json
import os
import platform
import resource
import sys

MAX_PIXELS = 60_000_000
MAX_SIDE = 1280
MEMORY = 900 << 20
CPU_SECONDS = 15
QUALITY = 80
# linux/seccomp.h, linux/filter.h, sys/prctl.h
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # the call fails with EPERM
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWNS = 0x10000000, 0x40000000, 0x08000000, 0x00020000
# open openat openat2 creat socket socketpair connect bind clone fork vfork execve clone3 execveat ptrace unlink unlinkat rename
# renameat2 mkdir link symlink kill tkill tgkill mount io_uring_setup process_vm_writev
FORBIDDEN = {
    "x86_64": (
        0xC000003E,
        (2, 257, 437, 85, 41, 53, 42, 49, 56, 57, 58, 59, 435, 322, 101, 87, 263, 82, 316, 83, 86, 88, 62, 200, 234, 165, 425, 311),
    ),
    "aarch64": (0xC00000B7, (56, 437, 198, 199, 203, 200, 220, 221, 435, 281, 117, 35, 276, 34, 37, 36, 129, 130, 131, 40, 425, 271)),
}  # fmt: skip


class _Step(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step))]


def confine() -> bool:
    """Gives up files, network, processes and most of the machine; True where the kernel's call filter holds too."""
    libc = ctypes.CDLL(None, use_errno=True)
    # Where the kernel lets an ordinary process do so: a network of its own, with nothing in it.
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWNS)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 8),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return _filter_calls(libc)


def _filter_calls(libc: ctypes.CDLL) -> bool:
    known = FORBIDDEN.get(platform.machine())
    if known is None:
        return False
    arch, calls = known
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, arch), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, 0), (AT_LEAST, len(calls) + 1, 0, 0x40000000)]
    steps += [(EQUAL, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    program = _Program(len(steps), array)
    return bool(libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def preview(data: bytes) -> tuple[int, int, bytes]:
    """Width, height, and a JPEG of at most MAX_SIDE pixels a side with nothing but its pixels. Raises OSError, ValueError, MemoryError."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise ValueError("too many pixels")
        picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
        turned = ImageOps.exif_transpose(picture)
        clean = Image.new("RGB", turned.size, "white")
        clear = turned.convert("RGBA") if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info else None
        # Pasted, not saved: comments, profiles and places of the original stay behind.
        clean.paste(clear or turned.convert("RGB"), (0, 0), clear)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=QUALITY)
    return width, height, out.getvalue()


def warm_up() -> None:
    """Loads all that decoding and encoding need, by doing both once to pictures of our own: later no file can be opened."""
    from PIL import Image

    for form in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGBA" if form != "JPEG" else "RGB", (4, 4)).save(out, form)
        preview(out.getvalue())


def main() -> None:
    """Loads first, then gives everything up, then looks at the file."""
    warm_up()
    confine()
    try:
        width, height, picture = preview(sys.stdin.buffer.read())
    except MemoryError:
        os._exit(3)
    except Exception:
        os._exit(2)
    sys.stdout.buffer.write(json.dumps({"width": width, "height": height}).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
