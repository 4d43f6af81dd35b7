"""Alarms by webhook: one JSON POST, nothing a person said."""

from __future__ import annotations

import json

from bot.channels import http as requests
from bot.channels.base import MayBeSent, Outgoing, RefusedForGood, SendError, TryLater

CHANNEL = "webhook"
TIMEOUT_SECONDS = (3, 5)


class Webhook:
    """Posts the text of a parcel, which is JSON, to an address of the people on duty."""

    name = CHANNEL

    def send(self, to: str, message: Outgoing) -> str:
        """Posts it; the status as id. Raises SendError."""
        try:
            answer = requests.post(to, json=json.loads(message.text), timeout=TIMEOUT_SECONDS, allow_redirects=False)
        except requests.ConnectionError as error:
            raise TryLater("no connection") from error
        except requests.RequestException as error:
            raise MayBeSent("the line broke") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TryLater(f"the address answers {answer.status_code}")
        if not 200 <= answer.status_code < 300:
            raise _refused(answer.status_code)
        return str(answer.status_code)


def _refused(status: int) -> SendError:
    return RefusedForGood(f"the address answers {status}")
