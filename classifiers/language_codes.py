"""Language codes: what publishers declare, as the code that this project uses: ISO 639-1 where there is one.

Aliases of codes (`eng`, `ger`, `iw`) and names of languages come from the Unicode CLDR.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.core import get_global

NO_LANGUAGE: Final = frozenset({"und", "mul", "zxx", "mis"})
"""What ISO 639 has for an undetermined language, several, none and one without a code: nothing is declared."""

_NAMED_IN: Final = ("ar", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh", "en")
_TAG: Final = re.compile(r"([a-z]{2,3})(?:-[a-z0-9]{1,8}){0,6}")
_CACHED: Final = 1024
"""Feeds declare a handful of languages; a hostile one may declare any text."""


@lru_cache(_CACHED)
def language_code(declared: str) -> str | None:
    """Return the code of a declared language, None where the text declares none that can be known.

    Parameters
    ----------
    declared
        A tag of BCP 47, a locale, a code of ISO 639, or the name of a language in English or in the language itself.

    Examples
    --------
    >>> [language_code(each) for each in ("en-GB", "pt_BR", "ENG", "German", "und", "gibberish")]
    ['en', 'pt', 'en', 'de', None, None]
    """
    text = declared.strip().replace("_", "-").lower()
    tag = _TAG.fullmatch(text)
    if tag is None:
        return _names().get(text)
    code: str = tag[1]
    if code in NO_LANGUAGE:
        return None
    alias: str = get_global("language_aliases").get(code, code)
    return alias.partition("_")[0]


@cache
def _names() -> Mapping[str, str]:
    """Return codes by the names of languages: the English ones, and some languages' own."""
    own = {name.lower(): each for each in _NAMED_IN if (name := Locale(each).languages.get(each))}
    english = {name.lower(): code for code, name in Locale("en").languages.items() if "_" not in code}
    return {name: code for name, code in {**own, **english}.items() if code not in NO_LANGUAGE}
