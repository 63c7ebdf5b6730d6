"""The dry run of a scraper's author."""

import json
from pathlib import Path

import pytest

from streams.exit_codes import PROBLEM_FOUND, SUCCESS, WRONG_USAGE
from tests.streams.cli.conftest import Command

ITEM = {
    "uri": "urn:newsml:wire.example:20230306:a1",
    "versioncreated": "2023-03-06T10:15:00Z",
    "headline": "Ferry stops",
    "body_html": "<p>The ferry stops.</p>",
    "embargoed": "2023-03-07T06:00:00Z",
    "ednote": "For weather desks.",
}


def written(path: Path, *articles: object) -> Path:
    """Return the path of a file with these articles, one in each line."""
    path.write_text("".join(json.dumps(each) + "\n" for each in articles))
    return path


def test_each_value_is_shown_with_the_field_that_it_came_from(command: Command, tmp_path: Path) -> None:
    """An article shows its format, its fields with their names and lengths, what is ignored, and its notes."""
    article = {"maintext": "Rain fell.", "title": "Rain", "date_publish": "next week", "filename": "a.html"}
    result = command("check", written(tmp_path / "a.jsonl", ITEM, article), "--received-at", "2023-03-08")

    assert result.exit_code == SUCCESS
    found = [line.split() for line in result.stdout.splitlines()]
    assert ["body", "body_html", "23", "<p>The", "ferry", "stops.</p>"] in found
    assert ["body", "maintext", "10", "Rain", "fell."] in found
    assert ["ignored:", "ednote"] in found
    assert ["ignored:", "filename"] in found
    assert ["note:", "published_at:", "not_a_date:", "next", "week"] in found
    assert "(ninjs 1) would be tagged: 29 characters" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        (ITEM, {"outcome": "rejected", "stage": "decode", "reason": "embargoed"}),
        ({"title": "Rain", "body": 5}, {"outcome": "rejected", "stage": "decode", "reason": "wrong_type"}),
        ({"body": "<p></p>"}, {"outcome": "rejected", "stage": "clean", "reason": "no_text"}),
        (ITEM | {"pubstatus": "canceled"}, {"outcome": "withdrawn", "withdraws": ITEM["uri"]}),
        ({"body": "Rain fell."}, {"outcome": "tagged", "text_chars": 10}),
    ],
    ids=["embargoed", "wrong type", "no text", "canceled", "an article"],
)
def test_the_outcome_is_that_of_the_worker(
    command: Command, tmp_path: Path, article: object, expected: dict[str, object]
) -> None:
    """With --json the outcome of an article is an object with its reason; a rejection makes the exit code 1."""
    result = command("check", written(tmp_path / "a.jsonl", article), "--json", "--received-at", "2023-03-06T10:15")

    assert json.loads(result.stdout).items() >= expected.items()
    assert result.exit_code == (PROBLEM_FOUND if expected["outcome"] == "rejected" else SUCCESS)


def test_a_file_that_cannot_be_read_is_one_line(command: Command, tmp_path: Path) -> None:
    """A broken file is reported, the others are checked, and the exit code is 1."""
    written(tmp_path / "a.jsonl", {"body": "Rain fell."})
    (tmp_path / "b.xml").write_text("<urlset/>")
    result = command("check", tmp_path)

    assert "would be tagged" in result.stdout
    assert "b.xml' is a sitemap" in result.stderr
    assert result.exit_code == PROBLEM_FOUND


def test_nothing_to_check_is_wrong_usage(command: Command) -> None:
    """Without a path the verb says what it needs."""
    assert command("check").exit_code == WRONG_USAGE
