"""Tests of `rejected replay --due` against a broker: which articles under an embargo are sent, and when."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import Result

from streams.exit_codes import SUCCESS, WRONG_USAGE
from streams.settings import Settings
from tests.streams.cli.conftest import Command
from tests.streams.cli.letters import Letter, letter, numbers, put, raw

pytestmark = pytest.mark.broker


def under_embargo(settings: Settings, number: int, until: str) -> Letter:
    """Return the dead letter of an article that is embargoed until a time."""
    key, _, headers = letter(settings, number, "embargoed")
    return key, json.dumps({"body": f"News {number}.", "embargo": until}).encode(), headers


def test_embargoes_that_are_over_are_replayed(replay: Callable[..., Result], settings: Settings) -> None:
    """With --due exactly the letters are sent whose embargo is over; the others wait, and other reasons stay."""
    put(
        settings,
        under_embargo(settings, 1, "2026-01-31T10:00:00+01:00"),
        letter(settings, 2),
        under_embargo(settings, 3, "2999-01-31"),
        under_embargo(settings, 4, "Sat, 31 Jan 2026 09:00:00 GMT"),
        under_embargo(settings, 5, "after the vote"),
    )

    result = replay("--reason", "embargoed", "--due", "--json")

    report = json.loads(result.stdout)
    assert numbers(raw(settings)) == [1, 4]
    assert (result.exit_code, report["replayed"], report["waiting"]) == (SUCCESS, {"embargoed": 2}, 1)
    assert report["skipped"] == {"no_embargo_end": 1}
    assert report["remaining"] == 1


def test_an_embargoed_letter_is_found_when_it_is_due(replay: Callable[..., Result], settings: Settings) -> None:
    """A letter that waited is sent by the first run after the end of its embargo, and by no later one."""
    soon = datetime.now(UTC) + timedelta(seconds=2)
    put(settings, under_embargo(settings, 1, soon.isoformat()))

    reports = [json.loads(replay("--due", "--json").stdout)]
    while datetime.now(UTC) <= soon:
        reports.append(json.loads(replay("--due", "--json").stdout))
    reports += [json.loads(replay("--due", "--json").stdout) for _ in range(2)]

    assert reports[0]["waiting"] == 1
    assert numbers(raw(settings)) == [1]
    assert (reports[-1]["waiting"], reports[-1]["remaining"]) == (0, 0)


def test_letters_behind_one_that_waits_are_sent_once(replay: Callable[..., Result], settings: Settings) -> None:
    """A letter that waits stays in front of others that are sent: no later run sends those again."""
    put(settings, under_embargo(settings, 1, "2999-01-31"), under_embargo(settings, 2, "2026-01-31"))

    reports = [json.loads(replay("--due", "--json").stdout) for _ in range(3)]

    assert numbers(raw(settings)) == [2]
    assert [report["waiting"] for report in reports] == [1, 1, 1]
    assert [report["replayed"] for report in reports] == [{"embargoed": 1}, {}, {}]


def test_embargoes_that_are_over_are_listed(
    command: Command, replay: Callable[..., Result], settings: Settings
) -> None:
    """`rejected list --due` has the letters that a replay would send."""
    assert replay().exit_code == SUCCESS
    put(
        settings,
        under_embargo(settings, 1, "2026-01-31"),
        under_embargo(settings, 2, "2999-01-31"),
        letter(settings, 3),
    )
    shared = [
        f"--set=topics.rejected={settings.topics.rejected}",
        f"--set=kafka.bootstrap_servers={settings.kafka.bootstrap_servers}",
    ]

    listed = command("rejected", "list", "--due", "--json", *shared)

    assert [json.loads(line)["place"] for line in listed.stdout.splitlines()] == ["0:0"]


def test_due_letters_are_those_under_an_embargo(replay: Callable[..., Result]) -> None:
    """--due with other reasons alone is wrong usage."""
    result = replay("--reason", "not_json", "--due")

    assert result.exit_code == WRONG_USAGE
    assert "--reason embargoed" in result.stderr
