"""Lines that publishers repeat are learnt from a feed, and dropped by what loads the file."""

import json
from pathlib import Path

import pytest

from classifiers.digests import digest
from streams.exit_codes import PROBLEM_FOUND, SUCCESS, WRONG_USAGE
from tests.streams.cli.conftest import Command, assert_failed

NOTICE = "The Harbour Letter is a weekly column about ships and Boeing."


def article(number: int, **fields: object) -> str:
    """Return a line of JSON with an article that ends with the notice."""
    body = f"Ship number {number} left the harbour of Boeing on Monday.\n\nIts crew of {number} was glad.\n\n{NOTICE}"
    value = {"id": number, "publisher": "www.Example.org", "date": f"2024-03-0{number + 1}", "body": body}
    return json.dumps(value | fields) + "\n"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Return a file with six articles of one publisher."""
    path = tmp_path / "feed.jsonl"
    path.write_text("".join(map(article, range(6))))
    return path


def test_recurring_lines_are_written(command: Command, feed: Path) -> None:
    """The file has the lines of each publisher under the name that records are compared by."""
    result = command("learn-boilerplate", feed, "--out", "lines.json")

    content = Path("lines.json").read_bytes()
    assert json.loads(content)["publishers"] == {"example.org": {"articles": 6, "stories": 6, "lines": {NOTICE: 6}}}
    assert result.stdout == (
        "wrote lines.json: 1 lines of 1 publishers, from 6 stories of the 1 publishers that have at least 5, "
        f"{digest(content)}\n"
    )
    assert result.exit_code == SUCCESS


def test_what_is_already_learnt_is_learnt_again(command: Command, feed: Path) -> None:
    """A file that the settings name does not hide its lines from the count, so that a second run gives the same."""
    command("learn-boilerplate", feed, "--out", "lines.json")
    command("learn-boilerplate", feed, "--out", "again.json", "--set", "models.learnt_lines=lines.json")

    assert Path("again.json").read_bytes() == Path("lines.json").read_bytes()


def test_thresholds_are_options(command: Command, feed: Path) -> None:
    """A line that is in fewer stories than asked for is not written."""
    command("learn-boilerplate", feed, "--out", "lines.json", "--min-stories", 6)
    assert NOTICE in Path("lines.json").read_text()
    command("learn-boilerplate", feed, "--out", "lines.json", "--min-stories", 2, "--min-share", 1)
    assert NOTICE in Path("lines.json").read_text()
    command("learn-boilerplate", feed, "--out", "lines.json", "--min-stories", 7)
    assert NOTICE not in Path("lines.json").read_text()


def test_what_cannot_be_counted_is_reported(command: Command, feed: Path) -> None:
    """Articles that would be rejected or have no publisher are counted on standard error; a broken file exits 1."""
    feed.write_text(feed.read_text() + "nonsense\n" + article(7, publisher=None))

    Path("broken.jsonl.gz").write_bytes(b"\x1f\x8bnonsense")

    result = command("learn-boilerplate", feed, "broken.jsonl.gz", "--out", "lines.json")

    lines = result.stderr.splitlines()
    assert "copytaster: left out 2 articles that would be rejected or name no publisher" in lines
    assert [line for line in lines if "left out: " in line and "broken.jsonl.gz" in line]
    assert result.exit_code == PROBLEM_FOUND


def test_a_call_without_a_feed_or_a_folder_is_refused(command: Command, feed: Path) -> None:
    """One sentence names what is missing."""
    assert_failed(command("learn-boilerplate", "--out", "lines.json"), WRONG_USAGE, "name files or folders")
    assert_failed(command("learn-boilerplate", feed, "--out", "none/lines.json"), WRONG_USAGE, "none/lines.json")


@pytest.mark.usefixtures("in_one_process")
def test_learnt_lines_are_dropped_and_named(command: Command, feed: Path) -> None:
    """With the setting, records have no such line and the digest of the file; other publishers keep the line."""
    command("learn-boilerplate", feed, "--out", "lines.json")
    mixed = Path("mixed.jsonl")
    mixed.write_text(article(1) + article(1, publisher="example.net"))

    without = [json.loads(line) for line in command("tag", mixed).stdout.splitlines()]
    tagged = command("tag", mixed, "--set", "models.learnt_lines=lines.json")
    own, other = (json.loads(line) for line in tagged.stdout.splitlines())

    assert [NOTICE in each["text"] for each in (*without, own, other)] == [True, True, False, True]
    assert [each["provenance"]["learnt_lines"] for each in without] == [None, None]
    assert own["provenance"]["learnt_lines"] == digest(Path("lines.json").read_bytes())


def test_the_dry_run_drops_them_too(command: Command, feed: Path) -> None:
    """The text that `check` measures has no learnt line, and `targets check` finds no name in one."""
    command("learn-boilerplate", feed, "--out", "lines.json")
    learnt = ("--set", "models.learnt_lines=lines.json")

    before, after = (
        json.loads(command("check", feed, "--json", *flags).stdout.splitlines()[0])["text_chars"]
        for flags in ((), learnt)
    )

    assert before - after == len(f"\n\n{NOTICE}")
    mentions = [
        json.loads(command("targets", "check", feed, "--json", *each).stdout)["mentions"] for each in ((), learnt)
    ]
    assert mentions == [12, 6]


def test_a_file_of_another_kind_is_refused(command: Command, feed: Path) -> None:
    """A worker or a verb that cannot use the file exits 2 with one sentence that names it."""
    result = command("check", feed, "--set", f"models.learnt_lines={feed}")

    assert_failed(result, WRONG_USAGE, "feed.jsonl", "copytaster learn-boilerplate")
