"""SMS whose webhook never came are found in the provider's list, taken in once and answered; what came is left alone."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot import missed
from bot.channels.base import Inbound, TryLater
from tests.unit.bot.conftest import Person
from triage import outbox

OURS = "+15005550006"
MINUTE = 60_000


@dataclass
class Listed:
    """A provider's list of what people sent."""

    messages: list[tuple[int, Inbound]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    name: str = "sms"

    def came_to(self, number: str, since_ms: int) -> tuple[tuple[int, Inbound], ...]:
        assert number == OURS
        if self.errors:
            raise self.errors.pop()
        return tuple(item for item in self.messages if item[0] >= since_ms)


def test_what_never_came_is_taken_in_once_and_in_order(person: Person) -> None:
    parts, now = person.parts.parts, person.now
    inbounds = [Inbound("sms", person.sender, f"SM{at}", f"they lock us in, room {at}, in Poipet") for at in range(4)]
    parts_conversation = person.parts.conversation
    parts_conversation.receive(inbounds[1], now - 20 * MINUTE)  # this one came by itself
    listed = Listed([(now - (30 - at) * MINUTE, inbound) for at, inbound in enumerate(inbounds)])
    assert missed.look(parts, listed, OURS, now) == 3  # type: ignore[arg-type]
    assert person.cases()[0].messages == 4
    with parts.database.reading() as tx:
        assert len(outbox.waiting(tx, now)) >= 1  # the answer leaves by itself: nobody waits in an HTTP request
    assert missed.look(parts, listed, OURS, now + MINUTE) is None  # looked at lately
    assert missed.look(parts, listed, OURS, now + 6 * MINUTE) == 0 and person.cases()[0].messages == 4  # type: ignore[arg-type]
    parts_conversation.receive(inbounds[3], now + 7 * MINUTE)  # its webhook comes at last
    assert person.cases()[0].messages == 4


def test_a_message_of_this_minute_may_still_come_by_itself_and_an_unreadable_list_is_read_again(person: Person) -> None:
    parts, now = person.parts.parts, person.now
    listed = Listed([(now - 30_000, Inbound("sms", person.sender, "SM9", "help us in Poipet"))], [TryLater("429")])
    assert missed.look(parts, listed, OURS, now) is None  # type: ignore[arg-type]
    assert missed.look(parts, listed, OURS, now + 1) == 0 and person.cases() == ()  # type: ignore[arg-type]
    assert missed.look(parts, listed, OURS, now + 6 * MINUTE) == 1 and len(person.cases()) == 1  # type: ignore[arg-type]
