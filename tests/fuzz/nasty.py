"""Values that no field expects: what a database, a number, a date or a codec cannot hold."""

from __future__ import annotations

# As bytes on the wire, before any encoding: lone surrogates and broken UTF-8 cannot be written as text.
WORST: tuple[bytes, ...] = (b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", b"9" * 19, b"9" * 400, b"x" * 6000)
MORE: tuple[bytes, ...] = (
    b"",
    b" ",
    b"-1",
    b"0",
    b"1e309",
    b"NaN",
    b"Infinity",
    b"2147483648",
    b"9223372036854775807",
    "²".encode(),
    "٣".encode(),
    "១២៣".encode(),
    b"2026-02-30",
    b"0000-00-00",
    b"99999-12-31",
    b"2026-13-45T99:99:99Z",
    b"\r\nX-Injected: 1",
    b"\xf0\x9f\x92\xa9" * 300,
    "\u202e\u2066\ufeff".encode(),
    "ﷺ".encode() * 200,
    b"%00",
    b"../../etc/passwd",
    b"' OR 1=1--",
    b"{{7*7}}",
    b"[" * 500,
    b'{"a":' * 200,
    b"\x1b[2J",
    b"\xe1\x80\x80\xe1\x80\xba" * 400,
)
ALL = WORST + MORE
# In JSON, where a value has a type too.
JSON: tuple[object, ...] = (
    "\x00", "a\x00b", "\ud800", "a\udfffb", "\ufffe", "9" * 400, "x" * 6000, "", " ", "-1", "1e309", "²", "2026-02-30",
    None, True, 0, -1, 2**31, 2**63, 2**64, -(2**70), 10**400, 1.5, 1e308, float("inf"), float("nan"), [], {}, [[]], [None], {"": None}, ["x"] * 50,
)  # fmt: skip
