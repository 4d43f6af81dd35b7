"""The project speaks of itself alone: no machine's paths, no package registry's address, no tool of its makers, no real person's number."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.guards.tree import ROOT

# Built from parts, so that this file does not hold what it forbids.
FORBIDDEN = re.compile(
    r"(?<![\w.~-])/(?:"
    + "|".join(("wo" + "rk", "fa" + "rm", "ro" + "ot", "t" + "mp", "ho" + "me", "Us" + "ers"))
    + r")/\w|https?://(?:"
    + "|".join((r"py" + r"pi\.", r"files\.python" + "hosted", r"registry\.n" + "pmjs"))
    + r")|(?i:\b(?:"
    + "|".join(("cla" + "ude", "anth" + "ropic", "open" + "ai", "chat" + "gpt", "co" + "pilot", "large language mo" + "del"))
    + r")\b)|\b(?:A"
    + r"I|LL"
    + r"M)\b|\b(?:TO"
    + r"DO|FIX"
    + r"ME|XX"
    + r"X)\b(?!X)(?!-)"
)
# A sample number is visibly one: four zeros, or a row of counting digits.
PHONE = re.compile(r"\+(?:855|856|66|84|86|95)\d{7,10}\b")
SAMPLE = re.compile(r"0000|000\d{1,4}$|12345|1200\d{4}|1300\d{4}|99\d?0000")


def tracked() -> list[str]:
    """Files of the project: known to git or about to be; without git, whatever lies in the tree."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout.splitlines()
    hidden = re.compile(r"(^|/)(\.(?!ci|gitignore)[^/]*|var|__pycache__|[^/]*\.egg-info)(/|$)")
    return [path for found in ROOT.rglob("*") if found.is_file() and not hidden.search(path := str(found.relative_to(ROOT)))]


def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        try:
            found[path] = (ROOT / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # a picture, or a file that is being replaced
    return found


def test_the_project_speaks_of_itself_alone() -> None:
    found = [f"{path}: {hit.group()}" for path, text in texts().items() for hit in FORBIDDEN.finditer(text)]
    assert found == []


def test_the_code_names_no_number_that_could_be_a_persons() -> None:
    code = {path: text for path, text in texts().items() if path.endswith((".py", ".form", ".json"))}
    assert [f"{path}: {hit}" for path, text in code.items() for hit in PHONE.findall(text) if not SAMPLE.search(hit)] == []


@pytest.mark.parametrize(
    "text",
    ["see /wo" + "rk/main", '"/t' + 'mp/x"', "https://py" + "pi.org/simple", "by Cla" + "ude", "an A" + "I wrote", "# TO" + "DO later"],
)
def test_the_guard_sees_such_words(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["/report", "network/main", "ai cứu", "SAID", "XX" + "XX-XX" + "XX", "~/wo" + "rk/", "https://example.org/work"])
def test_the_guard_lets_the_rest_be(text: str) -> None:
    assert not FORBIDDEN.search(text)


def test_the_guard_knows_a_sample_number() -> None:
    numbers = ("+85512000001", "+85512345678", "+8551300" + "0007")
    assert all(PHONE.fullmatch(number) and SAMPLE.search(number) for number in numbers)
    assert not SAMPLE.search("+8551" + "1927364")
