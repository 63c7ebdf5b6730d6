"""Raw batches: a survey of what cannot be read, and what can be kept of it."""

import struct
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.brokers.raw_batches import FetchRaw, RawFetch, collect, split, survey
from streams.brokers.raw_partition import find_problem
from tests.streams.worker.faust_adapter.test_header_names import CODECS, OddName, batch

TEN = 10
END = 50


def ten(first: int, codec: int = 0) -> bytes:
    """Return a batch of ten records."""
    return struct.pack(">q", first) + batch(*["a"] * TEN, codec=codec)[8:]


def damaged(first: int) -> bytes:
    """Return a batch of ten records with another last byte."""
    data = ten(first)
    return data[:-1] + bytes([data[-1] ^ 0xFF])


def broker(batches: Mapping[int, bytes], dead: range = range(0), most: int = 2) -> FetchRaw:
    """Return a broker that sends some batches at a time, and nothing of some offsets."""

    def fetch(offset: int) -> RawFetch:
        if offset in dead:
            return RawFetch(b"", END, "CorruptRecord")
        ahead = [data for first, data in sorted(batches.items()) if first + TEN > offset]
        return RawFetch(b"".join(ahead[:most]), END)

    return fetch


INTACT = {first: ten(first) for first in range(0, END, TEN)}


def test_what_can_be_read_has_no_survey() -> None:
    """A partition of which every batch can be read has nothing to skip."""
    assert survey(broker(INTACT), find_problem, 0, END) is None


@pytest.mark.parametrize("start", [0, 7, 10, 13])
def test_a_damaged_batch_is_found(start: int) -> None:
    """The survey has the first offset that cannot be read, the bytes and the problem, and the next that can be read."""
    found = survey(broker({**INTACT, 10: damaged(10)}), find_problem, start, END)

    assert found is not None
    (bad,) = found.batches
    assert (found.first, found.to, found.gaps) == (max(start, 10), 20, [])
    assert (bad.first, bad.end, bad.data, bad.problem) == (10, 20, damaged(10), "its checksum does not match")


def test_damaged_batches_in_a_row_are_one_survey() -> None:
    """All batches up to the next one that can be read are in the survey, and none behind it."""
    found = survey(broker({**INTACT, 10: damaged(10), 20: damaged(20), 40: damaged(40)}), find_problem, 0, END)

    assert found is not None
    assert (found.first, found.to, [each.first for each in found.batches]) == (10, 30, [10, 20])


def test_damage_up_to_the_end() -> None:
    """Where nothing can be read before the end, the next offset is the end."""
    found = survey(broker({**INTACT, 40: damaged(40)}), find_problem, 0, END)

    assert found is not None
    assert (found.first, found.to) == (40, END)


@given(st.integers(1, END - 2), st.integers(1, END))
def test_offsets_that_the_broker_does_not_send_are_stepped_over(first: int, size: int) -> None:
    """Behind offsets that a broker cannot read itself, the survey finds the first one that it sends again."""
    dead = range(first, min(first + size, END))

    found = survey(broker(INTACT, dead, most=1), find_problem, first, END)

    assert found is not None
    assert (found.first, found.to, found.gaps) == (first, dead.stop, [(first, "CorruptRecord")])


@pytest.mark.parametrize("offset", [2, 245], ids=["before", "beyond"])
def test_offsets_that_cannot_be_true_are_a_problem(offset: int) -> None:
    """A batch that is intact except for its first offset is found, and kept as it is."""
    data = struct.pack(">q", offset) + ten(10)[8:]

    found = survey(broker({**INTACT, 10: data}), find_problem, 0, END)

    assert found is not None
    (bad,) = found.batches
    assert (found.first, found.to) == (10, 20)
    assert (bad.first, bad.end, bad.data, bad.problem) == (10, 20, data, "its offsets cannot be true")


def test_what_is_collected_are_the_whole_batches() -> None:
    """Batches that have one of the offsets are collected with all of their bytes."""
    found = collect(broker({**INTACT, 20: damaged(20)}), 15, 31)

    assert [each.data for each in found] == [ten(10), damaged(20), ten(30)]


def test_what_the_broker_does_not_send_is_not_collected() -> None:
    """Around offsets that a broker cannot read itself, everything else is collected."""
    found = collect(broker(INTACT, range(12, 20), most=1), 0, END)

    assert [each.first for each in found] == [0, 10, 20, 30, 40]
    assert [each.first for each in collect(broker(INTACT, range(10, 20), most=1), 0, 30)] == [0, 20]


@given(st.binary(max_size=200))
def test_any_bytes_can_be_split(data: bytes) -> None:
    """Whatever a broker sends, its batches are whole, in order, and no longer than what it sent."""
    batches = list(split(data))

    assert data.startswith(b"".join(each.data for each in batches))
    assert all(each.end > each.first for each in batches)


def test_a_batch_that_is_cut_off_is_none() -> None:
    """The last batch of an answer may be cut off at its maximal size."""
    assert [each.first for each in split(ten(0) + ten(10)[:-1])] == [0]


@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
def test_a_batch_of_every_codec_can_be_read(codec: int) -> None:
    """Batches of every codec that a worker reads have no problem."""
    assert find_problem(ten(0, codec)) is None


def test_a_header_name_that_is_no_text_is_no_problem() -> None:
    """A worker reads records with any header names, and so does the command."""
    assert find_problem(batch(OddName("h"))) is None


@given(st.binary(max_size=200))
def test_any_other_bytes_have_a_problem(data: bytes) -> None:
    """Bytes that are no batch have a problem that is named, whatever they are."""
    assert find_problem(data)
