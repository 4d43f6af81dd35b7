"""A backup on an empty machine: new folder, new database, new processes, one command; what was erased and stopped since stays so."""

from __future__ import annotations

import contextlib
import html
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from benchmarks.houses import fresh_database
from tests.e2e.test_canary import photo
from tests.fixtures.hotline import Hotline, wait_for
from tests.fixtures.moved import Moved
from tests.fixtures.running import running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]
TEXT = "they keep my passport in Phnom Penh, sample of a backup: {}"
KEPT, STOPPED = "+85512000971", "+85512000972"


def _form(hotline: Hotline, text: str) -> str:
    """A report with a photo by the form; its receipt code."""
    page = requests.get(f"{hotline.web}/?lang=en", timeout=10).text
    fields = dict(re.findall(r'name="(v|talk|turn|field|code|lang)" value="([^"]*)"', page))
    answer = requests.post(f"{hotline.web}/report", data=fields | {"text": text}, files={"file": ("room.jpg", photo(), "image/jpeg")}, timeout=20)
    found = re.search(r'class="receipt">([^<]+)<', answer.text)
    assert found is not None
    return found.group(1)


def _return(hotline: Hotline, code: str, do: str = "open") -> str:
    return html.unescape(requests.post(f"{hotline.web}/return", data={"code": code, "do": do, "sure": "yes"}, timeout=20).text)


def _shown(hotline: Hotline, session: requests.Session, ref: str) -> str:
    """What stands on a case's page, without the marks in it."""
    return html.unescape(re.sub("<[^>]+>", "", session.get(f"{hotline.desk}/cases/{ref}", timeout=10).text))


def _pictures(hotline: Hotline, session: requests.Session, ref: str) -> list[requests.Response]:
    page = session.get(f"{hotline.desk}/cases/{ref}", timeout=10).text
    return [session.get(f"{hotline.desk}{path}", timeout=10) for path in re.findall(r'src="([^"]+/preview)"', page)]


@contextlib.contextmanager
def _elsewhere(request: pytest.FixtureRequest, moved: Moved, file: Path, erased: Path) -> Iterator[tuple[Hotline, str]]:
    """An empty machine on which the backup was put back and the hotline started, without the recovery key; what the command said."""
    on_postgres, said = bool(moved.hotline.environ["HOTLINE_DATABASE_URL"]), []

    def restore(hotline: Hotline) -> None:
        key = moved.hotline.home / "keys" / "opening.key"
        words = ("restore", str(file), "--erased", str(erased))
        done = hotline.run(*words, more={"HOTLINE_OPENING_KEY_FILE": str(key)})
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)

    with contextlib.ExitStack() as stack:
        database = stack.enter_context(fresh_database(request.getfixturevalue("postgres_server"))) if on_postgres else ""
        yield stack.enter_context(running(database, moved.shift.environ(), before=restore)), said[0]


def test_cases_replies_and_files_are_read_again_and_what_was_erased_or_stopped_since_stays_so(
    moved: Moved, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    lost = moved.hotline
    texts = {name: TEXT.format(name) for name in ("kept", "stopped", "photo", "gone")}
    assert lost.sms(texts["kept"], sender=KEPT).ok and lost.sms(texts["stopped"], sender=STOPPED).ok
    photo_code, gone_code = _form(lost, texts["photo"]), _form(lost, texts["gone"])
    seen = {text: str(case["ref"]) for case in lost.cases() for text in case["texts"]}
    refs = {name: seen[text] for name, text in texts.items()}
    who, desk = lost.log_in("kh"), lost.login("kh")
    for name in ("kept", "photo"):
        assert lost.act(desk, refs[name], "reply", text=f"We read you, {name}.").ok
    wait_for(lambda: all(_pictures(lost, desk, refs[name]) for name in ("photo", "gone")), 20)
    file, erased = tmp_path / "state.backup", tmp_path / "erased.list"
    assert lost.run("backup", str(file)).returncode == 0
    _return(lost, gone_code, "delete")
    assert lost.sms("ឈប់", sender=STOPPED).ok
    erased.write_text(lost.run("erased").stdout)
    with _elsewhere(request, moved, file, erased) as (found, said):
        assert " 0 erasures" not in said
        desk = found.login("kh", who)
        page = _shown(found, desk, refs["kept"])
        assert texts["kept"] in page and "We read you, kept." in page
        (picture,) = _pictures(found, desk, refs["photo"])
        assert picture.ok and picture.content[:2] == b"\xff\xd8"
        assert desk.get(f"{found.desk}/cases/{refs['gone']}", timeout=10).status_code == 404
        assert refs["gone"] not in desk.get(f"{found.desk}/queue", timeout=10).text
        assert found.act(desk, refs["stopped"], "reply", text="Are you there?").status_code == 409
        assert found.act(desk, refs["kept"], "reply", text="From the new machine.").ok
        wait_for(lambda: found.twilio.to(KEPT) == ["From the new machine."], 15)
        # The people's own ways back work there too: the code, and the number.
        assert "We read you, photo." in _return(found, photo_code) and "We read you" not in _return(found, gone_code)
        assert found.sms(TEXT.format("more"), sender=KEPT).ok
        wait_for(lambda: TEXT.format("more") in _shown(found, desk, refs["kept"]), 10)
        assert found.run("history", "check").returncode == 0
        again: subprocess.CompletedProcess[str] = found.run("restore", str(file), more={"HOTLINE_OPENING_KEY_FILE": str(lost.home / "keys/opening.key")})
        assert again.returncode != 0 and "Traceback" not in again.stderr, again.stderr
