"""Tests of the progress in one partition: what a commit keeps of pending letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dead_letters.progress import MAX_METADATA_BYTES, Progress

MAX_OFFSET = 2**63 - 1

RUNS = st.lists(st.tuples(st.integers(0, 40), st.sets(st.integers(0, 39))), max_size=6)
"""Runs over a topic of 40 letters: where each of them ends, and which letters the broker refuses."""


@given(RUNS)
def test_every_letter_is_replayed_once(runs: list[tuple[int, set[int]]]) -> None:
    """Over any runs a letter is sent until the broker accepts it, and never again; commits keep the progress."""
    progress = Progress(0)
    accepted: list[int] = []
    pending = set(range(40))
    for position, refuses in runs:
        read = [each for each in range(progress.offset, position) if not progress.is_settled(each)]
        assert set(read) == {each for each in pending if each < position}
        refused = {each for each in read if each in refuses}
        accepted += [each for each in read if each not in refused]
        pending -= set(accepted)
        if position > progress.offset:
            progress = progress.advance(position, refused)
        progress = Progress.from_commit(progress.offset, progress.metadata)
        assert progress.offset <= min(pending, default=40)
        assert progress.remaining(40) == len(pending)

    assert len(accepted) == len(set(accepted))


@pytest.mark.parametrize("step", [2, 10**9])
def test_a_commit_keeps_a_limited_number_of_pending_letters(step: int) -> None:
    """With more pending letters than a commit keeps, the letters from the next pending one on are sent again."""
    pending = [MAX_OFFSET - step * number for number in range(5_000, 0, -1)]

    progress = Progress(0).advance(MAX_OFFSET, pending)

    assert progress.offset == pending[0]
    assert not any(progress.is_settled(each) for each in pending)
    assert progress.is_settled(pending[100] + 1)
    assert not progress.is_settled(pending[-1] + 1)
    assert Progress.from_commit(progress.offset, progress.metadata) == progress
    assert len(progress.metadata) <= MAX_METADATA_BYTES


def test_a_commit_keeps_successive_letters_in_few_bytes() -> None:
    """An archive under one embargo is one run of letters, however long."""
    progress = Progress(0).advance(100_000, range(10, 90_000))

    assert len(progress.metadata) < 50
    assert Progress.from_commit(10, progress.metadata) == progress
    assert (progress.settled, progress.remaining(100_000)) == (100_000, 89_990)


def test_a_commit_of_another_program_is_an_offset_alone() -> None:
    """A commit whose metadata is not ours, or belongs to another offset, settles what lies before it and no more."""
    assert Progress.from_commit(7, "reset by hand") == Progress(7)
    assert Progress.from_commit(3, Progress(30, (5,)).metadata) == Progress(3)
    for pending in ("[-1,2]", "[5]", "[5,9000000000000000000]"):
        assert Progress.from_commit(5, f'{{"settled":30,"pending":{pending}}}') == Progress(5)


def test_progress_is_clipped_to_the_partition() -> None:
    """Refused letters that retention has deleted are forgotten, and so is the progress of a topic since recreated."""
    progress = Progress(30, (5, 17))

    assert progress.clip(10, 40) == Progress(30, (17,))
    assert progress.clip(35, 40) == Progress(35)
    assert progress.clip(0, 12) == Progress(0)
