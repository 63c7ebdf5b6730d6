"""Tests of how a replay is summed up."""

import msgspec

from streams.dead_letters.replay import Report, SkipReason
from streams.terminal.replay import REASONS, replay_summary
from tests.streams.terminal.articles import drawn

REPORT = Report(
    dry_run=False,
    group="copytaster.replay",
    rejected_topic="rejected",
    raw_topic="raw",
    replayed={"unexpected": 1200, "no_text": 3},
    left_out={SkipReason.ATTEMPTS_SPENT: 2},
    refused={"too large\x1b[2J": 1},
    ended="stopped",
    left=17,
    seconds=2.04,
)


def test_counts_are_by_reason() -> None:
    """Replayed letters are counted by reason, those left out by why, and what is left is told."""
    shown = drawn(replay_summary(REPORT), 120)

    assert "unexpected           1,200" in shown
    assert "replayed 1,203 records of rejected into raw, in 2.0 s" in shown
    assert "left out 2: tried as often as --max-attempts allows" in shown
    assert "the broker refused 1: too large" in shown
    assert "told to stop; 17 records are left to look at" in shown
    assert "\x1b" not in shown


def test_a_dry_run_says_would() -> None:
    """A dry run claims nothing."""
    shown = drawn(replay_summary(msgspec.structs.replace(REPORT, dry_run=True)), 120)

    assert "would be replayed" in shown
    assert "would replay 1,203 records" in shown


def test_nothing_is_one_sentence_and_no_table() -> None:
    """Where there was nothing to replay no empty table is shown."""
    nothing = msgspec.structs.replace(REPORT, replayed={}, left_out={}, refused={}, ended="end", left=0)

    assert drawn(replay_summary(nothing), 120).split("\n")[:2] == [
        "replayed 0 records of rejected into raw, in 2.0 s",
        "the end of the topic is reached",
    ]


def test_every_reason_has_words() -> None:
    """Each way to be left out is told in words."""
    assert set(REASONS) == set(SkipReason)
