"""Clean: the story of a decoded article, or its rejection where there is none, or too much of it.

The length of a whole page is bounded before cleaning by `limits.max_page_chars`; that of its text here, as that of a
body without markup is when it is decoded.
"""

from typing import Literal, NamedTuple, Self

from classifiers.cleaning import (
    CleanText,
    LearntLines,
    LineModel,
    Rules,
    clean,
    default_rules,
    load_learnt_lines,
    load_rules,
)
from streams.records.article import DecodedArticle
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.settings.schema import LimitsSettings, Settings
from streams.stages.publisher_name import outlets_of, publisher_of_article


class StoryCleaner(NamedTuple):
    """What cleaning needs beside the article.

    Parameters
    ----------
    rules
        The boilerplate rules.
    limits
        Among them the length of a cleaned body.
    learnt
        The lines that publishers repeat; None for none.
    lines
        The line classifier, by default the shipped one; "none" applies the rules alone.
    """

    rules: Rules
    limits: LimitsSettings
    learnt: LearntLines | None = None
    lines: LineModel | Literal["none"] | None = None

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Return the cleaner that the settings describe.

        Raises
        ------
        ClassifierError
            If the rules or the learnt lines cannot be used.
        """
        models = settings.models
        return cls(
            load_rules(models.rules) if models.rules else default_rules(),
            settings.limits,
            load_learnt_lines(models.learnt_lines) if models.learnt_lines else None,
        )

    def story_of(self, article: DecodedArticle) -> CleanText:
        """Return the cleaned text of an article, without the lines that its publisher repeats.

        Raises
        ------
        PayloadError
            With reason `no_text` where nothing is left, `too_large` where more is left than a body may have.
        """
        recurring = self.learnt.of(publisher_of_article(article)) if self.learnt else frozenset()
        story = clean(article.title, article.body, self.rules, outlets_of(article), lines=self.lines, learnt=recurring)
        if not story.text:
            raise PayloadError(Stage.CLEAN, RejectReason.NO_TEXT, "nothing is left of the article after cleaning")
        found, allowed = len(story.body), self.limits.max_body_chars
        if len(article.body) > allowed and found > allowed:  # other bodies were measured before
            message = f"the text of the page has {found} characters after cleaning; {allowed} are allowed"
            raise PayloadError(Stage.CLEAN, RejectReason.TOO_LARGE, message)
        return story
