"""From outside: what one desk tells another as the person chose, and a place that a responder sets, on a running hotline."""

from __future__ import annotations

import pytest
import requests

from tests.fixtures.hotline import Hotline

pytestmark = pytest.mark.slow
TEXT = "please help us, they keep our passports in a sewing factory in Mae Sot since the flood"


def test_no_contact_a_summary_or_the_whole_case_reach_the_other_sides_queue(shared_hotline: Hotline) -> None:
    assert shared_hotline.sms(TEXT, sender="+66812000551").status_code == 200
    case = shared_hotline.case_with(TEXT)
    ref, thai, burmese = case["ref"], shared_hotline.login("th"), shared_hotline.login("mm")
    assert case["queue"] == "th"
    fields = {"to": "desk:mm", "basis": "consent", "read_out": "I read the Myanmar desk to her; she answered."}

    def tell(scope: str) -> int:
        return shared_hotline.act(thai, ref, "refer", scope=scope, **fields).status_code

    def seen() -> tuple[int, bool, bool]:
        page = burmese.get(f"{shared_hotline.desk}/cases/{ref}", timeout=10)
        shared = burmese.get(f"{shared_hotline.desk}/queue?state=shared", timeout=10).text
        return page.status_code, ref in shared, "sewing factory" in page.text

    assert "Mae Sot - Myawaddy" in page_of(shared_hotline, thai, ref), "the other side of the crossing is offered"
    assert (tell("summary"), seen()) == (409, (404, False, False)), "nobody chosen means nobody told"
    assert (tell("no_contact"), seen()[0]) == (200, 404)
    assert shared_hotline.act(thai, ref, "consent", who="police", read_out="I asked her again; the police may know.").ok
    assert (tell("summary"), seen()) == (200, (200, True, False))
    assert (tell("whole"), seen()) == (200, (200, True, True))
    assert shared_hotline.act(thai, ref, "consent", nobody="1", read_out="She takes it back.").ok and seen() == (404, False, False)


def test_a_place_that_a_responder_sets_moves_the_case_and_is_told_in_one_sentence(shared_hotline: Hotline) -> None:
    text = "please help, they keep my papers and I do not know where I am, a room without windows"
    shared_hotline.update(chat=700552, text=text)
    ref = shared_hotline.case_with(text)["ref"]
    assert shared_hotline.act(shared_hotline.login("regional"), ref, "place", place="VN-06").ok
    told = shared_hotline.run("route", "--explain", ref).stdout
    assert told.count(".") == 1 and "Viet Nam desk: a responder set the place: the person is in Viet Nam" in told
    assert "Lào Cai (until June 2025 Yên Bái)" in page_of(shared_hotline, shared_hotline.login("vn"), ref)
    rows = shared_hotline.lines("triage", "corrections")
    assert [row["was"] for row in rows if row["subdivision"] == "VN-06"] == [{"place": "unknown"}]
    assert not [row for row in rows if ref in str(row) or "text" in row]


def page_of(hotline: Hotline, session: requests.Session, ref: str) -> str:
    return session.get(f"{hotline.desk}/cases/{ref}", timeout=10).text
