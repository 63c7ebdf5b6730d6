"""Wikipedia's summaries of the events of a day, as two projects on GitHub keep them.

`ianrastall/current-events-context` has a file `YYYY/MM/YYYY-MM-DD.yaml` for each day, with the lines of the portal page
by heading, under `wikipedia: categories:` or, in older files, `Intelligence_Payload:`. `kiwicopple/current-events` has
a page `public/YYYY/Month/D.html`, with a heading in `<div role="heading">` before each nested list. Where both have a
day the page counts: its headings are those of the portal, while the other project has lost those of some days.

A line is an event where it is a sentence, or names its source in brackets at the end; others are names of stories.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from classifiers.errors import CorpusError

LAST_TRAINING_YEAR: Final = 2020
LAST_YEAR: Final = 2021
"""2021 is for development; what came later is left for evaluation."""

MIN_WORDS: Final = 8
"""Words below which a line is no summary: half of those are names of stories that end in a full stop."""

HEADINGS: Final = {
    "armed conflict": "conflict, war and peace",
    "art": "arts, culture, entertainment and media",
    "business": "economy, business and finance",
    "disaster": "disaster, accident and emergency incident",
    "environment": "environment",
    "international relation": "politics",
    "law": "crime, law and justice",
    "politic": "politics",
    "religion": "religion",
    "science": "science and technology",
    "sport": "sport",
}
"""IPTC's names by the beginnings of the portal's headings; under other headings an event has no label."""

_HEALTH_HEADING: Final = "health"

_HEALTH: Final = re.compile(
    r"\b(virus|vaccin|covid|coronavirus|sars|mers|ebola|influenza|flu\b|swine flu|pandemic|epidemic|outbreak|disease|"
    r"infect|hospital|health|cases?\b|medic|doctor|patient|quarantin|mask|lockdown|curfew|variant|positive|surg|cancer|"
    r"measles|cholera|polio|malaria|dengue|zika|doses?\b|immuni|drugs?\b|plague|aids\b)",
    re.IGNORECASE,
)
_ENVIRONMENT: Final = re.compile(
    r"\b(climate|emission|greenhouse|pollut|species|extinct|wildlife|endangered|temperature|heat ?wave|carbon|deforest|"
    r"rainforest|oil spill|whal|dolphin|panda|conservation|ozone|glacier|biodivers|smog|environment)",
    re.IGNORECASE,
)
"""The portal has one heading for both. Health goes first: most of it was the pandemic. An event with words of neither
has no label, as in the packed corpus."""

_SOURCES = re.compile(r"(?:\s*\([^()]*\))+\s*$")
_SENTENCE_END = re.compile(r"[.!?][\"')\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}]*$")


def events(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of all days up to 2021 in the order of time: `text`, `iptc` (may be empty), `date`, `split`.

    Parameters
    ----------
    folder
        Holds one of the two projects, or both, at any depth.

    Raises
    ------
    CorpusError
        A file of a day cannot be read, or there is none.
    """
    files = {day: path for path in sorted(folder.rglob("*.yaml")) if (day := _day_of_yaml(path))}
    files |= {day: path for path in sorted(folder.rglob("*.html")) if (day := _day_of_page(path))}
    if not files:
        raise CorpusError(
            f"corpus {str(folder)!r} holds no file of a day such as 2020/12/2020-12-01.yaml: put a copy of "
            "github.com/ianrastall/current-events-context there"
        )
    for day, path in sorted(files.items()):
        if day.year <= LAST_YEAR:
            split = "train" if day.year <= LAST_TRAINING_YEAR else "dev"
            for heading, line in _lines(path):
                if text := _event(line):
                    yield {"text": text, "iptc": _label(heading, text), "date": day.isoformat(), "split": split}


def labelled(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the events that have a label."""
    yield from (event for event in events(folder) if event["iptc"])


def unlabelled(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the events that have no label."""
    yield from (event for event in events(folder) if not event["iptc"])


def _day_of_yaml(path: Path) -> date | None:
    return _parsed(path.stem, "%Y-%m-%d")


def _day_of_page(path: Path) -> date | None:
    return _parsed("-".join((*path.parts[-3:-1], path.stem)), "%Y-%B-%d")


def _parsed(name: str, layout: str) -> date | None:
    try:
        return datetime.strptime(name, layout).date()  # noqa: DTZ007  # a day, of no zone
    except ValueError:
        return None


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield heading and line of everything that a file lists."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"corpus file {str(path)!r} cannot be read ({error}): fetch it again") from error
    yield from _lines_of_page(content) if path.suffix == ".html" else _lines_of_yaml(path, content)


def _lines_of_yaml(path: Path, content: str) -> Iterator[tuple[str, str]]:
    try:
        import yaml  # noqa: PLC0415  # wanted for this format alone
    except ImportError as error:
        raise CorpusError(f"reading {str(path)!r} needs PyYAML: pip install 'copytaster[train]'") from error
    try:
        found = yaml.safe_load(content)
        categories = found["wikipedia"]["categories"] if "wikipedia" in found else found["Intelligence_Payload"]
        lines = [(str(heading), str(line)) for heading, listed in categories.items() for line in listed or ()]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise CorpusError(
            f"corpus file {str(path)!r} does not list lines by heading ({type(error).__name__}: {str(error)[:80]}): "
            "fetch it again"
        ) from error
    yield from lines


def _lines_of_page(content: str) -> Iterator[tuple[str, str]]:
    heading = ""
    for node in LexborHTMLParser(content).css('div[role="heading"], li'):
        if node.tag == "div":
            heading = _text(node)
        elif node.css_first("ul") is None:
            yield heading, _text(node)


def _text(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _event(line: str) -> str:
    """Return the summary that a line is, without its sources; empty where it is none."""
    text = " ".join(line.split())
    bare = _SOURCES.sub("", text)
    is_event = bare != text or _SENTENCE_END.search(bare)
    return bare if is_event and len(bare.split()) >= MIN_WORDS else ""


def _label(heading: str, text: str) -> str:
    heading = heading.strip().lower()
    if heading.startswith(_HEALTH_HEADING):
        return "health" if _HEALTH.search(text) else "environment" if _ENVIRONMENT.search(text) else ""
    return next((label for beginning, label in HEADINGS.items() if heading.startswith(beginning)), "")
