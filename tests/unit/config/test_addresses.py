"""Parts of addresses: letters of any script, and no control characters."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.addresses import refuse_control_characters


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("x")
    refuse_control_characters(app)
    app.add_url_rule("/cases/<ref>", "case", lambda ref: ref)
    app.add_url_rule("/cases/<ref>/files/<int:number>", "file", lambda ref, number: f"{ref} {number}")
    app.add_url_rule("/of/<string(length=2):code>", "code", lambda code: code)
    return app.test_client()


@pytest.mark.parametrize("path", ["/cases/%00", "/cases/a%00", "/cases/%0d%0a", "/cases/a%7f/files/1", "/of/a%00"])
def test_control_characters_are_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "seen"), [("/cases/AB-12", "AB-12"), ("/cases/%E1%80%80%E1%80%AC", "ကာ"), ("/cases/a/files/7", "a 7"), ("/of/kh", "kh")]
)
def test_other_parts_are_read_as_before(client: FlaskClient, path: str, seen: str) -> None:
    assert client.get(path).text == seen
