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

MOJIBAKE = "\n\n".join(f"\u00c3\u00a9{number}" for number in range(100_000))
"""Two seconds of CPU time: each line is repaired. An article takes milliseconds."""


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


@pytest.mark.usefixtures("in_one_process")
def test_answers_do_not_depend_on_the_batch(command: Command, feed: Path) -> None:
    """Standard input, which is tagged line by line, gives the same tags as a file; only the provenance differs."""
    from_file = [json.loads(line) for line in command("tag", feed, "--received-at", "2023-03-06").stdout.splitlines()]
    from_stdin = [
        json.loads(line)
        for line in command("tag", "-", "--received-at", "2023-03-06", stdin=ARTICLES).stdout.splitlines()
    ]

    for record in (*from_file, *from_stdin):
        del record["provenance"]
    assert from_file == from_stdin


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("worker.article_cpu_seconds=0.1", RejectReason.TOO_SLOW),
        ("worker.child_deadline_seconds=0.5", RejectReason.DEADLINE),
    ],
)
def test_an_article_that_takes_too_much_costs_itself_alone(
    command: Command, tmp_path: Path, setting: str, reason: RejectReason
) -> None:
    """Files have the budgets of a worker: what exceeds one is a rejection, and the others are tagged."""
    path = tmp_path / "feed.jsonl"
    path.write_text(f"{json.dumps({'body': MOJIBAKE}, ensure_ascii=False)}\n{ARTICLES}", encoding="utf-8")
    budget = ("worker.article_cpu_seconds=9", "worker.article_cpu_seconds_per_100_kilobytes=0", setting)

    result = command("tag", path, *(part for each in budget for part in ("--set", each)))

    assert [json.loads(line)["title"] for line in result.stdout.splitlines()] == [
        "Parliament passes the budget",
        "Team wins the cup",
    ]
    assert [line for line in result.stderr.splitlines() if f": {reason}: " in line and f"{path}:1[0]@0" in line]
    assert result.exit_code == PROBLEM_FOUND


def test_files_are_tagged_in_a_thread_on_request(command: Command, feed: Path) -> None:
    """Without a child process the records are the same, their provenance included."""
    received = ("--received-at", "2023-03-06")

    alone = command("tag", feed, *received, "--set", "worker.isolation=thread")

    assert alone.stdout == command("tag", feed, *received).stdout


@pytest.mark.usefixtures("in_one_process")
def test_articles_are_shown_readably(command: Command, feed: Path) -> None:
    """With --pretty the view of an article is printed; without a rejection the exit code is 0."""
    result = command("tag", feed, "--pretty", "--limit", "1")

    assert "Parliament passes the budget" in result.stdout
    assert result.exit_code == SUCCESS


@pytest.mark.usefixtures("in_one_process")
def test_a_canceled_item_is_a_line_of_its_own(command: Command, tmp_path: Path) -> None:
    """A withdrawal is an object with the id of the article, and no fault."""
    path = tmp_path / "kill.jsonl"
    path.write_text('{"uri": "urn:x:1", "pubstatus": "canceled", "headline": "Kill"}\n')
    result = command("tag", path)

    assert json.loads(result.stdout) == {"withdrawn": "urn:x:1"}
    assert result.exit_code == SUCCESS


@pytest.mark.usefixtures("in_one_process")
def test_an_embargo_is_measured_against_the_time_received(command: Command, tmp_path: Path) -> None:
    """An article under an embargo is rejected before its end and tagged after it."""
    path = tmp_path / "embargo.jsonl"
    path.write_text('{"body": "Rain fell on the island.", "embargo": "2023-03-06T10:00:00Z"}\n')

    assert RejectReason.EMBARGOED in command("tag", path, "--received-at", "2023-03-06T09:59").stderr
    tagged = json.loads(command("tag", path, "--received-at", "2023-03-06T10:00").stdout)
    assert (tagged["event_time"], tagged["source"]["embargoed_until"]) == ("2023-03-06T10:00:00Z",) * 2


@pytest.mark.usefixtures("in_one_process")
def test_a_broken_file_leaves_the_others(command: Command, feed: Path) -> None:
    """A file that cannot be read is one line on standard error, and the other articles are tagged."""
    (feed.parent / "a.xml").write_text("<urlset/>")
    result = command("tag", feed.parent, "--limit", "1")

    assert len(result.stdout.splitlines()) == 1
    assert "a.xml' is a sitemap" in result.stderr
    assert result.exit_code == PROBLEM_FOUND


@pytest.mark.usefixtures("in_one_process")
def test_a_line_over_the_limit_leaves_the_others(command: Command, feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is too long is one line on standard error, and the articles before and behind it are tagged."""
    monkeypatch.setenv("COPYTASTER_LIMITS__MAX_RECORD_BYTES", "1024")
    feed.write_text(ARTICLES.replace("nonsense", "x" * 1_025))
    result = command("tag", feed)

    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.splitlines() == [
        f"copytaster: left out: '{feed}:2' is a line of more than 1,024 bytes, the maximum of limits.max_record_bytes"
    ]
    assert result.exit_code == PROBLEM_FOUND


@pytest.mark.usefixtures("in_one_process")
def test_links_out_of_a_folder_are_reported(command: Command, feed: Path) -> None:
    """A link out of a folder is not followed, and one line on standard error counts it."""
    folder = feed.parent / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("Rain fell on the island.")
    (folder / "b.jsonl").symlink_to(feed)
    result = command("tag", folder)

    assert len(result.stdout.splitlines()) == 1
    assert "left out 1 links that lead out of their folder" in result.stderr
    assert result.exit_code == SUCCESS
