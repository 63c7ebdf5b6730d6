"""No shipped rule is slow on any line: each is measured on lines made of its own characters."""

import re

import pytest

from classifiers.cleaning import default_rules
from classifiers.cleaning.rules import CompiledRule
from tests.cost.measure import cpu_seconds
from tests.cost.rule_lines import generate

MAX_SECONDS = 0.002
"""CPU seconds of one rule and one line of 700 characters, of which 200 KB hold 290; each is read twice at most."""

pytestmark = [pytest.mark.cost, pytest.mark.timeout(120)]


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.rule.name) for rule in default_rules().rules])
def test_a_line_of_its_own_characters(rule: CompiledRule) -> None:
    """A rule takes at most 2 ms for a line that its pattern nearly matches."""
    flags = re.IGNORECASE if rule.rule.ignore_case else re.NOFLAG
    for line in generate(rule.pattern, flags, variants=2):
        assert cpu_seconds(lambda text=line: rule.apply(text), enough=MAX_SECONDS) <= MAX_SECONDS, line  # type: ignore[misc]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f"({',' * 300}(AP", id="commas"),
        pytest.param(f"image: A{'@' * 60}!!!!x", id="at-signs"),
        pytest.param(f"follow{' us' * 200} x", id="words"),
        pytest.param("use without " * 58, id="keywords"),
        pytest.param("reproducwithout" * 46, id="joined-keywords"),
        pytest.param(" | a" * 175, id="bars"),
        pytest.param("(AP)" * 175, id="agencies"),
        pytest.param("inbox))))sign up to(/))))" * 28, id="invitations"),
    ],
)
def test_every_rule_on_one_line(line: str) -> None:
    """All rules together take at most 2 ms for a line on which one pattern could divide a run in many ways."""
    rules = default_rules().rules
    assert cpu_seconds(lambda: [rule.apply(line) for rule in rules], enough=MAX_SECONDS) <= MAX_SECONDS
