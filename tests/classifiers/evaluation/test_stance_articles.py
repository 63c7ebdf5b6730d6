"""Article-level measures look for targets by the names that news uses, and count what is not named as neutral."""

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers.corpora.stance_pairs import LabelledArticle
from classifiers.evaluation import stance_articles
from classifiers.predictions import StanceLabel
from classifiers.stance.pairs import PairBatch
from classifiers.targets import Target, TargetKind, WatchList

WATCH_LIST = WatchList((Target("oman", "Oman", TargetKind.STATE, aliases=("Omani",)),))


class AlwaysAgainst:
    """Is against whatever it is asked about."""

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return the same row for every pair."""
        return np.tile([0.1, 0.2, 0.7], (len(batch), 1))


def article(text: str, target: str, label: StanceLabel) -> LabelledArticle:
    """Return an article for development."""
    return LabelledArticle(text, target, label, "dev")


def test_unnamed_targets_are_neutral() -> None:
    """An article that names its target has the model's answer, one that does not is neutral."""
    rows = [
        article("Smith was blamed.", "Mary Smith", StanceLabel.AGAINST),
        article("Nobody was blamed.", "Mary Smith", StanceLabel.NEUTRAL),
        article("Omani ships sank.", "the Oman", StanceLabel.FAVOR),
    ]
    found = stance_articles.measure(AlwaysAgainst(), rows, WATCH_LIST)

    assert found["named"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["flip_rate"] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "also"),
    [
        pytest.param("Mary Smith", ("Smith",), id="last name"),
        pytest.param("FBI", ("FBI",), id="short: as it is written alone"),
        pytest.param("the right to bear arms", (), id="no name"),
    ],
)
def test_targets_have_the_names_of_news(name: str, also: tuple[str, ...]) -> None:
    """A person is also named by the last name, an acronym only in capitals."""
    assert stance_articles.target_of(name, WATCH_LIST).case_sensitive_aliases == also


def test_listed_targets_keep_their_names() -> None:
    """A target of the watch-list is looked for by all its names."""
    assert stance_articles.target_of("the Oman", WATCH_LIST) is WATCH_LIST.targets[0]
