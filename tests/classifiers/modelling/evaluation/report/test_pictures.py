"""Pictures stand by themselves, say in words what they show, and are the same every time."""

import re
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

import msgspec
import pytest

from classifiers.modelling.evaluation.report import pictures
from classifiers.modelling.evaluation.report.pictures import Picture
from classifiers.modelling.evaluation.reports import BenchmarkReport
from tests.classifiers.modelling.evaluation.answering import benchmark

DRAW = [pictures.confusion, pictures.reliability, pictures.coverage]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("draw", DRAW)
@pytest.mark.parametrize("panels", [1, 2, 5])
def test_pictures_are_whole(draw: Callable[[Sequence[BenchmarkReport]], Picture], panels: int) -> None:
    """Each is valid XML with its words as title, and asks for nothing outside itself."""
    found = draw([benchmark(f"set {number}") for number in range(panels)])

    root = ET.fromstring(found.svg)  # noqa: S314  # our own picture
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == found.words
    outside = set(re.findall(r'(?:href|src)="([^#][^"]*)"|url\(([^#][^)]*)\)', found.svg))
    assert outside == set()


@pytest.mark.parametrize("draw", DRAW)
def test_pictures_are_the_same_every_time(draw: Callable[[Sequence[BenchmarkReport]], Picture]) -> None:
    """The same figures give the same bytes."""
    assert draw([benchmark()]) == draw([benchmark()])


@pytest.mark.parametrize("draw", DRAW)
def test_pictures_follow_light_and_dark(draw: Callable[[Sequence[BenchmarkReport]], Picture]) -> None:
    """Every colour is one that has a counterpart on dark paper; none stands in the drawing itself."""
    head, _, drawing = draw([benchmark()]).svg.partition("</style>")

    assert "prefers-color-scheme:dark" in head
    assert re.findall(r"#[0-9a-f]{6}\b", drawing) == []
    assert "var(--accent)" in drawing


def test_long_names_are_cut() -> None:
    """However long the labels are, the matrix has room; a warning would fail the test."""
    labels = [f"section {number} of a newspaper with long names + another" for number in range(9)]

    assert "…" in pictures.confusion([benchmark("set", labels, rows=90)]).svg


def test_words_say_what_is_mistaken() -> None:
    """The confusion matrix says in words how much of each label is right, and the commonest mistake."""
    words = pictures.confusion([benchmark("set", ("a", "b"))]).words

    assert "set, right by label: a 100%, b 50%." in words
    assert "Most often, in 10 rows, b is taken for a." in words


def test_pictures_can_do_without_answers() -> None:
    """Where the thresholds let nothing through, the words say so and the mark is missing."""
    whole = benchmark()
    silent = msgspec.structs.replace(whole, model=msgspec.structs.replace(whole.model, answered=None))

    picture = pictures.coverage([silent])

    assert "the thresholds let none through" in picture.words
    assert "as tagged" not in picture.svg
