"""Whether the curves of a long run count as flat, and that its articles are the same ones each time."""

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest

from bench import curves, generated
from bench.curves import Sample


def samples(count: int = 100, rises: Mapping[str, float] = MappingProxyType({})) -> list[Sample]:
    """Return samples a minute apart, in which some curves rise by so much from the first to the last."""
    still = {
        "worker_mebibytes": 120.0,
        "child_mebibytes": 250.0,
        "worker_descriptors": 14,
        "child_descriptors": 4,
        "worker_threads": 6,
        "child_threads": 3,
        "uncommitted": 200,
        "lag": 3_000,
    }

    def at(number: int) -> dict[str, float]:
        share = number / (count - 1)
        return {name: base + rises.get(name, 0) * share for name, base in still.items()}

    return [
        Sample(seconds=number * 60.0, seen=number * 50_000, committed=number * 50_000, **at(number))  # type: ignore[arg-type]
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("name", "rise"),
    [("worker_mebibytes", 20), ("child_mebibytes", 20), ("worker_descriptors", 4), ("uncommitted", 1_000)],
)
def test_a_leak_is_found(name: str, rise: float) -> None:
    """A curve that rises all along is not flat, and the others are."""
    found = {each.name: each.is_flat for each in curves.growths(samples(rises={name: rise}))}

    assert not found.pop(name)
    assert all(found.values())


def test_what_a_warm_up_takes_is_no_leak() -> None:
    """Memory that is taken in the first quarter and no more afterwards is flat."""
    cold, warm = samples(), samples()
    for number in range(20):
        cold[number] = msgspec.structs.replace(cold[number], child_mebibytes=100.0)

    assert [each.is_flat for each in curves.growths(cold)] == [each.is_flat for each in curves.growths(warm)]


def test_rates_are_those_between_samples() -> None:
    """Fifty thousand articles in a minute are fifty thousand a minute."""
    assert curves.rates(samples(3)) == [(1.0, 50_000.0), (2.0, 50_000.0)]


@pytest.mark.parametrize("name", ["run.svg", "run.png"])
def test_curves_are_written_and_drawn(name: str, tmp_path: Path) -> None:
    """Every sample is a line of the CSV, and the picture is drawn in the format of its name."""
    curves.write_csv(samples(10), tmp_path / "run.csv")
    curves.draw(samples(10), tmp_path / name)

    assert len((tmp_path / "run.csv").read_text().splitlines()) == 11
    assert (tmp_path / name).stat().st_size > 1_000


def test_articles_are_the_same_each_time() -> None:
    """The same seed makes the same articles, each with an id of its own."""
    first, again = (list(islice(generated.articles(3), 50)) for _ in range(2))
    values = [json.loads(value) for _, value in first]

    assert first == again
    assert len({value["id"] for value in values}) == 50
