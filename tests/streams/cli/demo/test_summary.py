"""Tests of the counts of a run and its summary."""

from hypothesis import given
from hypothesis import strategies as st

from classifiers.predictions import AbstainReason, StanceLabel
from streams.cli.demo.summary import Summary
from streams.cli.demo.tally import Tally, quantile
from tests.streams.terminal.articles import drawn, stance, tagged


def tally() -> Tally:
    """Return a run of five records."""
    counts = Tally()
    counts.add_tagged(tagged())
    counts.add_tagged(tagged(stances=(stance("United States", StanceLabel.FAVOR), stance("NATO", None))))
    counts.add_tagged(tagged(topics=(), stances=(), abstained=AbstainReason.TOO_LITTLE_TEXT))
    counts.add_rejected("not_json")
    counts.add_withdrawn()
    for milliseconds in (100, 200, 900):
        counts.add_latency(1_000, 1_000 + milliseconds)
    counts.add_latency(None, 1_000)
    return counts


def test_every_outcome_is_counted() -> None:
    """Tagged, abstained, rejected and withdrawn records are counted separately, and add up."""
    counts = tally()

    assert (counts.tagged, counts.abstained, counts.rejected, counts.withdrawn) == (3, 1, 1, 1)
    assert counts.outcomes == 5
    assert counts.topics == {"politics": 2}
    assert counts.stances["United States"] == {StanceLabel.AGAINST: 1, StanceLabel.FAVOR: 1}


def test_the_summary_is_complete() -> None:
    """Counts, reasons, topics, targets, rate and latencies are in the summary at any width."""
    for width in (80, 120):
        shown = drawn(Summary(tally(), articles_in=5, seconds=2.0), width)
        for part in ("5 articles in · 3 tagged · 1 of them for review · 1 rejected · 1 withdrawn", "not_json"):
            assert part in shown
        assert "2.5 articles per second · latency p50 200 ms, p99 900 ms" in shown
        assert "politics" in shown
        assert "United States" in shown
        assert max(map(len, shown.splitlines())) <= width


def test_a_run_without_articles_has_a_summary() -> None:
    """Without articles the counts are zero, and the latency is unknown."""
    shown = drawn(Summary(Tally(), articles_in=0, seconds=0.0))

    assert "0 articles in" in shown
    assert "latency p50 unknown" in shown


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_a_quantile_covers_its_share(values: list[float], share: float) -> None:
    """The quantile is one of the values, and at least the given share of them does not exceed it."""
    found = quantile(values, share)

    assert found in values
    assert found is not None
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
