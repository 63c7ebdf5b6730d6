"""Clean: the story of a decoded article, or its rejection where there is none, or too much of it.

The length of a whole page is bounded before cleaning by `limits.max_page_chars`; that of its text here, as that of a
body without markup is when it is decoded.
"""

from typing import Literal

from classifiers.cleaning import CleanText, LearntLines, LineModel, Rules, clean
from streams.records.article import DecodedArticle
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.settings.schema import LimitsSettings
from streams.stages.publisher_name import outlets_of, publisher_of_article


def story_of(
    article: DecodedArticle,
    rules: Rules,
    limits: LimitsSettings,
    learnt: LearntLines | None = None,
    lines: LineModel | Literal["none"] | None = None,
) -> CleanText:
    """Return the cleaned text of an article, without the lines that its publisher repeats.

    `lines` is the line classifier, by default the shipped one: see `clean`.

    Raises
    ------
    PayloadError
        With reason `no_text` where nothing is left, `too_large` where more is left than a body may have.
    """
    recurring = learnt.of(publisher_of_article(article)) if learnt else frozenset()
    story = clean(article.title, article.body, rules, outlets_of(article), lines=lines, learnt=recurring)
    if not story.text:
        raise PayloadError(Stage.CLEAN, RejectReason.NO_TEXT, "nothing is left of the article after cleaning")
    found, allowed = len(story.body), limits.max_body_chars
    if len(article.body) > allowed and found > allowed:  # other bodies were measured before
        message = f"the text of the page has {found} characters after cleaning; {allowed} are allowed"
        raise PayloadError(Stage.CLEAN, RejectReason.TOO_LARGE, message)
    return story
