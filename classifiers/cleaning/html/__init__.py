"""HTML to text: whole pages, fragments, and text that only looks like HTML.

    text -> detection -> plain     unchanged
                      -> fragment  `fragments`: all of its text but navigation, share bars, scripts and forms
                      -> page      `pages`: the story, found by trafilatura and completed from the page's paragraphs

What is passed to a parser is bounded by `parser_cost`. Rules on wording are in `rules.toml`, not here.
"""

from classifiers.cleaning.html.detection import Markup, detect_markup
from classifiers.cleaning.html.fragments import fragment_text
from classifiers.cleaning.html.pages import page_text
from classifiers.cleaning.html.reading import to_text

__all__ = ["Markup", "detect_markup", "fragment_text", "page_text", "to_text"]
