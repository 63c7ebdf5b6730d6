"""The watch-list is read from a file, whole or not at all, and the shipped one names what the news is about."""

import hashlib
from pathlib import Path

import pytest

from classifiers import resources
from classifiers.errors import TargetsError
from classifiers.targets.matching import TargetMatcher
from classifiers.targets.watch_list import TargetKind, WatchList

SHIPPED = resources.seed("targets.toml")
WATCH_LIST = WatchList.load(SHIPPED)
MATCHER = TargetMatcher(WATCH_LIST)

FRANCE = """
[[targets]]
id = "france"
name = "France"
kind = "state"
aliases = ["French"]
"""


def _write(folder: Path, content: str) -> Path:
    path = folder / "targets.toml"
    path.write_text(content, encoding="utf-8")
    return path


def _refusal(path: Path) -> str:
    with pytest.raises(TargetsError) as caught:
        WatchList.load(path)
    return str(caught.value)


def _found(text: str) -> list[str]:
    return [mention.target_id for mention in MATCHER.find(text)]


def test_reads_a_target(tmp_path: Path) -> None:
    """A table becomes a target with what it says; what it leaves out is empty."""
    (target,) = WatchList.load(_write(tmp_path, FRANCE)).targets

    assert (target.id, target.name, target.kind) == ("france", "France", TargetKind.STATE)
    assert (target.aliases, target.case_sensitive_aliases) == (("French",), ())


def test_a_name_that_is_case_sensitive_is_not_folded(tmp_path: Path) -> None:
    """A name among the case-sensitive aliases counts only as it is written."""
    (target,) = WatchList.load(_write(tmp_path, FRANCE + 'case_sensitive_aliases = ["France"]')).targets

    assert target.folded_names == ("French",)


def test_reads_what_is_no_target(tmp_path: Path) -> None:
    """Longer names that are no target stand before the targets; without them there are none."""
    lookalikes = 'not_targets = ["French fries"]\n'

    assert WatchList.load(_write(tmp_path, lookalikes + FRANCE)).not_targets == ("French fries",)
    assert WatchList.load(_write(tmp_path, FRANCE)).not_targets == ()


def test_digest_is_of_the_bytes() -> None:
    """The digest is the SHA-256 of the file as it is."""
    assert WATCH_LIST.digest == f"sha256:{hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("targets = []", "it has no targets", id="empty"),
        pytest.param(FRANCE + FRANCE, "the id 'france' occurs 2 times", id="id"),
        pytest.param(FRANCE.replace("france", ""), "a target has an empty id", id="no id"),
        pytest.param(FRANCE + FRANCE.replace("france", "gaul"), "france and gaul share the name 'french'", id="alias"),
        pytest.param(FRANCE.replace('"French"', '"the"'), "france has the short name 'the'", id="short"),
        pytest.param(FRANCE.replace('"French"', '" French"'), "france has the name ' French'", id="space"),
        pytest.param(FRANCE.replace('"French"', '""'), "france has the name ''", id="blank"),
        pytest.param('not_targets = ["french"]' + FRANCE, "not_targets and france share the name", id="both"),
        pytest.param('not_targets = [""]' + FRANCE, "not_targets has the name ''", id="no lookalike"),
    ],
)
def test_a_broken_rule_is_told(tmp_path: Path, content: str, problem: str) -> None:
    """A file that breaks a rule is not used, and the message names file and problem."""
    path = _write(tmp_path, content)

    message = _refusal(path)

    assert str(path) in message
    assert problem in message


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """One message holds every problem, so that the operator mends the file once."""
    message = _refusal(_write(tmp_path, FRANCE + FRANCE.replace('"French"', '"EU"')))

    assert "'france' occurs 2 times" in message
    assert "share the name 'france'" in message
    assert "the short name 'EU'" in message


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("[[targets]", "cannot read", id="no TOML"),
        pytest.param("", "missing required field `targets`", id="no targets"),
        pytest.param(FRANCE.replace("aliases", "alias"), "unknown field `alias`", id="unknown field"),
        pytest.param(FRANCE.replace("state", "river"), "Invalid enum value 'river'", id="unknown kind"),
        pytest.param(FRANCE.replace('"France"', "1"), "Expected `str`, got `int`", id="wrong type"),
    ],
)
def test_malformed_file_is_told(tmp_path: Path, content: str, problem: str) -> None:
    """What is no watch-list is the operator's fault, with the place where it is wrong."""
    assert problem in _refusal(_write(tmp_path, content))


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there is named."""
    assert "nowhere" in _refusal(tmp_path / "nowhere.toml")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A file in another encoding is refused."""
    path = tmp_path / "targets.toml"
    path.write_bytes(FRANCE.replace("French", "Français").encode("latin-1"))

    assert "cannot read the watch-list" in _refusal(path)


@pytest.mark.parametrize(("kind", "least"), [("state", 150), ("organisation", 50), ("person", 50), ("company", 50)])
def test_shipped_list_has_all_kinds(kind: str, least: int) -> None:
    """The shipped list has many targets of each kind."""
    assert sum(target.kind is TargetKind(kind) for target in WATCH_LIST.targets) >= least


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("The White House declined to comment.", "united-states"),
        ("The Kremlin denied it.", "russia"),
        ("Beijing's answer came late.", "china"),
        ("French farmers blocked the road.", "france"),
        ("Talks go on in Brussels.", "european-union"),
        ("An envoy of the UN arrived.", "united-nations"),
        ("South Sudanese refugees crossed the river.", "south-sudan"),
        ("Papua New Guinea votes today.", "papua-new-guinea"),
        ("The Democratic Republic of the Congo closed its border.", "democratic-republic-of-the-congo"),
        ("North Koreans were told to save food.", "north-korea"),
        ("Turkey called up reservists.", "turkey"),
        ("President Macron spoke for an hour.", "emmanuel-macron"),
        ("Shares of Apple fell.", "apple"),
        ("Officials in Northern Ireland agreed.", "united-kingdom"),
    ],
)
def test_shipped_list_knows_the_names_of_the_news(text: str, target: str) -> None:
    """Capitals, governments, demonyms and acronyms lead to their target, and of longer names only to theirs."""
    assert _found(text) == [target]


@pytest.mark.parametrize(
    "text",
    [
        "He told us who it was.",
        "She roasted a turkey and an apple.",
        "The jordan almonds and the chile sauce were gone.",
        "Atlanta, Georgia, votes on Tuesday.",
        "Latin America and the South American farmers",
        "A storm crossed New Mexico.",
        "The Washington Post wrote about it.",
    ],
)
def test_shipped_list_keeps_off_what_misleads(text: str) -> None:
    """Words that only look like a target, and longer names that hold one, are no mentions."""
    assert _found(text) == []


def test_every_lookalike_holds_a_target() -> None:
    """A name among `not_targets` that held no target's name would do nothing."""
    without = TargetMatcher(WatchList(WATCH_LIST.targets))

    assert [name for name in WATCH_LIST.not_targets if not without.find(name)] == []


@pytest.mark.parametrize("name", WATCH_LIST.not_targets)
def test_lookalike_is_no_mention(name: str) -> None:
    """A name among `not_targets` is no mention of the target whose name it holds, and the next name is one."""
    assert _found(f"Of {name} and France.") == ["france"]
