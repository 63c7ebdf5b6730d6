"""What topic classifiers are measured on: held-out rows of a source they learnt from, and sources they never saw.

A classifier may answer with any of its labels, which are mapped to the classes of the source; an answer that has no
counterpart there is wrong. Accuracy is forced choice: the likeliest topic counts, whatever its probability. What the
thresholds change is measured beside it, as coverage and as accuracy of what is answered.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from classifiers.modelling.corpora import sources
from classifiers.modelling.corpora.sources import Row, Source

ARTS: Final = "medtop:01000000"
CRIME: Final = "medtop:02000000"
DISASTER: Final = "medtop:03000000"
ECONOMY: Final = "medtop:04000000"
EDUCATION: Final = "medtop:05000000"
ENVIRONMENT: Final = "medtop:06000000"
HEALTH: Final = "medtop:07000000"
LIFESTYLE: Final = "medtop:10000000"
POLITICS: Final = "medtop:11000000"
RELIGION: Final = "medtop:12000000"
SCIENCE: Final = "medtop:13000000"
SPORT: Final = "medtop:15000000"
CONFLICT: Final = "medtop:16000000"

IPTC_NAMES: Final = {
    "arts, culture, entertainment and media": ARTS,
    "conflict, war and peace": CONFLICT,
    "crime, law and justice": CRIME,
    "disaster, accident and emergency incident": DISASTER,
    "economy, business and finance": ECONOMY,
    "environment": ENVIRONMENT,
    "health": HEALTH,
    "politics": POLITICS,
    "religion": RELIGION,
    "science and technology": SCIENCE,
    "sport": SPORT,
}
"""The names that the event summaries give to IPTC's top-level topics."""


class Benchmark(msgspec.Struct, frozen=True):
    """Rows of one source, and how its labels and a classifier's meet.

    `classes` maps the source's labels to classes (rows of other labels are left out); `answers` maps a classifier's
    labels to the same classes.
    """

    name: str
    source: Source
    classes: Mapping[str, str]
    answers: Mapping[str, str]
    label_field: str = "label"

    def rows(self, folder: Path) -> tuple[Row, ...]:
        """Return the development rows whose label has a class."""
        rows = sources.read(self.source, folder, label_field=self.label_field)
        return tuple(row for row in rows if row.split == sources.DEV and row.label in self.classes)


def _same(labels: Sequence[str]) -> dict[str, str]:
    return {label: label for label in labels}


_EVENT_LABELS: Final = (ARTS, CONFLICT, CRIME, DISASTER, ECONOMY, HEALTH, POLITICS, SCIENCE, SPORT)
_GENERAL: Final = "general"

WIKI_EVENTS: Final = Benchmark(
    "wiki_current_events/dev",
    sources.WIKI_EVENTS,
    classes={name: topic for name, topic in IPTC_NAMES.items() if topic in _EVENT_LABELS},
    answers=_same(_EVENT_LABELS),
    label_field="iptc",
)
MASAKHANEWS: Final = Benchmark(
    "masakhanews/dev",
    sources.MASAKHANEWS,
    classes={
        "business": ECONOMY,
        "entertainment": ARTS,
        "health": HEALTH,
        "politics": POLITICS,
        "sports": SPORT,
        "technology": SCIENCE,
    },
    # The source has one class for the affairs of state, courts and wars included.
    answers=_same((ARTS, ECONOMY, HEALTH, SCIENCE, SPORT)) | dict.fromkeys((POLITICS, CONFLICT, CRIME), POLITICS),
)
TAGMYNEWS: Final = Benchmark(
    "tagmynews/dev",
    sources.TAGMYNEWS,
    classes={
        "business": ECONOMY,
        "entertainment": ARTS,
        "health": HEALTH,
        "sci_tech": SCIENCE,
        "sport": SPORT,
        # Told apart by where it happened, not by what happened.
        "us": _GENERAL,
        "world": _GENERAL,
    },
    answers=_same((ARTS, ECONOMY, HEALTH, SCIENCE, SPORT))
    | dict.fromkeys((POLITICS, CONFLICT, CRIME, DISASTER), _GENERAL),
)
HUFFPOST: Final = Benchmark(
    "huffpost/dev",
    sources.HUFFPOST,
    classes={
        "ARTS": ARTS,
        "ARTS & CULTURE": ARTS,
        "BUSINESS": ECONOMY,
        "CRIME": CRIME,
        "CULTURE & ARTS": ARTS,
        "ENTERTAINMENT": ARTS,
        "HEALTHY LIVING": HEALTH,
        "MONEY": ECONOMY,
        "POLITICS": POLITICS,
        "SCIENCE": SCIENCE,
        "SPORTS": SPORT,
        "TECH": SCIENCE,
        "WELLNESS": HEALTH,
    },
    answers=_same(_EVENT_LABELS),
    label_field="category",
)
AG_NEWS: Final = Benchmark(
    "ag_news",
    sources.AG_NEWS,
    classes={"Business": ECONOMY, "Sci/Tech": SCIENCE, "Sports": SPORT, "World": _GENERAL},
    # The world is whatever is no sport, business or technology.
    answers=_same((ECONOMY, SCIENCE, SPORT))
    | dict.fromkeys((ARTS, CONFLICT, CRIME, DISASTER, EDUCATION, ENVIRONMENT, HEALTH, POLITICS, RELIGION), _GENERAL),
)
BBC_NEWS: Final = Benchmark(
    "bbc_news",
    sources.BBC_NEWS,
    classes={"business": ECONOMY, "entertainment": ARTS, "politics": POLITICS, "sport": SPORT, "tech": SCIENCE},
    # Affairs of state, courts and wars included, as above.
    answers=_same((ARTS, ECONOMY, SCIENCE, SPORT)) | dict.fromkeys((POLITICS, CONFLICT, CRIME), POLITICS),
)
BENCHMARKS: Final = (WIKI_EVENTS, MASAKHANEWS, TAGMYNEWS, HUFFPOST, AG_NEWS, BBC_NEWS)


def held_out(folder: Path) -> dict[str, tuple[Row, ...]]:
    """Return the rows of every benchmark whose corpus is in the folder, by the benchmark's name.

    Most of these corpora are for research only, so that not everyone who trains has them.
    """
    return {each.name: each.rows(folder) for each in BENCHMARKS if each.source.is_in(folder)}
