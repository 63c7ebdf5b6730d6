"""The table of newest versions: exact up to its bound, whatever is claimed, and small."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from streams.records.origin import Origin
from streams.records.version import Version
from streams.settings.schema import MEBIBYTE
from streams.versions.claim import Claim, read_claim
from streams.versions.table import VersionTable

RAW = "raw"
MAX_BYTES_PER_MILLION = 64 * MEBIBYTE


def claim(article_id: str, ms: int, *, offset: int = 0, withdrawn: bool = False, topic: str = RAW) -> Claim:
    """Return a claim."""
    return Claim(article_id, Version(ms, 0, offset, 3), Origin(topic, 3, offset), withdrawn)


claims = st.lists(
    st.builds(
        claim,
        st.sampled_from([f"id {number}" for number in range(12)]),
        st.integers(min_value=0, max_value=4),
        offset=st.integers(min_value=0, max_value=9),
        withdrawn=st.booleans(),
    ),
    max_size=60,
)


@given(claims)
def test_the_newest_claim_of_each_article_is_known(found: list[Claim]) -> None:
    """The table answers as a dict would, and knows whether an older claim is the last one."""
    table = VersionTable(RAW, 12)
    expected: dict[str, Claim] = {}
    last: dict[str, Version] = {}
    for each in found:
        table.apply(each)
        known = expected.get(each.article_id)
        expected[each.article_id] = each if known is None or each.version >= known.version else known
        last[each.article_id] = each.version

    assert len(table) == len(expected)
    for name, each in expected.items():
        newest = table.newest(name)
        assert newest is not None
        assert (newest.version, newest.origin, newest.withdrawn) == (each.version, each.origin, each.withdrawn)
        assert newest.is_overtaken == (last[name] < each.version)


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=40), st.booleans()), max_size=120))
def test_a_full_table_holds_the_last_articles(found: list[tuple[int, bool]]) -> None:
    """Beyond the bound the oldest articles are forgotten, one at a time, and the others stay correct."""
    table = VersionTable(RAW, 8)
    for number, (name, forget) in enumerate(found):
        if forget:
            table.forget(f"id {name}")
            assert table.newest(f"id {name}") is None
        else:
            table.apply(claim(f"id {name}", number))
            newest = table.newest(f"id {name}")
            assert newest is not None
            assert newest.version.ms == number

    assert sum(table.newest(f"id {name}") is not None for name in range(41)) <= 8


def test_the_oldest_article_is_forgotten_first() -> None:
    """An article that was claimed again outlives those that were not."""
    table = VersionTable(RAW, 3)
    for name in ("a", "b", "c"):
        table.apply(claim(name, 1))
    table.apply(claim("a", 2))

    table.apply(claim("d", 1))

    assert [name for name in "abcd" if table.newest(name)] == ["a", "c", "d"]


def test_a_raw_record_is_known_to_be_claimed_by_its_partition() -> None:
    """Records up to the last claimed offset of their partition may have been claimed before, others were not."""
    table = VersionTable(RAW, 3)
    table.apply(claim("a", 1, offset=7))
    table.apply(claim("a", 2, offset=99, topic="another"))

    assert table.is_claimed(Origin(RAW, 3, 7))
    assert not table.is_claimed(Origin(RAW, 3, 8))
    assert not table.is_claimed(Origin(RAW, 2, 0))


def test_a_claim_from_another_raw_topic_has_no_origin_here() -> None:
    """Its version counts; its raw record cannot be read."""
    table = VersionTable(RAW, 3)
    table.apply(claim("a", 2, topic="another"))

    newest = table.newest("a")
    assert newest is not None
    assert (newest.version.ms, newest.origin) == (2, None)


def test_a_million_articles_take_at_most_64_mebibytes() -> None:
    """Measured with every article known: nothing but the two arrays grows."""
    count = 100_000
    tracemalloc.start()
    table = VersionTable(RAW, count)
    for number in range(count):
        table.apply(claim(f"example.org:{number}", number, offset=number))
    used_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(table) == count
    assert used_bytes <= MAX_BYTES_PER_MILLION * count / 1_000_000
    assert VersionTable(RAW, 1_000).size_bytes * 1_000 <= MAX_BYTES_PER_MILLION


@given(st.text(min_size=1, max_size=50), st.integers(min_value=0, max_value=2**53 - 1), st.booleans())
def test_a_claim_is_read_as_it_was_written(name: str, ms: int, withdrawn: bool) -> None:
    """Key and value hold the whole claim."""
    written = claim(name.encode("utf-8", "ignore").decode(), ms, withdrawn=withdrawn)
    record = written.to_record("versions")

    assert read_claim(record.key, record.value) == written


def test_a_record_that_is_no_claim_is_not_read() -> None:
    """Whatever else is on the topic leaves the table as it is."""
    assert read_claim(b"a", b"{}") is None
    assert read_claim(None, None) is None
    assert read_claim(b"\xff", b"") is None
