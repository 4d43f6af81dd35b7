"""Places of a normalised text in the message as typed."""

import pytest

from triage.origin import original, origins
from triage.text import normalise


@pytest.mark.parametrize(
    ("typed", "part"),
    [("a  b\tc", "b c"), ("១២៣ ឆ្នាំ", "123"), ("ＳＯＳ now", "SOS"), ("heeeelp me", "lp me"), ("e\u0301t\u200ba", "ta"), ("", "")],
)
def test_a_part_is_found_again(typed: str, part: str) -> None:
    normal = normalise(typed)
    start = normal.index(part)
    for at, end in original(((start, start + len(part)),), origins(typed, normal)):
        assert normalise(typed[at:end]) == part


def test_another_text_has_no_places() -> None:
    assert origins("completely different words here", "ບໍ່ແມ່ນຂໍ້ຄວາມດຽວກັນເລີຍ") is None and original(((0, 3),), None) == ()
