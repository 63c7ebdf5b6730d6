"""The watch-list is read from a file, whole or not at all, and the shipped one covers what the news is about."""

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


def _error(path: Path) -> TargetsError:
    with pytest.raises(TargetsError) as caught:
        WatchList.load(path)
    return caught.value


def _found(text: str) -> list[str]:
    return [mention.target_id for mention in MATCHER.find(text)]


def test_reads_a_target(tmp_path: Path) -> None:
    """A table becomes a target; omitted fields are empty."""
    (target,) = WatchList.load(_write(tmp_path, FRANCE)).targets

    assert (target.id, target.name, target.kind) == ("france", "France", TargetKind.STATE)
    assert (target.aliases, target.case_sensitive_aliases) == (("French",), ())


def test_targets_are_keys(tmp_path: Path) -> None:
    """A target with translations is a key of a dict, and equal targets are the same key."""
    content = FRANCE + 'translations = { de = ["Frankreich"] }\n'
    (first,), (second,) = (WatchList.load(_write(tmp_path, content)).targets for _ in range(2))

    assert {first: 1}[second] == 1


def test_a_name_that_is_case_sensitive_is_not_folded(tmp_path: Path) -> None:
    """A name among the case-sensitive aliases matches only as written."""
    (target,) = WatchList.load(_write(tmp_path, FRANCE + 'case_sensitive_aliases = ["France"]')).targets

    assert target.folded_names == ("French",)


def test_reads_not_targets(tmp_path: Path) -> None:
    """`not_targets` is a list before the targets, and empty by default."""
    lookalikes = 'not_targets = ["French fries"]\n'

    assert WatchList.load(_write(tmp_path, lookalikes + FRANCE)).not_targets == ("French fries",)
    assert WatchList.load(_write(tmp_path, FRANCE)).not_targets == ()


def test_digest_is_of_the_bytes() -> None:
    """The digest is the SHA-256 of the bytes of the file."""
    assert WATCH_LIST.digest == f"sha256:{hashlib.sha256(SHIPPED.read_bytes()).hexdigest()}"


@pytest.mark.parametrize(
    ("content", "count", "named"),
    [
        pytest.param("targets = []", 1, ("targets",), id="empty"),
        pytest.param(FRANCE + FRANCE, 3, ("'france'", "2"), id="id"),
        pytest.param(FRANCE.replace("france", ""), 1, ("id",), id="no id"),
        pytest.param(FRANCE + FRANCE.replace("france", "gaul"), 2, ("france", "gaul", "'france'"), id="alias"),
        pytest.param(FRANCE.replace('"French"', '"the"'), 1, ("france", "'the'"), id="short"),
        pytest.param(FRANCE.replace('"French"', '" French"'), 1, ("france", "' French'"), id="space"),
        pytest.param(FRANCE.replace('"French"', '""'), 2, ("france", "''"), id="blank"),
        pytest.param('not_targets = ["french"]' + FRANCE, 1, ("not_targets", "france", "'french'"), id="both"),
        pytest.param('not_targets = [""]' + FRANCE, 1, ("not_targets", "''"), id="no lookalike"),
    ],
)
def test_a_broken_rule_is_reported(tmp_path: Path, content: str, count: int, named: tuple[str, ...]) -> None:
    """A file that breaks a rule is rejected with its problems, the first of which names the values at fault."""
    path = _write(tmp_path, content)

    error = _error(path)

    assert str(path) in str(error)
    assert len(error.problems) == count
    assert [value for value in named if value not in error.problems[0]] == []


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    """All problems of a file are reported together, so that the operator can fix them in one step."""
    error = _error(_write(tmp_path, FRANCE + FRANCE.replace('"French"', '"EU"')))

    assert {value for value in ("'france'", "'EU'") if any(value in problem for problem in error.problems)} == {
        "'france'",
        "'EU'",
    }


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param("[[targets]", "line 1", id="no TOML"),
        pytest.param("", "`targets`", id="no targets"),
        pytest.param(FRANCE.replace("aliases", "alias"), "`alias`", id="unknown field"),
        pytest.param(FRANCE.replace("state", "river"), "'river'", id="unknown kind"),
        pytest.param(FRANCE.replace('"France"', "1"), "`int`", id="wrong type"),
    ],
)
def test_malformed_file_is_rejected(tmp_path: Path, content: str, named: str) -> None:
    """A file that does not decode as a watch-list is rejected, and the message names the value at fault."""
    error = _error(_write(tmp_path, content))

    assert error.problems == ()
    assert named in str(error)


def test_missing_file_is_rejected(tmp_path: Path) -> None:
    """A missing file is reported by its path."""
    path = tmp_path / "nowhere.toml"

    assert str(path) in str(_error(path))


def test_another_encoding_is_rejected(tmp_path: Path) -> None:
    """A file that is not UTF-8 is rejected."""
    path = tmp_path / "targets.toml"
    path.write_bytes(FRANCE.replace("French", "Français").encode("latin-1"))

    assert str(path) in str(_error(path))


@pytest.mark.parametrize(("kind", "minimum"), [("state", 150), ("organisation", 50), ("person", 50), ("company", 50)])
def test_shipped_list_has_all_kinds(kind: str, minimum: int) -> None:
    """The shipped list has many targets of each kind."""
    assert sum(target.kind is TargetKind(kind) for target in WATCH_LIST.targets) >= minimum


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
    """Capitals, governments, demonyms and acronyms match their target, and longer names only theirs."""
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
def test_shipped_list_ignores_lookalikes(text: str) -> None:
    """Words that only look like a target, and longer names that contain one, are not mentions."""
    assert _found(text) == []


def test_every_lookalike_contains_a_target() -> None:
    """Each name among `not_targets` contains a target's name, and without one it would have no effect."""
    without = TargetMatcher(WatchList(WATCH_LIST.targets))

    assert [name for name in WATCH_LIST.not_targets if not without.find(name)] == []


@pytest.mark.parametrize("name", WATCH_LIST.not_targets)
def test_lookalike_is_no_mention(name: str) -> None:
    """A name among `not_targets` is not a mention of the target whose name it contains; the next name is one."""
    assert _found(f"Of {name} and France.") == ["france"]
