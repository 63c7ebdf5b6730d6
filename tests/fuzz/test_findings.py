"""The promises that the fuzzer tries to break hold for its seeds, and for everything that it ever found."""

import json
from pathlib import Path

import pytest

from tests.fuzz.messages import message_of, record_of
from tests.fuzz.mutations import mutate
from tests.fuzz.targets import TARGETS

FOUND = sorted(path for path in (Path(__file__).parent / "findings").glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_finding_keeps_its_promise(path: Path) -> None:
    """An input that once broke a promise, minimized, keeps it."""
    TARGETS[path.parent.name].check(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_keep_the_promises(name: str) -> None:
    """What the fuzzer starts from is sound, and within the size that it makes."""
    target = TARGETS[name]

    seeds = list(target.seeds())

    assert seeds
    for seed in seeds:
        target.check(seed)


def test_a_message_is_a_record() -> None:
    """Header lines, key and value are separated, and a null value stays null."""
    record = record_of(message_of(b'{"a":\n\n1}', ":key: k", "ce_id: 7", "empty"))

    assert (record.key, record.value, record.headers) == (b"k", b'{"a":\n\n1}', (("ce_id", b"7"), ("empty", None)))
    assert record_of(message_of(b"", ":null:")).value is None
    assert record_of(b"{}").value == b"{}"


def test_a_change_leaves_json_what_it_is() -> None:
    """A changed article is still JSON, of the size that is allowed, and the same seed makes the same change."""
    article = b'ce_id: 7\n\n{"title": "Rain", "body": ["It rained."], "extra": {"depth": 1}}'

    changed = [mutate(article, 400, seed, lambda content, _: content) for seed in range(200)]

    assert changed == [mutate(article, 400, seed, lambda content, _: content) for seed in range(200)]
    assert max(map(len, changed)) <= 400
    assert all(isinstance(json.loads(each.partition(b"\n\n")[2]), dict) for each in changed)
    assert len(set(changed)) > 50
