"""Skips as committed offsets."""

import pytest

from streams.brokers.skips import Skip


def test_a_skip_is_read_from_what_it_is_committed_as() -> None:
    """Offset and metadata of a commit give the skip back."""
    skip = Skip(first=10, to=20)

    assert Skip.from_commit(skip.to, skip.metadata) == skip


@pytest.mark.parametrize("metadata", ["", "{", "[]", "{}", '{"first": "x"}', "\x00"])
def test_a_commit_of_something_else_is_no_skip(metadata: str) -> None:
    """A commit whose metadata is not that of a skip skips nothing."""
    assert Skip.from_commit(20, metadata) is None


@pytest.mark.parametrize(("offset", "covered"), [(9, False), (10, True), (19, True), (20, False)])
def test_a_skip_is_about_its_own_offsets(offset: int, *, covered: bool) -> None:
    """A partition that cannot be read elsewhere is not skipped."""
    assert Skip(first=10, to=20).covers(offset) is covered
