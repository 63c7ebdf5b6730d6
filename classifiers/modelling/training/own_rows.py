"""A user's labelled articles made ready to learn from: what a label means, copies found, folds dealt, faults told.

Copies of a text, and near copies, are one story: they never stand in two folds, and a story counts once where rows of a
label are counted. With a date on every row the folds are stretches of time, because reports of one event come within
days of each other; without, stories are dealt out label by label, in the order of their hash.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from classifiers import digests
from classifiers.errors import CorpusError
from classifiers.modelling.corpora import near_copies, sources
from classifiers.modelling.corpora.labelled_files import LabelledTexts

FOLDS: Final = 5
"""Parts of the rows, each held out once: four fifths are learnt from each time, which is near what all of them give."""

MIN_STORIES: Final = 20
"""Stories that a label needs: with fewer, a fold holds out three of them or less, and neither the calibration nor the
measured quality means anything."""

MIN_LABELS: Final = 2
"""With one label there is nothing to tell apart."""


class OwnRows(msgspec.Struct, frozen=True):
    """Rows to learn from.

    Parameters
    ----------
    texts
        Cleaned.
    labels
        Of the taxonomy, sorted.
    topics
        The labels of each text, the main one first.
    folds
        The fold of each text, of shape (n_texts,).
    notes
        What a reader of the manifest should know of the rows.
    """

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]
    folds: NDArray[np.int64]
    notes: tuple[str, ...]

    def targets(self) -> NDArray[np.float64]:
        """Return one where a text has a label and zero elsewhere, of shape (n_texts, n_labels)."""
        return np.array([[float(label in topics) for label in self.labels] for topics in self.topics])


class _Story(msgspec.Struct, frozen=True):
    """One text with its labels and its day; `number` is the same for all copies."""

    number: int
    text: str
    topics: tuple[str, ...]
    day: str


def prepare(found: LabelledTexts, seed: int, *, leave_out_rare: bool = False) -> OwnRows:
    """Return the rows of a file, ready to learn from.

    Parameters
    ----------
    found
        The file's texts. Rows of a split other than `train` are left out: they are the user's to measure on.
    seed
        Decides how stories are dealt out to folds where rows have no dates.
    leave_out_rare
        Whether labels with fewer than `MIN_STORIES` stories are left out, rather than refused.

    Raises
    ------
    CorpusError
        The rows cannot be learnt from; every problem in one message.
    """
    _check_meanings(found.classes)
    kept = [row for row in found.rows if row.split in {"", sources.TRAIN}]
    numbers = near_copies.groups([row.text for row in kept])
    stories = [
        _Story(number, row.text, tuple(dict.fromkeys(found.classes[label][0] for label in row.labels)), row.date)
        for number, row in zip(numbers, kept, strict=True)
    ]
    counts = _count(stories)
    rare = {label: count for label, count in counts.items() if count < MIN_STORIES}
    if leave_out_rare:
        stories = list(_without(stories, set(rare)))
    _check_counts(counts, rare, leave_out_rare=leave_out_rare)
    folds, how = _folds(stories, seed)
    notes = [f"folds: {how}"]
    if len(kept) < len(found.rows):
        notes.append(f"left out: {len(found.rows) - len(kept)} rows whose split is not train")
    notes += [f"left out: {label}, with {count} stories" for label, count in rare.items()]
    notes += [f"left out: label {label!r}, with {count} rows" for label, count in found.left_out.items()]
    return OwnRows(
        tuple(story.text for story in stories),
        tuple(sorted({topic for story in stories for topic in story.topics})),
        tuple(story.topics for story in stories),
        folds,
        tuple(notes),
    )


def _check_meanings(classes: Mapping[str, tuple[str, ...]]) -> None:
    if several := sorted(label for label, ids in classes.items() if len(ids) > 1):
        raise CorpusError(
            f"the label map gives {', '.join(map(repr, several))} several meanings, which can be measured but not "
            "learnt: give each label one, or leave it out with ignore = [...]"
        )


def _count(stories: Sequence[_Story]) -> dict[str, int]:
    """Return the number of distinct stories by label, sorted by label."""
    counts = Counter(topic for topic, _ in {(topic, story.number) for story in stories for topic in story.topics})
    return dict(sorted(counts.items()))


def _without(stories: Sequence[_Story], rare: set[str]) -> Iterator[_Story]:
    for story in stories:
        if topics := tuple(topic for topic in story.topics if topic not in rare):
            yield msgspec.structs.replace(story, topics=topics)


def _check_counts(counts: Mapping[str, int], rare: Mapping[str, int], *, leave_out_rare: bool) -> None:
    if rare and not leave_out_rare:
        listing = ", ".join(f"{label!r} has {count}" for label, count in rare.items())
        raise CorpusError(
            f"a label needs {MIN_STORIES} distinct articles to be learnt: {listing}; label more articles, or leave "
            "these labels out with --leave-out-rare"
        )
    if len(counts) - len(rare) < MIN_LABELS:
        raise CorpusError(
            f"labels with {MIN_STORIES} distinct articles or more: {len(counts) - len(rare)}; to be told apart, "
            f"{MIN_LABELS} are needed: label articles of another topic too"
        )


def _folds(stories: Sequence[_Story], seed: int) -> tuple[NDArray[np.int64], str]:
    """Return the fold of every story, and how they were made."""
    days = {story.day for story in stories}
    if "" not in days:
        by_time = _by_time(stories)
        if _every_label_is_in_two(stories, by_time):
            return by_time, f"{FOLDS} stretches of time, from {min(days)} to {max(days)}"
    return _by_hash(stories, seed), f"{FOLDS}, by hash of the text"


def _by_time(stories: Sequence[_Story]) -> NDArray[np.int64]:
    """Cut the days into stretches of about as many rows each; copies count as of their first day."""
    first: dict[int, str] = {}
    for story in stories:
        first[story.number] = min(first.get(story.number, story.day), story.day)
    days = [first[story.number] for story in stories]
    before = {day: place for place, day in reversed(list(enumerate(sorted(days))))}
    return np.array([before[day] * FOLDS // len(stories) for day in days])


def _every_label_is_in_two(stories: Sequence[_Story], folds: NDArray[np.int64]) -> bool:
    """Tell whether every label can be learnt in one fold and looked for in another."""
    places = {(topic, fold) for story, fold in zip(stories, folds.tolist(), strict=True) for topic in story.topics}
    return min(Counter(topic for topic, _ in places).values()) > 1


def _by_hash(stories: Sequence[_Story], seed: int) -> NDArray[np.int64]:
    """Deal stories out label by label, so that every fold has its share of each."""
    leader = {story.number: story for story in reversed(stories)}
    order = sorted(leader.values(), key=lambda story: (story.topics[0], _hash(story.text, seed)))
    fold_of = {story.number: place % FOLDS for place, story in enumerate(order)}
    return np.array([fold_of[story.number] for story in stories])


def _hash(text: str, seed: int) -> str:
    return digests.hexdigest(f"{seed} {sources.fingerprint(text)}")
