from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml.error import YAMLError

from config.flow_files import read_flows, read_marked

CONFIG = Path(__file__).parents[3] / "config"


def test_it_reads_flows_blocks_keywords_and_phrases_as_plain_data() -> None:
    raw = read_flows(CONFIG)
    assert set(raw["flows"]) == {"help_self", "help_other", "tip", "missing", "info", "status", "erase"}
    assert type(raw["blocks"]["menu"]) is list and type(raw["phrases"]) is dict
    assert "stop" in raw["keywords"]["always"]


def test_yes_and_no_stay_words() -> None:
    options = read_flows(CONFIG)["flows"]["help_self"]["steps"][0]["options"]
    assert list(options) == ["yes", "not_sure", "no"]


def test_places_in_a_file_can_be_pointed_at() -> None:
    steps = read_marked(CONFIG / "flows" / "help_self.yaml")["steps"]
    lines = (CONFIG / "flows" / "help_self.yaml").read_text(encoding="utf-8").splitlines()
    assert "id: phone_safe" in lines[steps[0].lc.line]


def test_broken_yaml_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "flow.yaml"
    path.write_text("a: [1,\nb: 2\n", encoding="utf-8")
    with pytest.raises(YAMLError, match="line 1, column 4"):
        read_marked(path)
