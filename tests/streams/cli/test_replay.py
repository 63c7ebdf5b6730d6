"""Tests of `rejected replay` against a broker: what is replayed and skipped, and where the next run begins."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from streams.brokers.cluster import Cluster
from streams.brokers.embedded import EmbeddedBroker
from streams.brokers.layout import ENVELOPE_BYTES, TopicSpec
from streams.dead_letters.offsets import CommittedOffsets
from streams.dead_letters.progress import Progress
from streams.errors import ReplayConflictError
from streams.exit_codes import INTERRUPTED, PROBLEM_FOUND, SIGNAL_BASE, SUCCESS, WRONG_USAGE
from streams.settings import Settings, load
from tests.streams.cli.conftest import Command
from tests.streams.cli.letters import letter, numbers, put, raw

pytestmark = pytest.mark.broker

ROOT = Path(__file__).parents[3]


def test_letters_go_back_as_they_came(replay: Callable[..., Result], settings: Settings) -> None:
    """A replayed record has the key, value and headers of the raw record, its first origin and the next attempt."""
    put(settings, letter(settings, 7), letter(settings, 8, "no_text"))

    result = replay("--json")

    first, second = raw(settings)
    key, value, _ = letter(settings, 7)
    assert (first.key, first.value) == (key, value)
    assert first.headers == (
        ("traceparent", b"00-1"),
        ("copytaster.origin", f"{settings.topics.raw}[0]@7".encode()),
        ("copytaster.attempt", b"2"),
    )
    assert second.key == b"key-8"
    report = json.loads(result.stdout)
    assert result.exit_code == SUCCESS
    assert (report["rejected_topic"], report["raw_topic"]) == (settings.topics.rejected, settings.topics.raw)
    assert (report["replayed"], report["ended"]) == ({"unexpected": 1, "no_text": 1}, "end")


def test_a_second_run_replays_what_is_new(replay: Callable[..., Result], settings: Settings) -> None:
    """The same filters replay no letter twice, except with --again."""
    put(settings, letter(settings, 1), letter(settings, 2))
    replay()
    put(settings, letter(settings, 3))

    second = replay("--json")
    third = replay("--again", "--json")

    assert numbers(raw(settings)) == [1, 2, 3, 1, 2, 3]
    assert json.loads(second.stdout)["replayed"] == {"unexpected": 1}
    assert json.loads(third.stdout)["replayed"] == {"unexpected": 3}


def test_the_next_run_resumes_behind_the_limit(replay: Callable[..., Result], settings: Settings) -> None:
    """After --limit the next run resumes with the next letter."""
    put(settings, *(letter(settings, number) for number in range(5)))

    first = json.loads(replay("--limit", "2", "--json").stdout)
    rest = json.loads(replay("--rate", "1000", "--json").stdout)

    assert numbers(raw(settings)) == [0, 1, 2, 3, 4]
    assert (first["ended"], first["remaining"]) == ("limit", 3)
    assert (rest["ended"], rest["remaining"]) == ("end", 0)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("--reason", "no_text"), [1]),
        (("--stage", "tag"), [0, 1, 2, 3]),
        (("--stage", "decode"), []),
        (("--publisher", "Example-0.org"), [0, 2]),
        (("--publisher", "example-1.org", "--reason", "unexpected"), [3]),
        (("--since", "1h"), [0, 1, 2, 3]),
        (("--until", "1h"), []),
        (("--since", "2020-01-01", "--until", "2020-01-02"), []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_filters_select(
    replay: Callable[..., Result], settings: Settings, filters: tuple[str, ...], expected: list[int]
) -> None:
    """Reason, stage, publisher and time select letters, alone and together."""
    reasons = ("unexpected", "no_text", "unexpected", "unexpected")
    put(settings, *(letter(settings, number, reason) for number, reason in enumerate(reasons)))

    result = replay(*filters, "--json")

    assert numbers(raw(settings)) == expected
    assert json.loads(result.stdout)["remaining"] == 0


def test_other_filters_have_offsets_of_their_own(replay: Callable[..., Result], settings: Settings) -> None:
    """Letters that one selection has passed over are still replayed by another."""
    put(settings, letter(settings, 1), letter(settings, 2, "no_text"))

    groups = {json.loads(replay("--reason", reason, "--json").stdout)["group"] for reason in ("no_text", "unexpected")}

    assert numbers(raw(settings)) == [2, 1]
    assert len(groups) == 2
    assert all(group.startswith(f"{settings.topics.raw}.replay.") for group in groups)


def test_a_dry_run_changes_nothing(replay: Callable[..., Result], settings: Settings) -> None:
    """A dry run counts, and neither sends nor commits: the next run begins where the dry run began."""
    put(settings, letter(settings, 1), letter(settings, 2, "no_text"))

    report = json.loads(replay("--dry-run", "--json").stdout)

    assert raw(settings) == []
    assert (report["dry_run"], report["replayed"]) == (True, {"unexpected": 1, "no_text": 1})
    replay()
    assert numbers(raw(settings)) == [1, 2]


def test_letters_that_cannot_succeed_are_skipped(replay: Callable[..., Result], settings: Settings) -> None:
    """Skipped and counted: attempts spent, copies, no value, too large, another topic, not written by a worker."""
    omitted = letter(settings, 4, "output_too_large", ("copytaster.error.value_omitted_bytes", b"9"))
    elsewhere = letter(settings, 5, "unexpected", ("copytaster.error.topic", b"other"))
    key, _, headers = letter(settings, 6)
    put(
        settings,
        letter(settings, 1, "unexpected", ("copytaster.attempt", b"3")),
        letter(settings, 2),
        letter(settings, 2),
        (omitted[0], None, omitted[2]),
        elsewhere,
        (key, b"x" * (settings.limits.max_record_bytes + 1), headers),
        (b"key-9", None, ()),
    )

    result = replay("--json")

    assert numbers(raw(settings)) == [2]
    assert json.loads(result.stdout)["skipped"] == dict.fromkeys(
        ("attempts_spent", "copy", "value_omitted", "other_topic", "too_large", "no_dead_letter"), 1
    )
    assert result.exit_code == SUCCESS


def test_refused_letters_are_counted(replay: Callable[..., Result], settings: Settings) -> None:
    """A letter that the broker refuses is counted and does not stop the run; the exit code is 1."""
    _, value, headers = letter(settings, 1)
    limit = settings.limits.max_record_bytes
    larger = settings.model_copy(update={"limits": settings.limits.model_copy(update={"max_record_bytes": 2 * limit})})
    put(larger, (b"k" * (limit + 2 * ENVELOPE_BYTES), value, headers), letter(settings, 2))

    result = replay("--json")

    report = json.loads(result.stdout)
    assert result.exit_code == PROBLEM_FOUND
    assert numbers(raw(settings)) == [2]
    assert (report["replayed"], sum(report["refused"].values()), report["remaining"]) == ({"unexpected": 1}, 1, 1)


def test_another_replay_is_a_conflict(settings: Settings, replay: Callable[..., Result]) -> None:
    """A run stops with an error when another run has committed offsets of the same group."""
    put(settings, letter(settings, 1))
    with Cluster(settings) as cluster:
        committed = CommittedOffsets(cluster, f"{settings.topics.raw}.replay", settings.topics.rejected)
        assert replay().exit_code == SUCCESS

        with pytest.raises(ReplayConflictError):
            committed.commit({0: Progress(1)})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
def test_a_stopped_run_is_resumed_by_the_next(
    settings: Settings, replay: Callable[..., Result], shared: list[str], number: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM end a run after its last letter; the next run resumes, and no letter is sent twice."""
    put(settings, *(letter(settings, each) for each in range(40)))
    program = [sys.executable, "-m", "streams.cli", "rejected", "replay", "--rate", "10", "--json", *shared]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    with Cluster(settings) as cluster:
        next(batch for batch in cluster.batches([settings.topics.raw], follow=True) if batch)
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)

    report = json.loads(output)
    assert process.returncode == SIGNAL_BASE + number, errors
    assert report["ended"] == "stopped"
    assert 0 < report["remaining"] < 40
    assert len(raw(settings)) == report["replayed"]["unexpected"] == 40 - report["remaining"]
    replay()
    assert numbers(raw(settings)) == list(range(40))


