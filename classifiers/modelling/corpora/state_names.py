"""Names of states and capitals in fifteen languages, from the Unicode CLDR.

    python -m classifiers.modelling.corpora.state_names

writes `seeds/names/states.tsv`, so that the names that a worker matches do not depend on the version of Babel that is
installed. CLDR has the capitals as the cities of time zones; a capital is a name of its state where the English
watch-list has it as an alias. Names in other languages that no rule can derive are in `seeds/names/*.toml`.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from babel import Locale
from babel.core import get_global

from classifiers import resources
from classifiers.targets.mentions import straight
from classifiers.targets.watch_list import MIN_NAME_CHARS, Target, TargetKind, WatchList

LOCALES: Final[Mapping[str, tuple[str, ...]]] = {
    "ar": ("ar",),
    "de": ("de", "de_AT"),
    "es": ("es", "es_MX"),
    "fr": ("fr", "fr_CA"),
    "it": ("it",),
    "ja": ("ja",),
    "ko": ("ko",),
    "nl": ("nl",),
    "pl": ("pl",),
    "pt": ("pt", "pt_PT"),
    "ru": ("ru",),
    "th": ("th",),
    "tr": ("tr",),
    "zh": ("zh", "zh_Hant", "zh_Hant_HK"),
}
"""The locales of CLDR whose names are given, by language."""

LATIN: Final = frozenset({"de", "es", "fr", "it", "nl", "pl", "pt", "tr"})
"""Languages in which CLDR omits the name of a city that is spelled as in English."""

TERRITORIES: Final = {
    "bosnia-and-herzegovina": "BA",
    "czech-republic": "CZ",
    "east-timor": "TL",
    "georgia": "GE",
    "ivory-coast": "CI",
    "myanmar": "MM",
    "palestine": "PS",
    "trinidad-and-tobago": "TT",
    "turkey": "TR",
    "vatican": "VA",
}
"""ISO 3166 codes of the states whose names in the watch-list differ from those of CLDR in English. CLDR names the two
Congos as labels of lists do: "Congo - Kinshasa"."""

_NAMES: Final = re.compile(r"[^()（）]+")  # noqa: RUF001  # full-width brackets of CLDR's Chinese names


def territory_of(target: Target) -> str | None:
    """Return the ISO 3166 code of a state, or None for a target that CLDR does not know.

    >>> territory_of(Target("russia", "Russia", TargetKind.STATE))
    'RU'
    """
    english = {name: code for code, name in Locale("en").territories.items() if len(code) == 2}  # noqa: PLR2004
    return TERRITORIES.get(target.id) or english.get(target.name)


def state_names(watch_list: WatchList) -> Iterator[tuple[str, str, str]]:
    """Yield language, target id and name of all states of a watch-list and of their capitals, sorted."""
    territories = {target.id: territory_of(target) for target in watch_list.targets if target.kind is TargetKind.STATE}
    aliases = {name: target.id for target in watch_list.targets for name in target.aliases}
    for language, locales in sorted(LOCALES.items()):
        states = {each for locale in locales for each in _territories(Locale.parse(locale), territories)}
        names_of_states = {name for _, name in states}
        capitals = {each for locale in locales for each in _capitals(Locale.parse(locale), aliases)}
        # A capital that is called like another state is not matched: Luanda in Hong Kong is Rwanda in Taiwan.
        rows = states | {each for each in capitals if each[1] not in names_of_states}
        yield from ((language, *each) for each in sorted(rows))


def _territories(locale: Locale, territories: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for target, code in territories.items():
        name = locale.territories.get(code) if code else None
        if name:
            yield from ((target, each) for each in _parts(name))


def _capitals(locale: Locale, aliases: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    english = Locale("en").time_zones
    for zone in get_global("zone_territories"):
        city = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        name = locale.time_zones.get(zone, {}).get("city", city if locale.language in LATIN else None)
        if city in aliases and name:
            yield aliases[city], _parts(name)[0]


def _parts(name: str) -> list[str]:
    """Return a name and the one that it has in brackets, without soft hyphens, and with straight apostrophes."""
    parts = (part.strip().replace("\N{SOFT HYPHEN}", "") for part in _NAMES.findall(straight(name)))
    return [part for part in parts if len(part) >= MIN_NAME_CHARS]


def write(path: Path) -> int:
    """Write the names to a file of three columns and return their number."""
    rows = list(state_names(WatchList.load(resources.seed("targets.toml"))))
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return len(rows)


if __name__ == "__main__":
    target_file = resources.seed("names") / "states.tsv"
    sys.stdout.write(f"{write(target_file):,} names written to {target_file}\n")
