"""Tests of the view of a replay report."""

from typing import get_args

import msgspec
import pytest

from streams.dead_letters.policy import SkipReason
from streams.dead_letters.replay import Ending, ReplayReport
from streams.terminal.replay import SKIP_REASONS, replay_summary
from tests.streams.terminal.articles import drawn

REPORT = ReplayReport(
    dry_run=False,
    group="copytaster.replay",
    rejected_topic="rejected",
    raw_topic="raw",
    replayed={"unexpected": 1200, "no_text": 3},
    skipped={SkipReason.ATTEMPTS_SPENT: 2},
    refused={"too large\x1b[2J": 1},
    ended="stopped",
    remaining=17,
    seconds=2.04,
)


def test_counts_are_by_reason() -> None:
    """The view has every count of the report: by reason, in total, skipped, refused and remaining."""
    shown = drawn(replay_summary(REPORT), 120)

    assert ["unexpected", "1,200"] in [line.split() for line in shown.splitlines()]
    assert f"2: {SKIP_REASONS[SkipReason.ATTEMPTS_SPENT]}" in shown
    for fact in ("1,203", "rejected", "raw", "2.0 s", "too large", "17"):
        assert fact in shown
    assert "\x1b" not in shown


def test_a_dry_run_is_distinguished() -> None:
    """The view of a dry run differs from that of a run in every sentence about replayed letters."""
    run = drawn(replay_summary(REPORT), 120).splitlines()
    dry_run = drawn(replay_summary(msgspec.structs.replace(REPORT, dry_run=True)), 120).splitlines()

    assert {line for line in run if "replayed" in line} & set(dry_run) == set()


@pytest.mark.parametrize("ended", get_args(Ending))
def test_every_ending_has_words(ended: Ending) -> None:
    """Each way in which a run ends has a sentence of its own, which is the last."""
    endings = [
        drawn(replay_summary(msgspec.structs.replace(REPORT, ended=each)), 120).splitlines()[-1]
        for each in get_args(Ending)
    ]

    assert endings.count(drawn(replay_summary(msgspec.structs.replace(REPORT, ended=ended)), 120).splitlines()[-1]) == 1


def test_nothing_is_one_sentence_and_no_table() -> None:
    """Without a replayed letter no empty table is shown."""
    nothing = msgspec.structs.replace(REPORT, replayed={}, skipped={}, refused={}, ended="end", remaining=0)

    assert len(drawn(replay_summary(nothing), 120).splitlines()) == 2


def test_every_reason_has_words() -> None:
    """Each reason to skip a letter has words."""
    assert set(SKIP_REASONS) == set(SkipReason)
