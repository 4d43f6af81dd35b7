"""The model beside the roles: what a marker is worth depends on what the whole message says."""

import json
from pathlib import Path

import pytest

from tests.unit.triage.samples import triage
from triage.place_model import Known, Named, PlaceModel
from triage.place_names import Found
from triage.place_roles import Part


def named(role: str, weight: float = 0.0, code: str = "KH-1") -> Named:
    return Named(Found(code[:2], code, "town", 0, 6), Part(role, weight), frozenset({"held"}))


def test_it_weighs_what_is_said_of_a_name_and_of_the_message() -> None:
    model = PlaceModel({"scale": 100, "bias": -100, "weights": {"role=go": -100, "says=locked": 300, "weight": 50}})
    go = (named("go"),)
    nothing, locked = Known(frozenset(), "other"), Known(frozenset({"locked"}), "other")
    assert model.likely(go, None, nothing)[0] < 0.2 < 0.7 < model.likely(go, None, locked)[0]
    assert model.likely((named("here", 4.0),), None, nothing)[0] > 0.7


def test_without_weights_it_has_no_opinion() -> None:
    assert not PlaceModel({}) and PlaceModel({"weights": {"last": 1}})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My brother crossed back to Mae Sot side but the gang caught him, they burn his hand with iron now", "TH-63"),
        ("ລູກຊາຍໄປທ່າຂີ້ເຫຼັກກັບນາຍໜ້າ ຂໍ້ຄວາມສຸດທ້າຍວ່າ ແມ່ຊ່ວຍຫາເງິນໄຖ່ແດ່ ແລ້ວກະຕິດຕໍ່ບໍ່ໄດ້ເລີຍ", "MM-17"),
        ("สามีไปเก็บแอปเปิลที่เกาหลี ขาดการติดต่อราวๆ ห้าสัปดาห์ เงินก็ไม่โอนเหมือนเคย", "KR"),
    ],
)
def test_a_way_that_was_taken_ends_where_the_person_is(text: str, code: str) -> None:
    found = triage().assess(text)
    assert (found.subdivision or found.country) == code


def test_its_weights_are_whole_numbers_in_a_small_file() -> None:
    path = Path("config/places/model.json")
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < 40_000 and all(isinstance(weight, int) for weight in raw["weights"].values())
