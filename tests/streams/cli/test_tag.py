"""Tests of `tag`: the pipeline with the shipped models and no broker."""

import json
from pathlib import Path

import msgspec
import pytest

from streams.exit_codes import PROBLEM_FOUND, SUCCESS
from streams.records.rejection import RejectReason, Stage
from streams.records.tagged import TaggedArticle
from tests.streams.cli.conftest import Command

ARTICLES = """\
{"id": "one", "publisher": "example.org", "title": "Parliament passes the budget", "body": "Parliament passed the \
budget of the government on Tuesday after a long debate about taxes, pensions and the money for the United Nations."}
nonsense
{"title": "Team wins the cup", "body": "The team won the cup final on Saturday with two late goals, and its coach \
praised the players, the fans and the referee after the match in the crowded stadium."}
"""


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Return a file with two articles and one line that is no JSON."""
    path = tmp_path / "feed.jsonl"
    path.write_text(ARTICLES)
    return path


def test_records_are_written_one_a_line(command: Command, feed: Path) -> None:
    """Each article is a complete tagged record; a rejection is a line on standard error, and the exit code is 1."""
    result = command("tag", feed)

    first, second = (msgspec.json.decode(line, type=TaggedArticle) for line in result.stdout.splitlines())
    assert (first.id, first.provenance.origin.offset) == ("example.org:one", 0)
    assert second.provenance.origin.offset == 2
    (line,) = result.stderr.splitlines()
    assert all(fact in line for fact in (RejectReason.NOT_JSON, Stage.DECODE, f"{feed}:2[0]@1"))
    assert result.exit_code == PROBLEM_FOUND


def test_answers_do_not_depend_on_the_batch(command: Command, feed: Path) -> None:
    """Standard input, which is tagged line by line, gives the same tags as a file; only the provenance differs."""
    from_file = [json.loads(line) for line in command("tag", feed).stdout.splitlines()]
    from_stdin = [json.loads(line) for line in command("tag", "-", stdin=ARTICLES).stdout.splitlines()]

    for record in (*from_file, *from_stdin):
        del record["provenance"]
    assert from_file == from_stdin


def test_articles_are_shown_readably(command: Command, feed: Path) -> None:
    """With --pretty the view of an article is printed; without a rejection the exit code is 0."""
    result = command("tag", feed, "--pretty", "--limit", "1")

    assert "Parliament passes the budget" in result.stdout
    assert result.exit_code == SUCCESS
