"""What stands at the door of every view."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.unit.dashboard.test_desk import app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import house  # noqa: F401 (fixture)


@pytest.mark.parametrize("origin", ["http://[::1", "http://evil.example", "x"])
def test_a_form_from_elsewhere_is_refused_however_its_origin_is_written(app: Flask, origin: str) -> None:  # noqa: F811
    client = sign_in(app)
    form = {"csrf": csrf(client, "/account")}
    assert client.post("/logout", data=form, headers={"Origin": origin}).status_code == 403
    assert client.post("/logout", data=form).status_code == 303
