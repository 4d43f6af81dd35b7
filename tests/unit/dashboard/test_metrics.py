"""/metrics: for who knows the token; and what alerts and board ask for is what it prints."""

from __future__ import annotations

import json
import re
from pathlib import Path

import promql_parser
import pytest
from flask import Flask
from ruamel.yaml import YAML

from config import settings as settings_module
from config.live import Fixed
from dashboard.app import create_app
from dashboard.parts import Parts, Rules
from tests.unit.triage.conftest import NOW, House, house  # noqa: F401 (fixture)
from tests.unit.triage.samples import CONFIG, gazetteer

DEPLOY = Path(__file__).parents[3] / "deploy" / "prometheus"
TOKEN = "a-sample-token"
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


def desk(house: House, **more: str) -> Flask:  # noqa: F811
    settings = settings_module.read({"HOTLINE_CONFIG": str(CONFIG.absolute()), **more})
    return create_app(Parts(settings, house.database, house.keys, Fixed(Rules(house.routing, gazetteer())), lambda *ring: None, lambda: NOW, lambda: False))


def expressions() -> list[str]:
    rules = YAML(typ="safe").load(DEPLOY / "alerts.yaml")["groups"][0]["rules"]
    board = json.loads((DEPLOY / "grafana.json").read_text())
    return [rule["expr"] for rule in rules] + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_it_is_there_only_for_who_knows_the_token(house: House) -> None:  # noqa: F811
    closed, opened = desk(house).test_client(), desk(house, HOTLINE_METRICS_TOKEN=TOKEN).test_client()
    assert closed.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": "é"}):
        assert opened.get("/metrics", headers=wrong).status_code == 404
    house.report("canary words")
    answer = opened.get("/metrics", headers=RIGHT)
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain")
    assert 'hotline_cases_open{queue="kh",state="new",urgency="high"} 1.0' in answer.text
    assert "hotline_database_ready 1.0" in answer.text and "hotline_queue_ready 0.0" in answer.text and "canary" not in answer.text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_alerts_and_board_ask_only_for_what_is_printed(house: House) -> None:  # noqa: F811
    text = desk(house, HOTLINE_METRICS_TOKEN=TOKEN).test_client().get("/metrics", headers=RIGHT).text
    printed = set(re.findall(r"^# TYPE (\S+)", text, re.M))
    for asked in expressions():
        promql_parser.parse(asked)
        names = set(re.findall(r"\bhotline_\w+", asked))
        assert names and names <= printed, asked


def test_every_alert_leads_to_a_chapter_of_the_runbooks() -> None:
    text = (DEPLOY.parents[1] / "docs" / "runbooks.md").read_text()
    chapters = {re.sub(r"[^a-z0-9 -]", "", line[3:].lower()).replace(" ", "-") for line in text.splitlines() if line.startswith("## ")}
    rules = YAML(typ="safe").load(DEPLOY / "alerts.yaml")["groups"][0]["rules"]
    assert len(rules) >= 10
    for rule in rules:
        page, chapter = rule["annotations"]["runbook"].split("#")
        assert page == "docs/runbooks.md" and chapter in chapters, rule["alert"]