def test_a_stopped_dry_run_reports_its_counts(
    settings: Settings, replay: Callable[..., Result], shared: list[str]
) -> None:
    """A dry run that is interrupted reports its counts so far, and has changed nothing."""
    put(settings, *(letter(settings, each) for each in range(40)))
    program = [sys.executable, "-m", "streams.cli", "rejected", "replay", "--dry-run", "--rate", "1", "--json", *shared]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stderr is not None
    process.stderr.readline()  # the line that is printed before the first letter
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)

    report = json.loads(output)
    assert process.returncode == INTERRUPTED
    assert (report["ended"], report["dry_run"]) == ("stopped", True)
    assert report["remaining"] == 40 - sum(report["replayed"].values())
    assert json.loads(replay("--json").stdout)["replayed"] == {"unexpected": 40}


def test_a_topic_that_is_missing(command: Command, shared: list[str], settings: Settings) -> None:
    """Without the raw topic no letter is read: the error names the topic and the command, and the exit code is 2."""
    with Cluster(settings) as cluster:
        cluster.create([TopicSpec(settings.topics.rejected, 1, 1, {})])

    result = command("rejected", "replay", *shared)

    assert result.exit_code == WRONG_USAGE
    assert all(each in result.stderr for each in (settings.topics.raw, "copytaster topics create"))


def test_a_broker_that_goes_away(flags: dict[str, str]) -> None:
    """When the broker goes away during a replay, its counts are reported, and the exit code is 1."""
    with EmbeddedBroker() as broker:
        flags |= {"kafka.bootstrap_servers": broker.bootstrap_servers, "worker.group": flags["topics.raw"]}
        flags |= {"kafka.wait_seconds": "2", "kafka.request_timeout_seconds": "1"}
        settings = load(flags=flags, environment={})
        given = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
        with Cluster(settings) as cluster:
            cluster.create([TopicSpec(name, 1, 1, {}) for name in (settings.topics.raw, settings.topics.rejected)])
            put(settings, *(letter(settings, number) for number in range(100)))
            program = [sys.executable, "-m", "streams.cli", "rejected", "replay", "--rate", "10", "--json", *given]
            process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
            next(batch for batch in cluster.batches([settings.topics.raw], follow=True) if batch)
    output, errors = process.communicate(timeout=60)

    assert process.returncode == PROBLEM_FOUND
    assert json.loads(output)["ended"] == "broker_away"
    assert len(errors.splitlines()) == 2  # where it begins, and the error
