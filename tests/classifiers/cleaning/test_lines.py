"""The line classifier removes boilerplate of every kind that no rule knows, and keeps the lines that look like it.

The lines of `lines_to_drop.toml` and `lines_to_keep.toml` were written before the classifier was trained. Each is
the last paragraph of a story, and in its middle.
"""

import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import model_files, resources
from classifiers.cleaning import clean, default_line_model
from classifiers.cleaning.line_features import read_features
from classifiers.cleaning.line_model import END_BONUS, NEIGHBOUR_BONUS, LineModel
from classifiers.errors import ModelIncompatibleError
from classifiers.model_files import LoadedModel
from classifiers.modelling.corpora import line_templates, near_copies, sources, training_texts

HERE = Path(__file__).parent
STORY = (
    "The council met on Tuesday to discuss the new bridge over the river.",
    "Residents of the old town had waited for nine years, and most of them came.",
    "Engineers showed drawings in which the two towers stand on the western bank.",
    "Work begins in spring, if the weather holds and the money arrives.",
    "Nobody voted against the plan, which had failed twice before.",
)
NOTICES = (HERE / "reproduction_notices.txt").read_text(encoding="utf-8").splitlines()


class Line(NamedTuple):
    """A labelled line."""

    kind: str
    language: str
    text: str


def read(name: str) -> list[Line]:
    """Return the lines of a file."""
    kinds = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return [
        Line(kind, language, text)
        for kind, languages in kinds.items()
        for language, texts in languages.items()
        for text in texts
    ]


DROP, KEEP = read("lines_to_drop.toml"), read("lines_to_keep.toml")


def is_kept(text: str, place: int) -> bool:
    """Return whether a line stays that stands before the line of the story at a place."""
    body = "\n\n".join((*STORY[:place], text, *STORY[place:]))
    cleaned = clean("Council meets on the bridge", body).body.split("\n\n")
    assert [line for line in cleaned if line != text] == list(STORY)
    return text in cleaned


def test_there_are_lines_of_every_kind_in_many_languages() -> None:
    """Three hundred lines of boilerplate and as many look-alikes are of sixteen kinds and fourteen languages."""
    assert min(len(set(DROP)), len(set(KEEP))) >= 300
    assert {line.kind for line in DROP} <= {line.kind for line in KEEP}
    assert len({line.language for line in DROP}) == len({line.language for line in KEEP}) == 14


@pytest.mark.parametrize("place", [len(STORY), 2], ids=["last", "middle"])
def test_boilerplate_goes_and_look_alikes_stay(place: int) -> None:
    """Of the lines that go 99 % are boilerplate, and 95 % of the boilerplate goes, of each kind three quarters."""
    missed = [line for line in DROP if is_kept(line.text, place)]
    lost = [line for line in KEEP if not is_kept(line.text, place)]
    removed = len(DROP) - len(missed)

    assert removed / (removed + len(lost)) >= 0.99, lost
    assert removed / len(DROP) >= 0.95, missed
    there, left = Counter(line.kind for line in DROP), Counter(line.kind for line in missed)
    assert {kind: left[kind] for kind in there if left[kind] > there[kind] / 4} == {}


@pytest.mark.parametrize("place", [len(STORY), 3], ids=["last", "middle"])
@pytest.mark.parametrize("notice", NOTICES)
def test_reproduction_notices_of_ten_shapes_go(notice: str, place: int) -> None:
    """An agency's ban on reproduction goes, in translated words and with its company in quotation marks as well."""
    assert not is_kept(notice, place)


def test_no_line_was_seen_in_training() -> None:
    """No line is in the templates' expansions or the written texts, nor a near copy of one."""
    tested = [*(line.text for line in (*DROP, *KEEP)), *NOTICES]
    trained = [*(line.text for line in line_templates.load_lines()), *training_texts.read_lines()]

    sources.assert_disjoint(trained, tested)
    groups = near_copies.groups([*trained, *tested])
    copies = [text for text, group in zip(tested, groups[len(trained) :], strict=True) if group < len(trained)]
    assert copies == []


@pytest.mark.parametrize("words", ["Subscribe to our newsletter", "All rights reserved", "Follow us on Twitter now"])
@pytest.mark.parametrize(
    "spoken",
    [
        "\u201c{},\u201d the sign at the gate said.",
        'The minister repeated: "{}."',
        "\u00ab{}\u00bb, a dit le ministre.",
        "\u2014 {}, \u2014 \u0441\u043a\u0430\u0437\u0430\u043b \u043e\u043d.",
    ],
)
def test_what_people_say_stays(spoken: str, words: str) -> None:
    """Words of boilerplate in quotation marks, or after a dash that stands for them, stay wherever the line is."""
    assert is_kept(spoken.format(words), len(STORY))


LABELLED = [*(line.text for line in (*DROP[::7], *KEEP[::7])), *STORY, "Share", "a"]


@given(st.lists(st.sampled_from(LABELLED), max_size=14))
def test_a_second_pass_finds_nothing(body: list[str]) -> None:
    """Of the lines that are left none is boilerplate, in any order and number."""
    model = default_line_model()
    removed = set(model.removals(body, {}))
    left = [line for place, line in enumerate(body) if place not in removed]

    assert model.removals(left, {}) == []


def test_margins_are_those_of_scikit_learn() -> None:
    """The margin of a line is the decision of the logistic regression in the file, less the margin required."""
    loaded = model_files.load(resources.model("lines.skops"), kind="lines")
    terms = {term: column for column, term in enumerate(loaded.estimator["terms"])}
    for line in DROP[:40]:
        row = [0.0] * len(terms)
        for feature in read_features(line.text):
            if feature in terms:
                row[terms[feature]] = 1.0
        decision = loaded.estimator["regression"].decision_function([row])[0] * 1000
        margin = LineModel(loaded).margin(line.text)
        assert margin == pytest.approx(decision - int(loaded.manifest.options["margin"] or 0), abs=1)


def test_place_alone_makes_no_boilerplate() -> None:
    """What a place adds at most is less than what a line without any word of boilerplate lacks."""
    margin = default_line_model().margin("The bridge was closed at noon.")
    assert margin is not None
    assert margin + END_BONUS[0] + 2 * NEIGHBOUR_BONUS < 0


def test_a_file_that_is_no_line_classifier_is_refused() -> None:
    """A model without terms and weights is refused with one sentence."""
    manifest = msgspec.structs.replace(default_line_model().manifest, name="other")
    with pytest.raises(ModelIncompatibleError, match="no terms, weights and margin"):
        LineModel(LoadedModel({"terms": []}, manifest))
