"""What people wrote, as a terminal may show it: nothing in it tells the terminal what to do, nor turns the line around. Pure."""

from __future__ import annotations

# C0 but tab and line feed, DEL, C1, and what turns the direction of text.
_TOLD = (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_ESCAPED = {char: f"\\u{char:04x}" for char in _TOLD}


def harmless(text: str) -> str:
    """The text with such characters as JSON escapes them, so that a JSON line stays the same JSON."""
    return text.translate(_ESCAPED)
