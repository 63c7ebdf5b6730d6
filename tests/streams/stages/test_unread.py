"""Records of a dialect that nothing reads."""

import json
from typing import Any

import pytest

from streams.records.article import DecodedArticle, Withdrawal
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError, RejectReason
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.identity import declared_id

STORY = "The ferry to the island of Nordholm stops on Sunday because of the storm, the port authority said. " * 4


def decode(value: dict[str, Any]) -> DecodedArticle | Withdrawal:
    """Return what a value becomes."""
    return Decoder(LimitsSettings()).decode(RawRecord(Origin("raw", 0, 0), key=None, value=json.dumps(value).encode()))


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Ferry stops", "story": STORY},
        {"headline": "Ferry stops", "story": {"paragraphs": [{"p": STORY[:200]}, {"p": STORY[200:]}]}},
        {"title": "Ferry stops", "summary": "The ferry stops on Sunday.", "story_html": f"<p>{STORY}</p>"},
        {"headline": "Ferry stops", "versioncreated": "2023-03-06T10:15:00Z", "story": STORY},
        {"name": "Ferry stops", "story": STORY},
        {"headlines": {"basic": "Ferry stops"}, "story": [{"type": "text", "content": STORY}]},
    ],
    ids=["text", "objects", "beside an abstract", "beside marks of ninjs", "without a title", "an object of titles"],
)
def test_a_story_that_is_not_read_rejects_its_record(fields: dict[str, Any]) -> None:
    """A record never comes out without its story: the rejection names the field that holds it, and all fields."""
    with pytest.raises(PayloadError, match="'story") as caught:
        decode(fields)

    assert caught.value.reason is RejectReason.UNKNOWN_FORMAT
    assert all(repr(name) in str(caught.value) for name in fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Ferry stops", "keywords": ["ferry", "storm"] * 100},
        {"title": "Ferry stops", "page": "https://example.org/" + "x" * 400},
        {"title": "Ferry stops", "teaser": STORY[:250]},
        {"title": "Ferry stops", "body": "The ferry stops.", "comments": STORY},
    ],
    ids=["keywords", "an address", "a short text", "beside a body"],
)
def test_other_fields_may_be_long(fields: dict[str, Any]) -> None:
    """Names, addresses and short texts are no story, and an article that has its text may hold anything else."""
    assert isinstance(decode(fields), DecodedArticle)


@pytest.mark.parametrize("name", ["uri", "uuid", "_id", "article_id", "guid"])
def test_two_stories_of_one_headline_have_two_ids(name: str) -> None:
    """An id that the source gives is used, so that stories called alike stay apart."""
    first, second = (decode({"headline": "Markets close", name: f"urn:x:{each}"}) for each in (1, 2))

    assert isinstance(first, DecodedArticle)
    assert isinstance(second, DecodedArticle)
    assert declared_id(first) != declared_id(second)
