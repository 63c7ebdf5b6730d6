"""A user's rows are dealt out so that nothing is learnt that is measured on, and every fault of theirs is reported."""

import pytest

from classifiers.errors import CorpusError
from classifiers.modelling.corpora.labelled_files import LabelledText, LabelledTexts
from classifiers.modelling.training import own_rows
from classifiers.modelling.training.own_rows import FOLDS, MIN_STORIES, OwnRows

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "islet", "jetty", "knoll")


def text(number: int) -> str:
    """Return a text that shares few word sequences with that of another number."""
    words = (WORDS[number * step % len(WORDS)] + str(number) for step in range(1, 12))
    return f"The editor wrote about {' '.join(words)}"


def rows(**counts: int) -> list[LabelledText]:
    """Return so many rows of each label, no two of them copies."""
    labels = [label for label, count in counts.items() for _ in range(count)]
    return [LabelledText(line, text(line), (label,), "") for line, label in enumerate(labels, start=1)]


def prepare(*found: LabelledText, leave_out_rare: bool = False, seed: int = 1) -> OwnRows:
    """Return rows made ready, each label meaning itself."""
    classes = {label: (label,) for row in found for label in row.labels}
    return own_rows.prepare(LabelledTexts(found, classes, {}), seed, leave_out_rare=leave_out_rare)


def test_every_fold_has_its_share_of_every_label() -> None:
    """Without dates, stories are dealt out label by label."""
    ready = prepare(*rows(sport=25, farming=50))

    held = [(topics[0], fold) for topics, fold in zip(ready.topics, ready.folds.tolist(), strict=True)]
    assert {(label, fold): held.count((label, fold)) for label, fold in held} == {
        **{("sport", fold): 5 for fold in range(FOLDS)},
        **{("farming", fold): 10 for fold in range(FOLDS)},
    }
    assert ready.labels == ("farming", "sport")
    assert ready.notes == (f"folds: {FOLDS}, by hash of the text",)


def test_folds_do_not_depend_on_the_order_of_rows() -> None:
    """The same rows in another order stand in the same folds; another seed deals them out otherwise."""
    found = rows(sport=25, farming=25)
    ready, turned, other = prepare(*found), prepare(*reversed(found)), prepare(*found, seed=2)

    assert ready.folds.tolist() == turned.folds.tolist()[::-1]
    assert ready.folds.tolist() != other.folds.tolist()


def test_copies_stand_in_one_fold() -> None:
    """A copy, under another label or with a line behind, is held out with its original."""
    found = rows(sport=25, farming=25)
    copies = [
        LabelledText(90 + place, f"{found[place].text} Read more in print.", ("farming",), "") for place in range(5)
    ]
    ready = prepare(*found, *copies)

    assert ready.folds[50:].tolist() == ready.folds[:5].tolist()


def test_copies_count_once() -> None:
    """Twenty prints of one report are one story, which is too few to learn from."""
    with pytest.raises(CorpusError, match="'sport' has 1"):
        prepare(*rows(farming=25), *[LabelledText(9, text(99), ("sport",), "")] * 20)


def test_dates_make_stretches_of_time() -> None:
    """With a date on every row, each fold is a stretch of days, and a copy stands with its first print."""
    found = [
        LabelledText(row.line, row.text, (("sport", "farming")[row.line % 2],), "", f"2024-{1 + row.line // 28:02d}-01")
        for row in rows(any=140)
    ]
    reprint = LabelledText(141, found[0].text, ("sport",), "", "2024-06-01")
    ready = prepare(*found, reprint)

    assert ready.folds.tolist()[:-1] == sorted(ready.folds.tolist()[:-1])
    assert set(ready.folds.tolist()) == set(range(FOLDS))
    assert ready.folds[-1] == 0
    assert ready.notes == (f"folds: {FOLDS} stretches of time, from 2024-01-01 to 2024-06-01",)


@pytest.mark.parametrize("day", ["2024-01-01", ""], ids=["one day", "no date on some"])
def test_without_enough_dates_the_hash_decides(day: str) -> None:
    """Where all rows are of one day, or one has no date, time cannot separate them."""
    found = [LabelledText(row.line, row.text, row.labels, "", "2024-01-01") for row in rows(sport=25, farming=25)]
    ready = prepare(*found[:-1], LabelledText(50, found[-1].text, ("farming",), "", day))

    assert "by hash" in ready.notes[0]


def test_a_label_of_one_season_is_not_cut_off_by_time() -> None:
    """A label that would stand in one stretch alone could not be learnt when that is held out: the hash decides."""
    of_a_year = [
        LabelledText(row.line, row.text, row.labels, "", f"2024-{1 + row.line % 9:02d}-01") for row in rows(farming=75)
    ]
    of_winter = [LabelledText(row.line, row.text, row.labels, "", "2024-12-01") for row in rows(farming=75, skiing=20)]

    assert "by hash" in prepare(*of_a_year, *of_winter[75:]).notes[0]


def test_labels_with_too_few_rows_are_reported_at_once() -> None:
    """Every label with too few stories is named with their number, and the way out."""
    with pytest.raises(CorpusError, match=r"'chess' has 3, 'golf' has 19;.*--leave-out-rare"):
        prepare(*rows(chess=3, golf=MIN_STORIES - 1, sport=25, farming=25))


def test_labels_with_too_few_rows_are_left_out_on_request() -> None:
    """Left out, a rare label leaves an article its other labels, and the manifest a note."""
    found = rows(sport=25, farming=25, chess=2)
    both = LabelledText(99, text(99), ("chess", "sport"), "")
    ready = prepare(*found, both, leave_out_rare=True)

    assert ready.labels == ("farming", "sport")
    assert len(ready.texts) == 51
    assert ready.topics[-1] == ("sport",)
    assert "left out: chess, with 3 stories" in ready.notes


@pytest.mark.parametrize("leave_out_rare", [False, True])
def test_one_label_is_not_enough(leave_out_rare: bool) -> None:
    """A model of one label is refused: it could distinguish nothing."""
    found = rows(sport=25) + (rows(sport=25, chess=3)[25:] if leave_out_rare else [])

    with pytest.raises(CorpusError):
        prepare(*found, leave_out_rare=leave_out_rare)


def test_rows_of_other_splits_are_kept_for_measuring() -> None:
    """Rows that the user has set aside are not learnt from."""
    aside = [LabelledText(row.line, row.text, row.labels, "test") for row in rows(sport=60)[50:]]
    ready = prepare(*rows(sport=25, farming=25), *aside)

    assert len(ready.texts) == 50
    assert "left out: 10 rows whose split is not train" in ready.notes


def test_labels_with_several_meanings_are_refused() -> None:
    """A label with several meanings cannot be trained on."""
    found = LabelledTexts(tuple(rows(World=25)), {"World": ("politics", "conflict")}, {})

    with pytest.raises(CorpusError, match="'World'"):
        own_rows.prepare(found, 1)


def test_what_the_map_leaves_out_is_noted() -> None:
    """Labels that the user leaves out stand in the notes with their rows."""
    found = rows(sport=25, farming=25)
    ready = own_rows.prepare(LabelledTexts(tuple(found), {"sport": ("s",), "farming": ("f",)}, {"Opinion": 7}), 1)

    assert ready.notes[1:] == ("left out: label 'Opinion', with 7 rows",)
    assert ready.targets().sum(axis=0).tolist() == [25, 25]
