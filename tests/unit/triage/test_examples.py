"""Every rule fires on each of its `match` examples and on none of its `not` examples, in all seven languages."""

import pytest

from config.triage_rules import AnswerRule, KindRule, TextRule, read_triage_rules
from tests.unit.triage.samples import CONFIG, triage

RULES = read_triage_rules(CONFIG)
LANGUAGES = {"en", "km", "lo", "my", "th", "vi", "zh"}


def fired(text: str) -> set[str]:
    look = triage().look(text)
    return {reason.rule for reason in triage().urgency.of_text(look.signals, look.facts)} | {look.kind.rule}


@pytest.mark.parametrize("rule", [*RULES.text, *RULES.kinds], ids=lambda rule: rule.id)
def test_a_rule_over_words_keeps_to_its_examples(rule: TextRule | KindRule) -> None:
    assert [text for text in rule.examples.match if rule.id not in fired(text)] == []
    assert [text for text in rule.examples.no if rule.id in fired(text)] == []


@pytest.mark.parametrize("rule", [*RULES.text, *RULES.kinds], ids=lambda rule: rule.id)
def test_a_rule_over_words_has_examples_in_every_language(rule: TextRule | KindRule) -> None:
    for side in (rule.examples.match, rule.examples.no):
        assert {triage().look(text).spoken.code for text in side} >= LANGUAGES


@pytest.mark.parametrize("rule", RULES.answers, ids=lambda rule: rule.id)
def test_a_rule_over_answers_keeps_to_its_examples(rule: AnswerRule) -> None:
    for side, wanted in ((rule.examples.match, True), (rule.examples.no, False)):
        assert side and all((rule.id in {r.rule for r in triage().urgency.of_answers(answers)}) is wanted for answers in side)


@pytest.mark.parametrize("rule", [*RULES.time, *RULES.noted], ids=lambda rule: rule.id)
def test_a_rule_over_the_clock_or_a_note_keeps_to_its_examples(rule: AnswerRule) -> None:
    judge = triage().urgency.of_time if rule in RULES.time else triage().urgency.of_notes
    for side, wanted in ((rule.examples.match, True), (rule.examples.no, False)):
        assert side and all((rule.id in {r.rule for r in judge(facts)}) is wanted for facts in side)
