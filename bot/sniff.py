"""What a file is, by its first bytes: the few kinds that are shown, played or handed on. Names and told types are not asked."""

from __future__ import annotations

UNKNOWN = "application/octet-stream"
PICTURES = ("image/jpeg", "image/png", "image/webp")
SOUNDS = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac")  # what browsers play
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
)


def media_type(data: bytes) -> str:
    """One of triage.attachments.ENDINGS, or UNKNOWN."""
    head = data[:64]
    found = next((kind for start, kind in _STARTS if head.startswith(start)), None)
    if found:
        return found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"OggS":
        return "audio/ogg" if b"OpusHead" in head or b"vorbis" in head else UNKNOWN
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    return _of_frames(head)


def _of_brand(brand: bytes) -> str:
    """ISO base media files name their kind: https://mp4ra.org/registered-types/brands"""
    if brand in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return "image/heic"
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    return (
        "video/3gpp"
        if brand[:2] == b"3g"
        else "video/mp4"
        if brand in (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"dash")
        else UNKNOWN
    )


def _of_frames(head: bytes) -> str:
    """ADTS and MPEG audio without a header: a frame's eleven or twelve set bits, then its layer."""
    if len(head) > 1 and head[0] == 0xFF:
        if head[1] & 0xF6 == 0xF0:
            return "audio/aac"
        if head[1] & 0xE0 == 0xE0 and head[1] & 0x06 == 0x02:
            return "audio/mpeg"
    return UNKNOWN
