"""What is known of English words apart from any sentence: how good or bad they sound, whether they negate or part.

The valences come from a published lexicon (`valence.tsv`, which names its source and licence). A model file carries its
own copy of everything here by token, so that changing these lists changes the next training and no shipped model.
"""

from pathlib import Path
from typing import Final

from classifiers.sentences import words_of

VALENCE_FILE: Final = Path(__file__).with_name("valence.tsv")

NEGATORS: Final = words_of(
    """
    barely cannot cant denied denies deny denying despite failed fails hardly lack lacked lacks neither never no
    nobody none nor not nothing nowhere rarely refuse refused refuses scarcely seldom unlikely without
    """
)
"""Words that turn what follows into its opposite, beside everything that ends in "n't". The list is VADER's, and verbs
of failing and refusing, which do the same in news."""

CLAUSE_OPENERS: Final = words_of(
    """
    after although as because before but however if that though when whereas which while who
    """
)
"""Words that begin a clause: what is said after one is often said of something else."""

SPEECH_VERBS: Final = words_of(
    """
    accused added admitted alleged announced argued argues asked asserted believes called claimed claims commented
    complained concluded confirmed continued declared denied explained insisted insists joked noted predicted promised
    quipped recalled remarked replied reported responded said say says stated stressed suggested suggests tells
    testified thinks told tweeted urged vowed warned warns writes wrote
    """
)
"""Verbs of saying, as news attributes what it quotes. Whoever stands beside one speaks, and is not spoken of."""

CLAUSE_MARKS: Final = frozenset('-()!,.:;?"')
"""Marks that part clauses, quotation marks included, in their plain forms."""


def load_valence(path: Path = VALENCE_FILE) -> dict[str, float]:
    """Return the valence of each word, from -4 to 4.

    >>> load_valence()["terrible"]
    -2.1
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines if not line.startswith("#"))
    return {word: float(valence) for word, valence in entries}


def negates(word: str) -> bool:
    """Tell whether a word, in lower case, negates what follows it.

    >>> [negates(word) for word in ("didn't", "never", "ever")]
    [True, True, False]
    """
    return word in NEGATORS or word.endswith("n't")


def parts_clauses(word: str) -> bool:
    """Tell whether a clause ends at this word or mark."""
    return word in CLAUSE_OPENERS or word in CLAUSE_MARKS
