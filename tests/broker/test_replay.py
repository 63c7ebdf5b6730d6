"""Dead letters that go round: replayed, tagged where the fault is fixed, rejected once more where it is not."""

import json
import subprocess
import sys

import pytest

from streams.dead_letters.letter import DeadLetter
from streams.records.origin import Headers, RawRecord
from tests.broker.newsroom import ROOT, Newsroom, eventually

pytestmark = pytest.mark.smoke

LONG = {"id": "7", "publisher": "example.org", "body": "News of sport. " * 20}


def replay(newsroom: Newsroom, *arguments: str) -> dict[str, object]:
    """Run `rejected replay` and return its report."""
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]
    program = [sys.executable, "-m", "streams.cli", "rejected", "replay", "--json", *arguments, *given]
    run = subprocess.run(program, capture_output=True, check=True, cwd=ROOT)
    report: dict[str, object] = json.loads(run.stdout)
    return report


def letters(newsroom: Newsroom, count: int) -> list[RawRecord]:
    """Return the dead letters, when there are so many."""
    return newsroom.read_until(lambda records: len(records) >= count, [newsroom.settings.topics.rejected])


def test_after_a_fix_a_letter_is_tagged(newsroom: Newsroom) -> None:
    """A record that a limit rejected is tagged after a replay under a higher limit, and names its first origin."""
    newsroom.produce((b"7", json.dumps(LONG).encode(), (("traceparent", b"?"),)))
    with newsroom.worker(limits__max_body_chars=100):
        (letter,) = letters(newsroom, 1)
        eventually(lambda: newsroom.committed() == 1, "the letter's raw record is committed")

    assert replay(newsroom)["replayed"] == {"too_large": 1}
    with newsroom.worker():
        (tagged,) = newsroom.read_until(lambda records: len(records) >= 1, [newsroom.settings.topics.tagged])

    origin = DeadLetter.from_record(letter).origin.encode()
    assert tagged.key == b"example.org:7"
    assert tagged.headers[-2:] == (("copytaster.origin", origin), ("copytaster.attempt", b"2"))


def test_what_fails_again_comes_back_once(newsroom: Newsroom) -> None:
    """Each replay of a hopeless record makes one letter, with its first origin, until its attempts are spent."""
    headers: Headers = (("own", b"1"),)
    newsroom.produce((b"1", b"{", headers))
    with newsroom.worker() as worker:
        worker.ready()
        letters(newsroom, 1)
        for attempt in (2, 3):
            assert replay(newsroom)["replayed"] == {"not_json": 1}
            letters(newsroom, attempt)
        last = replay(newsroom)
        eventually(lambda: newsroom.committed() == 3, "the raw record and its two replays are committed")

    found = [DeadLetter.from_record(record) for record in letters(newsroom, 3)]
    assert (last["replayed"], last["skipped"]) == ({}, {"attempts_spent": 1})
    assert sorted(letter.attempt for letter in found) == [1, 2, 3]
    assert len({letter.origin for letter in found}) == 1
    assert len({letter.raw_place for letter in found}) == 3
    assert {letter.headers[0] for letter in found} == {("own", b"1")}
    assert {(letter.record.key, letter.record.value) for letter in found} == {(b"1", b"{")}


def test_a_replay_that_is_killed_loses_nothing(newsroom: Newsroom) -> None:
    """A run killed half-way is taken up by the next: every letter goes back, and few go twice."""
    count = 60
    newsroom.produce(*((b"%d" % number, b"{ %d" % number, ()) for number in range(count)))
    with newsroom.worker():
        letters(newsroom, count)
    given = [part for name, value in newsroom.flags.items() for part in ("--set", f"{name}={value}")]
    program = [sys.executable, "-m", "streams.cli", "rejected", "replay", "--rate", "20", *given]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        newsroom.read_until(lambda records: len(records) >= count + 30, [newsroom.raw_topic])
        process.kill()

    replay(newsroom)

    replays = [record for record in newsroom.read(newsroom.raw_topic) if dict(record.headers)]
    assert {record.value for record in replays} == {b"{ %d" % number for number in range(count)}
    assert len(replays) < 2 * count
