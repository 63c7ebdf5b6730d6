"""Cleaning: the text of the story is extracted from a raw article.

`clean` is one pure function, used in training and in the stream alike, so that a change of cleaning is a change of
model. It is independent of topics, stances and streams. The order of its steps:

    characters and entities -> HTML to text (whole page, fragment or none) -> boilerplate rules -> line classifier
    -> learnt lines of the publisher -> white space

The rules are data: `rules.toml` states each with an example that it removes and a look-alike that it keeps.
"""

from classifiers.cleaning.cleaner import CleanText, clean
from classifiers.cleaning.learnt_lines import LearntLines, load_learnt_lines
from classifiers.cleaning.line_model import LineModel, default_line_model
from classifiers.cleaning.rules import Rules, default_rules, load_rules

__all__ = [
    "CleanText",
    "LearntLines",
    "LineModel",
    "Rules",
    "clean",
    "default_line_model",
    "default_rules",
    "load_learnt_lines",
    "load_rules",
]
