"""Files on the desk: a preview, a sound, an original by a click that the history keeps; another desk's are not there."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.unit.dashboard.test_desk import app, clock, csrf, rung, sign_in  # noqa: F401 (fixtures)
from tests.unit.triage.conftest import NOW, House, house  # noqa: F401 (fixture)
from triage import attachments, case_keys, events
from triage.tables import message

SOUND = b"OggS" + b"\0" * 40 + b"not really a sound"


def attach(house: House, case_id: int, facts: dict[str, Any], data: bytes, preview: bytes | None = None) -> int:  # noqa: F811
    with house.database.writing() as tx:
        sealer = case_keys.sealer(tx, case_id)
        word = tx.execute(select(message.c.id).where(message.c.case_id == case_id)).scalar_one()
        (number,) = attachments.add(tx, house.keys.sealer, word, None, "telegram", [attachments.Fresh({}, data)], NOW)
        work = attachments.lease(tx, number, NOW)
        assert work is not None
        attachments.kept(tx, sealer, work, {"size": len(data), "sha256": "0" * 64, "name": "../../x"} | facts, preview, None)
    return number


def verbs(house: House, case_id: int) -> list[str]:  # noqa: F811
    with house.database.reading() as tx:
        return [event.verb for event in events.history(tx, case_id)]


def post(client: FlaskClient, path: str) -> Any:
    return client.post(path, data={"csrf": csrf(client, "/account")})


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
class TestFiles:
    def test_a_case_shows_previews_and_players_and_offers_the_originals(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        picture = attach(house, made.case_id, {"type": "image/jpeg", "width": 3, "height": 2}, b"\xff\xd8\xff original", b"\xff\xd8\xff small")
        sound = attach(house, made.case_id, {"type": "audio/ogg"}, SOUND)
        page = client.get(f"/cases/{made.ref}")
        assert f"/cases/{made.ref}/files/{picture}/preview" in page.text and f'<audio controls preload="none" src="/cases/{made.ref}/files/{sound}/sound"' in page.text
        assert "media-src 'self'" in page.headers["Content-Security-Policy"] and "../../x" not in page.text
        shown = client.get(f"/cases/{made.ref}/files/{picture}/preview")
        assert shown.data == b"\xff\xd8\xff small" and shown.content_type == "image/jpeg"
        played = client.get(f"/cases/{made.ref}/files/{sound}/sound")
        part = client.get(f"/cases/{made.ref}/files/{sound}/sound", headers={"Range": "bytes=4-9"})
        assert played.data == SOUND and (part.status_code, part.data) == (206, SOUND[4:10])
        assert verbs(house, made.case_id).count("file_played") == 1
        for answer in (shown, played):
            assert answer.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"

    def test_an_original_is_a_download_under_a_name_of_ours_and_stands_in_the_history(self, app: Flask, house: House) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        number = attach(house, made.case_id, {"type": "application/octet-stream"}, b"<script>alert(1)</script>")
        path = f"/cases/{made.ref}/files/{number}/original"
        assert client.get(path).status_code in (404, 405) and client.post(path).status_code in (400, 403)
        assert "file_opened" not in verbs(house, made.case_id)
        answer = post(client, path)
        assert answer.data == b"<script>alert(1)</script>" and answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{made.ref}-{number}.bin"'
        assert verbs(house, made.case_id).count("file_opened") == 1

    def test_another_desks_file_is_not_there(self, app: Flask, house: House) -> None:  # noqa: F811
        made, other = house.report(), house.report(sender="+85500000002")
        number = attach(house, made.case_id, {"type": "audio/ogg"}, SOUND, b"\xff\xd8\xff small")
        stranger, own = sign_in(app, "c@demo.invalid"), sign_in(app)
        for client, ref in ((stranger, made.ref), (own, other.ref), (own, "AAAA-AAAA")):
            assert client.get(f"/cases/{ref}/files/{number}/preview").status_code == 404
            assert client.get(f"/cases/{ref}/files/{number}/sound").status_code == 404
            assert post(client, f"/cases/{ref}/files/{number}/original").status_code == 404
        assert "file_opened" not in verbs(house, made.case_id)

    @pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/xhtml+xml"])
    def test_what_could_hold_a_script_is_a_download_of_no_kind_that_runs_nothing(self, app: Flask, house: House, kind: str) -> None:  # noqa: F811
        made, client = house.report(), sign_in(app)
        number = attach(house, made.case_id, {"type": kind}, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
        answer = post(client, f"/cases/{made.ref}/files/{number}/original")
        assert answer.content_type == "application/octet-stream" and answer.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in answer.headers["Content-Security-Policy"] and answer.headers["X-Content-Type-Options"] == "nosniff"
        assert client.get(f"/cases/{made.ref}/files/{number}/sound").status_code == 404
        assert client.get(f"/cases/{made.ref}/files/{number}/preview").status_code == 404
