"""An identifier that no row can have is a page that is not there."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.unit.dashboard.test_desk import app, clock, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import House, house  # noqa: F401 (fixture)


@pytest.mark.parametrize("number", ["2147483648", "12345678901234567890", "9" * 400])
def test_a_file_number_beyond_all_rows_is_not_found(app: Flask, house: House, number: str) -> None:  # noqa: F811
    ref = house.report().ref
    assert sign_in(app).get(f"/cases/{ref}/files/{number}/sound").status_code == 404
