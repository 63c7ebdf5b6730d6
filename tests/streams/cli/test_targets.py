"""A watch-list is tried on articles."""

import json
from pathlib import Path

import pytest

from streams.exit_codes import PROBLEM_FOUND, SUCCESS, WRONG_USAGE
from tests.streams.cli.conftest import Command, assert_failed

ARTICLES = (
    {"id": "1", "title": "Amazon River floods", "body": "The Amazon River flooded two towns in Brazil."},
    {"id": "2", "title": "Amazon River falls", "body": "The Amazon River fell again, officials in Brazil said."},
    {"id": "3", "title": "Moskau lehnt ab", "body": "Russlands Regierung hat Gespräche in Wien abgelehnt."},
    {"id": "4", "body": "<p></p>"},
)  # fmt: skip
OWN = '[[targets]]\nid = "amazon"\nname = "Amazon"\nkind = "company"\n'


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Return a feed of four articles, of which the last has no text."""
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in ARTICLES), encoding="utf-8")
    return path


def test_targets_are_listed_with_their_names(command: Command, feed: Path) -> None:
    """Each target has its kind, articles, mentions and spellings, in the language of each article."""
    result = command("targets", "check", feed)

    assert result.exit_code == SUCCESS
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["brazil", "state", "2", "2", "Brazil", "2"] in lines
    assert ["russia", "state", "1", "2", "Moskau", "1,", "Russlands", "1"] in lines


def test_ambiguous_names_and_kinds_are_shown(command: Command, feed: Path, tmp_path: Path) -> None:
    """A watch-list of one's own shows its ambiguous names with examples, what was never found, and the valid kinds."""
    own = tmp_path / "targets.toml"
    own.write_text(OWN, encoding="utf-8")
    result = command("targets", "check", feed, "--set", f"models.targets={own}")

    assert "Amazon (amazon): 4 of 4 times within a longer name: Amazon River" in " ".join(result.stdout.split())
    assert "1 targets found, 0 never, 1 ambiguous names" in result.stdout
    assert "valid kinds: state, organisation, person, company" in result.stdout


def test_json_has_one_object_for_each_target(command: Command, feed: Path) -> None:
    """With --json every target is one object with its names."""
    result = command("targets", "check", feed, "--json")
    targets = {each["target"]: each for each in map(json.loads, result.stdout.splitlines())}

    assert targets["austria"]["names"] == [
        {"name": "Wien", "mentions": 1, "longer": 0, "lower_case": 0, "examples": []}
    ]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        pytest.param(OWN.replace("company", "firm"), ("'firm'", "valid kinds: state, organisation"), id="kind"),
        pytest.param(OWN + 'translations = { sv = ["Amason"] }', ("'sv'", "ar, de, es"), id="language"),
        pytest.param(OWN + 'translations = { de = ["A"] }', ("'A'",), id="short name"),
    ],
)
def test_an_invalid_watch_list_is_one_sentence(
    command: Command, feed: Path, tmp_path: Path, content: str, named: tuple[str, ...]
) -> None:
    """A watch-list that cannot be used is reported in one sentence with the value and what is valid."""
    own = tmp_path / "targets.toml"
    own.write_text(content, encoding="utf-8")

    assert_failed(command("targets", "check", feed, "--set", f"models.targets={own}"), WRONG_USAGE, *named)


def test_nothing_to_check_is_wrong_usage(command: Command) -> None:
    """Without a path there is nothing to check."""
    assert_failed(command("targets", "check"), WRONG_USAGE, "name files or folders")


def test_a_damaged_file_makes_the_exit_code_1(command: Command, feed: Path, tmp_path: Path) -> None:
    """A file that cannot be read is reported, and the others are checked."""
    damaged = tmp_path / "damaged.jsonl.gz"
    damaged.write_bytes(b"no gzip")
    result = command("targets", "check", feed, damaged)

    assert result.exit_code == PROBLEM_FOUND
    assert "brazil" in result.stdout
