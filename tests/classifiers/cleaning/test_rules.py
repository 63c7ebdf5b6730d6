"""Each rule removes its example and keeps its look-alike; a table that breaks this is refused with every problem."""

import re
from pathlib import Path

import pytest

from classifiers.cleaning import clean, default_rules, load_rules
from classifiers.cleaning.rules import CompiledRule, Scope
from classifiers.errors import RulesError

RULES = [pytest.param(rule, id=rule.rule.name) for rule in default_rules().rules]
STORY = "The river rose in the night.\n\nThe dam held.\n\nNobody was hurt.\n\nThe road stays closed until the weekend."
GOOD = """
[[rule]]
name = "mark"
purpose = "A mark."
scope = "line"
hints = ["mark"]
pattern = "mark"
removes = "Mark"
keeps = "The mark of the beast"
"""


def _around(rule: CompiledRule, line: str) -> tuple[str, str]:
    """Return a title and a body in which the line stands where the rule acts."""
    if rule.scope is Scope.TITLE:
        return line, STORY
    return "", f"{line}\n\n{STORY}" if rule.scope in (Scope.HEAD, Scope.START) else f"{STORY}\n\n{line}"


@pytest.mark.parametrize("rule", RULES)
def test_removes_its_example(rule: CompiledRule) -> None:
    """The example is gone from an article, or what the rule leaves of it stands alone."""
    cleaned = clean(*_around(rule, rule.rule.removes))

    assert rule.rule.removes not in cleaned.text
    assert cleaned.text.replace(STORY, "").strip() in {rule.rule.leaves, clean("", rule.rule.leaves).body}


@pytest.mark.parametrize("rule", RULES)
def test_keeps_its_look_alike(rule: CompiledRule) -> None:
    """No rule of the table takes anything from the look-alike, be it first, in the middle or last."""
    keeps = rule.rule.keeps
    if rule.scope is Scope.TITLE:
        assert clean(keeps, STORY).title == keeps
    for body in (f"{keeps}\n\n{STORY}", f"{STORY}\n\n{keeps}\n\n{STORY}", f"{STORY}\n\n{keeps}", keeps):
        assert clean("", body).body == body


def test_digest_names_the_file() -> None:
    """The digest is that of the rules' file."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", default_rules().digest)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        pytest.param('pattern = "mark"', 'pattern = "mork"', "leaves 'Mark' of its example", id="example-stays"),
        pytest.param('pattern = "mark"', 'pattern = "[^x]{1,90}"', "takes away from its look-alike", id="look-alike"),
        pytest.param('pattern = "mark"', 'pattern = "mark("', "no regular expression", id="no-expression"),
        pytest.param('pattern = "mark"', 'pattern = "mark.*"', "without a bound", id="unbounded"),
        pytest.param('pattern = "mark"', 'pattern = "<<mark>>"', "no snippet 'mark'", id="snippet"),
        pytest.param('hints = ["mark"]', 'hints = ["note"]', "none of the hints", id="hint-missing"),
        pytest.param('hints = ["mark"]', 'hints = ["Mark", "mark"]', "not in lower case", id="hint-case"),
        pytest.param('scope = "line"', 'scope = "page"', "Invalid enum value 'page'", id="scope"),
        pytest.param('purpose = "A mark."', "", "missing required field `purpose`", id="field-missing"),
        pytest.param('purpose = "A mark."', 'purpose = ""\nage = 3', "unknown field `age`", id="field-unknown"),
        pytest.param(GOOD, GOOD + GOOD, "the name is taken", id="twice"),
        pytest.param(GOOD, "", "there is no [[rule]]", id="empty"),
        pytest.param(GOOD, "rule = 3", "no [[rule]] rows", id="no-rows"),
        pytest.param(GOOD, "[[", "mend the file or the setting", id="no-toml"),
    ],
)
def test_refuses(tmp_path: Path, old: str, new: str, problem: str) -> None:
    """A table with a fault is refused, and the message names it."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD.replace(old, new))

    with pytest.raises(RulesError, match=re.escape(problem)):
        load_rules(path)


def test_lists_every_problem_at_once(tmp_path: Path) -> None:
    """Faults of two rules stand in one message."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD.replace("mark", "mork", 3) + GOOD.replace('"mark"', '"other"', 1).replace('"line"', '"page"'))

    with pytest.raises(RulesError, match=r"rule 1 .*; rule 2 "):
        load_rules(path)


def test_missing_file(tmp_path: Path) -> None:
    """A file that is not there is the operator's to mend."""
    with pytest.raises(RulesError, match="cannot read the cleaning rules"):
        load_rules(tmp_path / "none.toml")


def test_own_rules_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    """With rules of one's own only those act."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD)

    assert clean(None, "Mark\n\nAdvertisement", load_rules(path)).body == "Advertisement"
