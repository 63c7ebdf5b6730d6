"""Tests of the progress in one partition: what a commit keeps of refused letters."""

from hypothesis import given
from hypothesis import strategies as st

from streams.dead_letters.progress import MAX_REFUSED, Progress

METADATA_BYTES = 4_096
"""Kafka's default of `offset.metadata.max.bytes`."""

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


def test_a_commit_keeps_a_limited_number_of_refused_letters() -> None:
    """With more refused letters than a commit keeps, the letters from the next refused one on are sent again."""
    refused = [MAX_OFFSET - 1_000 + 2 * number for number in range(MAX_REFUSED + 5)]

    progress = Progress(0).advance(MAX_OFFSET, refused)

    assert progress.offset == refused[0]
    assert not any(progress.is_settled(each) for each in refused)
    assert not progress.is_settled(refused[MAX_REFUSED] + 1)
    assert len(progress.metadata) <= METADATA_BYTES


def test_a_commit_of_another_program_is_an_offset_alone() -> None:
    """A commit whose metadata is not ours, or belongs to another offset, settles what lies before it and no more."""
    assert Progress.from_commit(7, "reset by hand") == Progress(7)
    assert Progress.from_commit(3, Progress(30, (5,)).metadata) == Progress(3)


def test_progress_is_clipped_to_the_partition() -> None:
    """Refused letters that retention has deleted are forgotten, and so is the progress of a topic since recreated."""
    progress = Progress(30, (5, 17))

    assert progress.clip(10, 40) == Progress(30, (17,))
    assert progress.clip(35, 40) == Progress(35)
    assert progress.clip(0, 12) == Progress(0)
