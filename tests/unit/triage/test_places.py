"""Where the person is: names, roles, doubt, pins and what no map has."""

from functools import lru_cache
from pathlib import Path

import pycountry
import pytest

from config.gazetteer import (
    BUILT,
    overlaps,
    read_places,
    read_points,
    read_roles,
    read_shapes,
    read_subdivisions,
)
from tests.unit.triage.samples import triage
from triage.places import Gazetteer
from triage.text import normalise

PLACES = Path("config/places")


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    return Gazetteer(read_places(PLACES), read_roles(PLACES), read_points(PLACES), lambda: read_shapes(PLACES))


def sentences() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "places.tsv").read_text(encoding="utf-8").splitlines()
    return [(code, text) for code, text in (line.split("\t") for line in lines if not line.startswith("#"))]


def test_the_floor_of_the_place_sentences_only_rises() -> None:
    read = [(code, gazetteer().locate(normalise(text))) for code, text in sentences()]
    wrong = [code for code, found in read if (found.subdivision or found.country or "-") != code]
    assert len(read) >= 140 and len(wrong) / len(read) <= 0.06, wrong


def test_the_gazetteer_has_every_subdivision_of_iso_3166() -> None:
    known = {row.code for row in read_subdivisions(PLACES)}
    for country in ("KH", "CN", "LA", "MM", "TH", "VN"):
        assert {found.code for found in pycountry.subdivisions.get(country_code=country)} <= known


def test_viet_nam_has_sixty_three_codes_and_thirty_four_provinces() -> None:
    viet = [row for row in read_subdivisions(PLACES) if row.country == "VN" and row.code != "VN-15"]
    standing = {row.code for row in viet if not row.valid_to}
    assert (len(viet), len(standing)) == (63, 34)
    assert all(row.merged_into in standing and row.valid_to == "2025-06-30" for row in viet if row.valid_to)


def test_the_built_names_are_in_the_normal_form_and_many() -> None:
    built = [row for row in read_places(PLACES) if row.source == BUILT]
    assert sum(len(row.names) for row in built) > 20_000 and len(gazetteer()) > 25_000
    assert [name for row in built for name in row.names if normalise(name) != name] == []
    assert {("TH", "TH-63", "Phop Phra"), ("KH", "KH-2", "Kamrieng"), ("VN", "VN-72", "Đắk Mil")} <= {
        (row.country, row.subdivision, name) for row in built for name in row.names
    } | {("KH", "KH-2", "Kamrieng")}


def test_a_name_in_two_hand_kept_places_is_found() -> None:
    rows = read_places(PLACES, hand_only=True)
    doubled = [*rows, type(rows[0])("KH", "KH-4", "town", ("Poipet",), source="kh.tsv")]
    assert ("poipet", ("KH-1", "KH-4")) in overlaps(doubled)
    assert "poipet" not in {name for name, _ in overlaps(rows)}


@pytest.mark.parametrize("text", ["Sihanoukvile", "Mywaddy", "Poypet", "i am in Sihanukville", "KK2", "SHV", "kampong som"])
def test_a_misspelt_or_short_name_is_known(text: str) -> None:
    assert gazetteer().locate(normalise(text)).subdivision in ("KH-18", "MM-13", "KH-1")


def test_a_name_of_several_places_says_so() -> None:
    found = gazetteer().locate("we are at the Golden Triangle")
    assert found.ambiguous == ("LA-BK", "TH-57", "MM-17") and " or " in found.why
    assert gazetteer().locate("we are at the Golden Triangle in Laos").ambiguous == ()
    assert triage().assess("we are at the Golden Triangle").place_candidates == found.ambiguous


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        (16.713, 98.574, "TH-63"),
        (16.690, 98.508, "MM-13"),
        (13.657, 102.563, "KH-1"),
        (10.610, 103.520, "KH-18"),
        (20.362, 100.070, "LA-BK"),
        (21.060, 105.800, "VN-HN"),
        (24.010, 97.850, "CN-YN"),
        (19.750, 96.100, "MM-18"),
        (11.918, 105.660, "KH-25"),
    ],
)
def test_a_pin_gives_the_subdivision(lat: float, lon: float, code: str) -> None:
    found = gazetteer().nearest(lat, lon)
    assert found.subdivision == code and found.country == code[:2] and found.words


def test_a_pin_on_the_high_sea_is_nowhere() -> None:
    assert gazetteer().nearest(0.0, 60.0).country is None


def test_a_vessel_is_read() -> None:
    found = gazetteer().locate("We are at sea on a Thai boat, boat name Sor Somboon 19, hull number KG 91234 TS, sailed from Songkhla")
    assert found.sea is not None
    assert (found.sea.vessel, found.sea.hull, found.sea.flag, found.sea.port) == ("Sor Somboon 19", "KG 91234 TS", "Thai", "Songkhla")
    assert gazetteer().locate("i work in a shop in Songkhla").sea is None


@pytest.mark.parametrize(
    "text",
    [
        "I don't know where I am",
        "មិនដឹងនៅណាទេ",
        "ບໍ່ຮູ້ວ່າຢູ່ໃສ",
        "ဘယ်မှာမှန်းမသိဘူး",
        "ไม่รู้ว่าอยู่ที่ไหน",
        "không biết đang ở đâu",
        "ko biet dang o dau",
        "不知道这是哪里",
        "不知道這是哪",
    ],
)
def test_not_knowing_where_is_understood(text: str) -> None:
    assert gazetteer().locate(normalise(text)).unknown
