"""The line classifier on its card is the one that ships, and training gives the same model twice."""

from pathlib import Path

import numpy as np

from classifiers import model_files, resources
from classifiers.modelling.corpora import line_templates
from classifiers.modelling.training.lines.recipe import LineOptions, LineTrainer

CARD = Path(__file__).parents[5] / "docs/models/lines.md"


def test_training_gives_the_same_weights_twice() -> None:
    """The same lines and options give the same terms and weights, which are whole thousandths."""
    lines = line_templates.load_lines()[::9]
    one, other = (LineTrainer(LineOptions(seed=1), lines).fit(np.ones(len(lines), dtype=bool)) for _ in range(2))

    assert one["terms"].tolist() == other["terms"].tolist()
    assert np.array_equal(one["regression"].coef_, other["regression"].coef_)
    assert np.allclose(one["regression"].coef_ * 1000, np.round(one["regression"].coef_ * 1000), atol=1e-6)


def test_the_card_is_of_the_model_that_ships() -> None:
    """The digest on the card is that of the model file, and its figures are those of the manifest."""
    manifest = model_files.load(resources.model("lines.skops"), kind="lines").manifest
    card = CARD.read_text(encoding="utf-8")

    assert f"`{manifest.digest}`" in card
    for name, measured in manifest.quality.items():
        kind = name.removeprefix("templates/")
        assert kind == "templates" or f"| {kind} | {measured['recall']:.2f} |" in card
