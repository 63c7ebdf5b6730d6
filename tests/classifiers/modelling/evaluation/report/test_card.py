"""A card is of one model, and says what its manifest, its report and its texts say."""

from pathlib import Path

import msgspec
import pytest

from classifiers import model_files, resources
from classifiers.errors import CorpusError
from classifiers.modelling.evaluation.report.card import Texts, card
from classifiers.modelling.evaluation.report.view import Cell
from tests.classifiers.modelling.evaluation.answering import benchmark, report

MANIFEST = msgspec.structs.replace(
    model_files.read_manifest(resources.model("topic.skops")),
    digest="sha256:1",
    options={"target": 0.8},
    notes=("left out: medtop:06000000, environment: too few rows",),
)
TEXTS = Texts(
    title="Card",
    about="A model.",
    threshold="Right in {target}.",
    target="target",
    failures=("Irony.",),
    uses=("Routing.",),
    not_for=("Persons.",),
    again="Train it.",
    licence="Free.",
    notes_title="Left out",
)


def test_the_card_says_everything() -> None:
    """Digest, data, figures beside the baselines, thresholds with their target, what is left out, and all texts."""
    measured = benchmark()

    found = card(MANIFEST, report(measured), TEXTS, {"medtop:06000000": "environment"})

    for part in (
        "`sha256:1`",
        MANIFEST.data_sets[0].source,
        f"| `rows` | 40 | {Cell.from_estimate(measured.model.accuracy)} |",
        "Right in 0.8.",
        "- `medtop:06000000`, environment: too few rows.",
        "- Irony.\n",
        "- Routing.\n",
        "- Persons.\n",
        "Train it.",
        "(topic-reliability.svg)",
    ):
        assert part in found


def test_a_report_on_another_model_is_refused() -> None:
    """Figures of one model never stand on the card of another."""
    with pytest.raises(CorpusError, match="sha256:2"):
        card(MANIFEST, report(benchmark(), digest="sha256:2"), TEXTS, {})


def test_texts_about_another_model_are_refused() -> None:
    """Texts that name an option which the manifest does not have are refused."""
    texts = msgspec.structs.replace(TEXTS, target="goal")

    with pytest.raises(CorpusError, match="'goal'"):
        card(MANIFEST, report(benchmark()), texts, {})


@pytest.mark.parametrize("content", ["title = 'Card'", "nonsense", None], ids=["unfinished", "no TOML", "missing"])
def test_broken_texts_are_refused(tmp_path: Path, content: str | None) -> None:
    """Texts that are not whole are refused with their path."""
    path = tmp_path / "topic.toml"
    if content is not None:
        path.write_text(content)

    with pytest.raises(CorpusError, match=r"topic\.toml"):
        Texts.load(path)
