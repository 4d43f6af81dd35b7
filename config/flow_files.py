"""The flows, blocks, keywords and phrases as they stand in YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from config.files import read_yaml

_OTHERS = ("blocks", "keywords")


def read_flows(folder: Path) -> dict[str, Any]:
    """`{"blocks", "keywords", "phrases", "flows": {id: …}}` from `flows/*.yaml` and `texts/phrases.yaml` of the config folder.

    Raises OSError, or ruamel.yaml.error.YAMLError naming line and column.
    """
    raw: dict[str, Any] = {name: read_yaml(folder / "flows" / f"{name}.yaml") for name in _OTHERS}
    raw["phrases"] = read_yaml(folder / "texts" / "phrases.yaml")
    flows = (read_yaml(path) for path in sorted((folder / "flows").glob("*.yaml")) if path.stem not in _OTHERS)
    raw["flows"] = {str(data["flow"]): data for data in flows}
    return raw


def read_marked(path: Path) -> Any:
    """One YAML file with line and column kept on every mapping and list (`.lc`), for messages that point at a place."""
    return YAML(typ="rt").load(path.read_text(encoding="utf-8"))
