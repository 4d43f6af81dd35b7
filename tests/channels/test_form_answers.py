"""What a person leaves out or gets wrong on a page: said kindly, in their language, with nothing lost and nothing moved."""

from __future__ import annotations

import re

from tests.channels.conftest import House
from tests.channels.test_form_files import fields, house  # noqa: F401 (fixture)


def begin(house: House, flow: str, lang: str = "en") -> str:  # noqa: F811
    first = fields(house.client.get(f"/?lang={lang}").get_data(as_text=True))
    return str(house.client.post("/report", data=first | {"flow": flow}).get_data(as_text=True))


def send(house: House, page: str, **form: str) -> tuple[int, str]:  # noqa: F811
    answer = house.client.post("/report", data=fields(page) | {"do": "next"} | form)
    return answer.status_code, answer.get_data(as_text=True)


def question(page: str) -> str:
    found = re.search(r'name="field" value="v\d+:([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_going_on_without_an_answer_passes_over_the_question_and_never_to_the_menu(house: House) -> None:  # noqa: F811
    page = begin(house, "tip")
    asked = []
    for _ in range(12):
        asked.append(question(page))
        first = re.search(r'name="choice" value="([^"]+)"', page)
        # Only what may not be passed over is answered.
        status, page = send(house, page, **({} if first is None or 'value="skip"' in page else {"choice": first.group(1)}))
        assert status == 200
    assert "menu" not in asked and len(set(asked)) == len(asked)


def test_where_an_answer_is_needed_the_question_stays_and_says_so(house: House) -> None:  # noqa: F811
    page = begin(house, "help_self", "vi")
    status, again = send(house, page)
    assert status == 400 and question(again) == question(page) == "phone_safe" and "Xin chọn một mục" in again
    assert 'role="alert"' in again and "<title>" in again
    code = re.compile(r'class="receipt">([^<]+)<')
    first, second = code.search(page), code.search(again)
    assert first and second and first.group(1) == second.group(1)
    status, after = send(house, again, choice="yes")
    assert status == 200 and question(after) != "phone_safe"


def test_adding_nothing_at_the_end_keeps_the_code_in_sight(house: House) -> None:  # noqa: F811
    page = begin(house, "tip")
    for _ in range(30):
        if 'name="field"' not in page:
            break
        page = send(house, page, do="skip")[1]
    assert 'class="receipt"' in page
    status, again = send(house, page)
    assert status == 400 and 'class="receipt"' in again and "Please write something first." in again and 'name="field"' not in again


def test_an_empty_first_page_says_what_is_missing(house: House) -> None:  # noqa: F811
    first = fields(house.client.get("/?lang=th").get_data(as_text=True))
    answer = house.client.post("/report", data=first | {"text": " ", "lang": "th"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400 and 'role="alert"' in page and 'lang="th"' in page and fields(page)["talk"] == first["talk"]
