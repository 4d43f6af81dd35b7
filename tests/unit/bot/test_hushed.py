"""Who says that their phone is looked at gets a case and no answer that somebody else could read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.unit.bot.conftest import Person
from triage.tables import cases

SAID = (
    "they lock me in Poipet. they look at my phone, do not write",
    "គេចាក់សោខ្ញុំ កុំឆ្លើយមកវិញ គេឆែកទូរស័ព្ទខ្ញុំ",
    "ເຂົາຂັງຂ້ອຍ ຢ່າຕອບ ເຂົາກວດໂທລະສັບຂ້ອຍ",
    "ကျွန်မကို ပိတ်ထားတယ် စာပြန်မပို့ပါနဲ့ ဖုန်းစစ်တယ်",
    "เขาขังฉัน อย่าตอบกลับ เขาเช็คโทรศัพท์",
    "họ nhốt em, đừng nhắn lại, họ xem điện thoại",
    "他们把我锁起来 别回复 他们查我手机",
)


@pytest.mark.parametrize("channel", ["sms", "telegram", "whatsapp"])
def test_nothing_is_written_back_and_nobody_writes_there(somebody: Person, channel: str) -> None:
    for number, text in enumerate(SAID):
        one, before = replace(somebody, channel=channel, sender=f"+1{len(channel)}2000777{number}"), len(somebody.cases())
        reply = one.say(text)
        assert reply.texts() == [] and not reply.text and not reply.buttons, text
        assert len(one.cases()) == before + 1 and one.cases()[-1].level in ("high", "emergency"), text
        with one.parts.database.reading() as tx:
            assert tx.execute(select(cases.c.no_outbound).where(cases.c.id == one.cases()[-1].id)).scalar_one(), text


def test_a_browser_shows_its_receipt_all_the_same(somebody: Person) -> None:
    assert replace(somebody, channel="web", sender="a-hushed-token").say(SAID[0]).code


def test_somebody_else_who_does_not_write_is_no_such_wish(somebody: Person) -> None:
    assert replace(somebody, sender="+112000888").say("my sister is in Poipet and does not reply, they took her phone").text
