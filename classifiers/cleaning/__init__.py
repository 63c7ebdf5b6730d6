"""Cleaning: the text of the story is extracted from a raw article.

`clean` is one pure function, used in training and in the stream alike, so that a change of cleaning is a change of
model. It is independent of models, languages and streams. The order of its steps:

    characters and entities -> HTML to text (whole page, fragment or none) -> boilerplate rules -> white space

The rules are data: `rules.toml` states each with an example that it removes and a look-alike that it keeps.
"""

from classifiers.cleaning.cleaner import CleanText, clean
from classifiers.cleaning.rules import Rules, default_rules, load_rules

__all__ = ["CleanText", "Rules", "clean", "default_rules", "load_rules"]
