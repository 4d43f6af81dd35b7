"""Receipt codes: typed on any keypad, and the only key to the answers."""

import pytest

from triage import messages, receipt
from triage.vault import CannotOpen


def test_a_code_has_twenty_digits_and_is_never_the_same() -> None:
    codes = {receipt.new_code() for _ in range(200)}
    assert len(codes) == 200 and all(len(code) == 20 and code.isdigit() for code in codes)


@pytest.mark.parametrize(
    "typed",
    [
        "1234 5678 9012 3456 7890",
        "1234-5678-9012-3456-7890",
        "១២៣៤ ៥៦៧៨ ៩០១២ ៣៤៥៦ ៧៨៩០",
        "၁၂၃၄၅၆၇၈၉၀၁၂၃၄၅၆၇၈၉၀",
        "１２３４５６７８９０１２３４５６７８９０",
    ],
)
def test_it_reads_a_code_as_people_type_it(typed: str) -> None:
    assert receipt.clean(typed) == "12345678901234567890"


@pytest.mark.parametrize("typed", ["", "1", "1234 5678 9012 3456 789", "1234 5678 9012 3456 7890 1", "call 12345678901234567890"])
def test_it_takes_nothing_else_for_a_code(typed: str) -> None:
    assert receipt.clean(typed) is None


def test_a_reply_opens_with_its_code_alone() -> None:
    code, other = "1" * 20, "2" * 20
    blob = messages.seal_for_reporter(receipt.public_key(code), "we are here")
    assert blob is not None
    assert receipt.opener(code).open(messages.FOR_REPORTER, blob) == b"we are here"
    with pytest.raises(CannotOpen):
        receipt.opener(other).open(messages.FOR_REPORTER, blob)


def test_it_shows_a_code_in_groups_of_four() -> None:
    assert receipt.spaced("12345678901234567890") == "1234 5678 9012 3456 7890"
