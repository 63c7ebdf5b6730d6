"""Lexicon: context-free properties of English words, such as valence, negation and clause boundaries.

The valences come from a published lexicon (`valence.tsv`, which names its source and licence). A model file contains
its own copy of these properties by word, so that changing these lists affects the next training and no existing model.
"""

from pathlib import Path
from typing import Final

from classifiers.sentences import split_words

VALENCE_FILE: Final = Path(__file__).with_name("valence.tsv")

NEGATORS: Final = split_words(
    """
    barely cannot cant denied denies deny denying despite failed fails hardly lack lacked lacks neither never no
    nobody none nor not nothing nowhere rarely refuse refused refuses scarcely seldom unlikely without
    """
)
"""Words that negate what follows, besides all words that end in "n't". The list is VADER's, extended by verbs of
failing and refusing, which have the same effect in news."""

CLAUSE_OPENERS: Final = split_words(
    """
    after although as because before but however if that though when whereas which while who
    """
)
"""Words that begin a clause, which often concerns something else."""

SPEECH_VERBS: Final = split_words(
    """
    accused added admitted alleged announced argued argues asked asserted believes called claimed claims commented
    complained concluded confirmed continued declared denied explained insisted insists joked noted predicted promised
    quipped recalled remarked replied reported responded said say says stated stressed suggested suggests tells
    testified thinks told tweeted urged vowed warned warns writes wrote
    """
)
"""Verbs with which news attributes quotations. A target next to one is the speaker and not the subject of the quote."""

CLAUSE_MARKS: Final = frozenset('-()!,.:;?"')
"""Punctuation marks that separate clauses, quotation marks included, in their plain forms."""


def load_valence(path: Path = VALENCE_FILE) -> dict[str, float]:
    """Return the valence of each word, from -4 to 4.

    >>> load_valence()["terrible"]
    -2.1
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    entries = (line.split("\t") for line in lines if not line.startswith("#"))
    return {word: float(valence) for word, valence in entries}


def is_negator(word: str) -> bool:
    """Return whether a word, in lower case, negates what follows it.

    >>> [is_negator(word) for word in ("didn't", "never", "ever")]
    [True, True, False]
    """
    return word in NEGATORS or word.endswith("n't")


def is_clause_boundary(word: str) -> bool:
    """Return whether a clause ends at this word or punctuation mark."""
    return word in CLAUSE_OPENERS or word in CLAUSE_MARKS
