"""Days and numbers in seven languages, native digits and both eras."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.dates import read_date, read_number
from bot.flows.definition import Book
from bot.flows.keywords import normalise

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("today", 0), ("Yesterday!", 1), ("3 days ago", 3), ("three days ago", 3), ("two weeks ago", 14), ("last month", 30),
        ("ម្សិលមិញ", 1), ("៣ថ្ងៃមុន", 3), ("បីថ្ងៃមុន", 3), ("ថ្ងៃនេះ", 0), ("២ សប្តាហ៍មុន", 14),
        ("ມື້ວານນີ້", 1), ("໓ ມື້ກ່ອນ", 3), ("ສາມມື້ແລ້ວ", 3), ("2 ອາທິດແລ້ວ", 14),
        ("မနေ့က", 1), ("၃ ရက်က", 3), ("လွန်ခဲ့တဲ့ သုံးရက်", 3), ("လွန်ခဲ့တဲ့ ၂ ပတ်", 14),
        ("เมื่อวาน", 1), ("๓ วันก่อน", 3), ("สามวันที่แล้ว", 3), ("เมื่อวานซืน", 2),
        ("hôm qua", 1), ("hom qua", 1), ("3 ngày trước", 3), ("ba ngay truoc", 3), ("hôm kia", 2),
        ("昨天", 1), ("3天前", 3), ("三天前", 3), ("３ 天前", 3), ("前天", 2), ("上個星期", 7),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_say_it(book: Book, text: str, ago: int) -> None:
    assert read_date(normalise(text), book.dates, TODAY) == TODAY - timedelta(days=ago)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20/11/2026", "2026-11-20"), ("20.11.26", "2026-11-20"), ("20-11", "2026-11-20"), ("25/12", "2025-12-25"), ("2026-11-20", "2026-11-20"),
        ("20/11/2569", "2026-11-20"), ("20/11/69", "2026-11-20"), ("๒๐ พ.ย. ๒๕๖๙", "2026-11-20"), ("20 พฤศจิกายน", "2026-11-20"),
        ("20 November 2026", "2026-11-20"), ("nov 20", "2026-11-20"), ("១២/១០/២០២៦", "2026-10-12"), ("២០ វិច្ឆិកា", "2026-11-20"),
        ("໒໐ ພະຈິກ 2026", "2026-11-20"), ("၂၀ နိုဝင်ဘာ", "2026-11-20"), ("2026年11月20日", "2026-11-20"), ("11月20号", "2026-11-20"),
    ],
)  # fmt: skip
def test_a_written_date_is_read_in_either_era(book: Book, text: str, day: str) -> None:
    found = read_date(normalise(text), book.dates, TODAY)
    assert found is not None and found.isoformat() == day


@pytest.mark.parametrize(
    "text", ["", "32/1/2026", "31/2", "99", "soon", "20/11/1500", "0/0", "they took her", "1" * 300, "มา", "900000 months ago"]
)
def test_what_names_no_day_is_none(book: Book, text: str) -> None:
    assert read_date(normalise(text), book.dates, TODAY) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("១២", 12),
        ("about 20", 20),
        ("ສາມ", 3),
        ("ba", 3),
        ("hai", 2),
        ("五", 5),
        ("12 or 13", None),
        ("many", None),
        ("0812345678901", None),
    ],
)
def test_a_number_is_read_in_digits_and_words(book: Book, text: str, number: int | None) -> None:
    assert read_number(normalise(text), book.dates) == number


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(book: Book, text: str) -> None:
    found = read_date(normalise(text), book.dates, TODAY)
    assert found is None or found.year > 1900
    read_number(normalise(text), book.dates)
