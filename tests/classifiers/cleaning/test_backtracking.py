"""Patterns that divide one run of characters in many ways are found without running them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.cleaning import default_rules, load_rules
from classifiers.cleaning.backtracking import MAX_WAYS, count_ways
from classifiers.cleaning.rules import CompiledRule
from classifiers.errors import RulesError

SLOW = [
    r"(?:a{1,40}){1,40}",
    r"(?:a{1,40} ?){1,40}",
    r"(?:a?){1,40}",
    r"(?:[A-Z][\w.]{0,24}){1,9}",
    r"(?:(?:ab){1,30}){1,30}",
    r"(?:x|a{1,40}){1,40}",
    r"(?=(?:a{1,40}){1,40})b",
    r"\w{0,300}[a-z]{0,300}",
    r"\w{0,300} ?[a-z]{0,300}",
    r"a{0,40}a{0,40}a{0,40}",
    r"a{0,300}?(?:a{0,300}|b)",
    r"[^x]{0,300}[^y]{0,300}",
    r"[^“”]{0,200}\b[^“”]{0,200}",
    r"(?:<a{1,40}>?){0,9}(?:a{1,40}){60}",
    r"(?>(?:a{1,40} ?){2,40})",
]
HARMLESS = [
    r"mark",
    r"a{0,600}b{0,600}",
    r"(?: \w{0,40}){0,40}",
    r"(?:a{1,40}+){1,40}+",
    r"(?>a{1,300})a{0,300}",
    r"(?>(?:a{1,40} ?){0,40})",
    r"\w{0,300}+[a-z]{0,300}",
    r"\d{0,300}[a-z]{0,300}",
    r"a{9}a{9}",
    r"[^“”]{0,100}\b[^“”]{0,200}",
]
NOT_FOUND = [r".{0,400}b.{0,400}", r"(?:a|a){9}", r"(?:ab){0,9}a(?:ba){0,9}", r"(a{0,400})b\1a{0,400}"]


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_divides_a_run_in_many_ways_is_found(pattern: str) -> None:
    """Nested repeats, and adjacent ones of shared characters, exceed the limit."""
    assert count_ways(pattern) > MAX_WAYS


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_pattern_that_divides_a_run_in_few_ways_passes(pattern: str) -> None:
    """Repeats of different characters, short ones, and possessive ones stay within the limit."""
    assert count_ways(pattern) <= MAX_WAYS


@pytest.mark.parametrize("pattern", NOT_FOUND)
def test_the_limits_of_the_check_are_as_stated(pattern: str) -> None:
    """What the module's docstring states as not found passes: these patterns need a measurement."""
    assert count_ways(pattern) <= MAX_WAYS


def test_case_counts_where_a_rule_ignores_it() -> None:
    """Capitals and small letters are the same characters to a rule that ignores case."""
    pattern = "[A-Z]{0,300}[a-z]{0,300}"

    assert count_ways(pattern) <= MAX_WAYS < count_ways(pattern, re.IGNORECASE)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.rule.name) for rule in default_rules().rules])
def test_a_shipped_rule_passes(rule: CompiledRule) -> None:
    """Every rule of the shipped table stays within the limit."""
    assert count_ways(rule.pattern, re.IGNORECASE if rule.rule.ignore_case else 0) <= MAX_WAYS


@given(st.integers(1, 700), st.integers(1, 700))
def test_adjacent_repeats_multiply(first: int, second: int) -> None:
    """Two adjacent repeats of one character divide a run in as many ways as their lengths combine."""
    assert count_ways(f"a{{0,{first}}}a{{0,{second}}}") == (first + 1) * (second + 1)


def test_a_rule_that_would_be_slow_is_refused_by_name(tmp_path: Path) -> None:
    """An operator's table with such a rule is refused, and the rule is not tried on its example of 10,000 letters."""
    path = tmp_path / "rules.toml"
    path.write_text(
        '[[rule]]\nname = "letters"\npurpose = "Letters."\nscope = "inline"\nhints = ["a"]\n'
        f"pattern = '(?:a{{1,40}} ?){{1,40}}!'\nremoves = '{'a' * 10_000}'\nkeeps = 'b'\n",
        encoding="utf-8",
    )

    with pytest.raises(RulesError) as refused:
        load_rules(path)

    (problem,) = refused.value.problems
    assert "'letters'" in problem
    assert str(MAX_WAYS) in problem
