"""Each rule removes its example and keeps its look-alike; a table that breaks this is rejected with all problems."""

import re
from pathlib import Path

import pytest

from classifiers.cleaning import clean, default_rules, load_rules
from classifiers.cleaning.rules import TITLE_SCOPES, CompiledRule, Scope
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
    if rule.scope in TITLE_SCOPES:
        return line, STORY
    return "", f"{line}\n\n{STORY}" if rule.scope in (Scope.HEAD, Scope.START) else f"{STORY}\n\n{line}"


@pytest.mark.parametrize("rule", RULES)
def test_removes_its_example(rule: CompiledRule) -> None:
    """The example is removed from an article, except for the part that the rule keeps."""
    cleaned = clean(*_around(rule, rule.rule.removes))

    assert rule.rule.removes not in cleaned.text
    assert cleaned.text.replace(STORY, "").strip() in {rule.rule.leaves, clean("", rule.rule.leaves).body}


@pytest.mark.parametrize("rule", RULES)
def test_keeps_its_look_alike(rule: CompiledRule) -> None:
    """No rule of the table changes the look-alike, whether first, in the middle or last."""
    keeps = rule.rule.keeps
    if rule.scope in TITLE_SCOPES:
        assert clean(keeps, STORY).title == keeps
    for body in (f"{keeps}\n\n{STORY}", f"{STORY}\n\n{keeps}\n\n{STORY}", f"{STORY}\n\n{keeps}", keeps):
        assert clean("", body).body == body


def test_end_of_a_long_title() -> None:
    """What an outlet puts at the end of a title of 400 characters is removed."""
    title = ", ".join(["Dam holds after a night of rain"] * 12)

    assert clean(f"{title} | World | The Harbour Gazette", STORY).title == title


def test_digest_names_the_file() -> None:
    """The digest is that of the rules file."""
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", default_rules().digest)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        pytest.param('pattern = "mark"', 'pattern = "mork"', "'Mark'", id="example-stays"),
        pytest.param('pattern = "mark"', 'pattern = "[^x]{1,90}"', "`keeps`", id="look-alike"),
        pytest.param('pattern = "mark"', 'pattern = "mark("', "position 4", id="no-expression"),
        pytest.param('pattern = "mark"', 'pattern = "mark.*"', "{0,40}", id="unbounded"),
        pytest.param('pattern = "mark"', 'pattern = "<<mark>>"', "snippet 'mark'", id="snippet"),
        pytest.param('hints = ["mark"]', 'hints = ["note"]', "`removes`", id="hint-missing"),
        pytest.param('hints = ["mark"]', 'hints = ["Mark", "mark"]', "hint", id="hint-case"),
        pytest.param('scope = "line"', 'scope = "page"', "'page'", id="scope"),
        pytest.param('purpose = "A mark."', "", "`purpose`", id="field-missing"),
        pytest.param('purpose = "A mark."', 'purpose = ""\nage = 3', "`age`", id="field-unknown"),
        pytest.param(GOOD, GOOD + GOOD, "rule 2 ('mark')", id="twice"),
        pytest.param(GOOD, "", "[[rule]]", id="empty"),
        pytest.param(GOOD, "rule = 3", "[[rule]]", id="no-rows"),
    ],
)
def test_refuses(tmp_path: Path, old: str, new: str, named: str) -> None:
    """A table with one fault is rejected with one problem, which names the value at fault."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD.replace(old, new))

    with pytest.raises(RulesError) as caught:
        load_rules(path)

    (problem,) = caught.value.problems
    assert named in problem


def test_lists_every_problem_at_once(tmp_path: Path) -> None:
    """The problems of two rules are reported together."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD.replace("mark", "mork", 3) + GOOD.replace('"mark"', '"other"', 1).replace('"line"', '"page"'))

    with pytest.raises(RulesError) as caught:
        load_rules(path)

    assert {problem.partition(" (")[0] for problem in caught.value.problems} == {"rule 1", "rule 2"}


@pytest.mark.parametrize("content", [None, b"[[", b"\xff"], ids=["missing", "no TOML", "no UTF-8"])
def test_unreadable_file_is_rejected(tmp_path: Path, content: bytes | None) -> None:
    """A file that does not exist or is not TOML is rejected by its path."""
    path = tmp_path / "rules.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(RulesError) as caught:
        load_rules(path)

    assert caught.value.problems == ()
    assert str(path) in str(caught.value)


def test_own_rules_replace_the_shipped_ones(tmp_path: Path) -> None:
    """Only the given rules are applied."""
    path = tmp_path / "rules.toml"
    path.write_text(GOOD)

    assert clean(None, "Mark\n\nAdvertisement", load_rules(path), lines="none").body == "Advertisement"


@pytest.mark.parametrize("rule", RULES)
def test_no_group_is_possessive(rule: CompiledRule) -> None:
    """Rules have atomic groups instead: Python before 3.11.5 misreads possessive ones, and the rule would not match."""
    assert not re.search(r"(?<!\\)\)(?:\{[^{}]*\}|[*+?])\+", re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "x", rule.pattern))
