"""An article is its cleaned text, within the limit of a body."""

import json

import pytest

from classifiers.cleaning import default_rules
from streams.records.article import DecodedArticle
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.story import StoryCleaner

SENTENCE = "The dam above the town held through the night, and the mayor opened the hall of the school."
LIMITS = LimitsSettings(max_body_chars=400)


def story(body: str) -> str:
    """Return the cleaned body of a body under small limits."""
    value = json.dumps({"body": body}).encode()
    article = Decoder(LIMITS).decode(RawRecord(Origin("raw", 0, 0), None, value))
    assert isinstance(article, DecodedArticle)
    return StoryCleaner(default_rules(), LIMITS).story_of(article).body


def test_the_markup_of_a_page_does_not_count() -> None:
    """A page is within the limit when its text is, however long its scripts are."""
    script = f"<script>{'x = 1;' * 1_000}</script>"
    assert story(f"<html><body>{script}<p>{SENTENCE}</p></body></html>") == SENTENCE


def test_the_text_of_a_page_counts() -> None:
    """A page whose text is longer than a body may be is rejected after cleaning."""
    paragraphs = "".join(f"<p>{number}. {SENTENCE}</p>" for number in range(9))
    with pytest.raises(PayloadError) as caught:
        story(f"<html><body>{paragraphs}</body></html>")
    assert (caught.value.stage, caught.value.reason) == (Stage.CLEAN, RejectReason.TOO_LARGE)


def test_an_article_of_nothing_but_markup_is_rejected() -> None:
    """A body of which nothing is left is no article."""
    with pytest.raises(PayloadError) as caught:
        story("<p> </p>")
    assert (caught.value.stage, caught.value.reason) == (Stage.CLEAN, RejectReason.NO_TEXT)
