"""Where an article enters: bytes to an article, a withdrawal or a reason."""

import contextlib
import gzip
import json
import random
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from classifiers.cleaning import CleanText
from streams.records.article import DecodedArticle, Note, Withdrawal
from streams.records.origin import Headers, Origin, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.settings.schema import LimitsSettings
from streams.stages.attempt import attempt
from streams.stages.decode import Decoder
from streams.stages.identity import canonical_url, identify
from tests.strategies import articles, raw_records

DECODER = Decoder(LimitsSettings())
ORIGIN = Origin("news.articles.raw.v1", 0, 0)
REASONS_OF_DECODE = set(RejectReason) - {RejectReason.OUTPUT_TOO_LARGE, RejectReason.UNEXPECTED}


def record(value: object, key: bytes | None = None, headers: Headers = ()) -> RawRecord:
    """Return a raw record; a value that is not bytes is written as JSON."""
    return RawRecord(ORIGIN, key, value if isinstance(value, bytes) else json.dumps(value).encode(), headers)


def reason_of(raw: RawRecord, decoder: Decoder = DECODER) -> RejectReason:
    """Return the reason for which a record is rejected."""
    with pytest.raises(PayloadError) as caught:
        decoder.decode(raw)
    assert caught.value.stage is Stage.DECODE
    return caught.value.reason


def decoded(value: object) -> DecodedArticle:
    """Return the article that a value holds."""
    article = DECODER.decode(record(value))
    assert isinstance(article, DecodedArticle)
    return article


@given(raw_records)
def test_decoding_is_total(raw: RawRecord) -> None:
    """Any record gives an article, a withdrawal or a rejection in stage decode, and each can be encoded."""
    outcome = attempt(Stage.DECODE, DECODER.decode, raw)
    assert msgspec.json.encode(outcome)
    if isinstance(outcome, Rejected):
        assert (outcome.stage, outcome.error) == (Stage.DECODE, "PayloadError")
        assert outcome.reason in REASONS_OF_DECODE
    else:
        assert isinstance(outcome, DecodedArticle | Withdrawal)


@given(articles)
def test_decoding_what_we_write_gives_it_back(article: DecodedArticle) -> None:
    """Our own raw article is read as it was written; notes say only what its values look like."""
    raw = {
        "id": article.given_id,
        "url": article.url,
        "title": article.title,
        "body": article.body,
        "publisher": article.publisher,
        "language": article.language,
        "published_at": article.published_at,
    }
    decoded = DECODER.decode(record(msgspec.json.encode(raw)))
    assert isinstance(decoded, DecodedArticle)
    assert (decoded.body, decoded.publisher, decoded.language) == (article.body, article.publisher, article.language)
    assert decoded.published_at == article.published_at
    assert {note.reason for note in decoded.notes} <= {"only_a_year", "lost_characters"}


def test_bytes_flipped_at_random_never_surprise() -> None:
    """A sound article with any byte changed is an article still or is rejected."""
    sound = bytearray(
        record({"id": "42", "title": "Rain", "body": "Rain fell: é \U0001f327.", "n": [1, 2.5e3]}).value or b""
    )
    chance = random.Random(20210323)  # noqa: S311  # a fixed seed, so that a failure comes again
    for _ in range(2_000):
        damaged = sound.copy()
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(PayloadError):
            assert isinstance(DECODER.decode(record(bytes(damaged))), DecodedArticle)


def test_an_article_is_decoded_with_all_its_fields() -> None:
    """Every field of our own raw article arrives typed."""
    raw = {
        "id": 42,
        "url": "https://example.org/rain",
        "title": " Rain ",
        "body": "<p>Rain fell.</p>",
        "publisher": "example.org",
        "published_at": "2021-03-23T10:15:00Z",
        "language": "en",
        "unknown": {"fields": ["are", "ignored"]},
    }
    assert DECODER.decode(record(raw)) == DecodedArticle(
        title="Rain",
        body="<p>Rain fell.</p>",
        given_id="42",
        url="https://example.org/rain",
        publisher="example.org",
        language="en",
        published_at=datetime(2021, 3, 23, 10, 15, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param(b"", RejectReason.EMPTY_VALUE, id="empty"),
        pytest.param({}, RejectReason.NO_TEXT, id="empty object"),
        pytest.param({"title": "", "body": " \n", "text": None}, RejectReason.NO_TEXT, id="empty texts"),
        pytest.param({"url": "https://example.org/rain"}, RejectReason.NO_TEXT, id="an address alone"),
        pytest.param({"title": "Rain", "body": 5}, RejectReason.WRONG_TYPE, id="a body that is a number"),
        pytest.param({"title": 5}, RejectReason.WRONG_TYPE, id="a title that is a number, alone"),
        pytest.param([{"body": "Rain fell."}], RejectReason.NOT_AN_OBJECT, id="articles in an array"),
    ],
)
def test_a_record_without_usable_text_is_rejected(value: object, reason: RejectReason) -> None:
    """A record that holds no text is rejected, and the reason says why."""
    assert reason_of(record(value)) is reason


def test_a_title_alone_is_an_article() -> None:
    """A flash has a title and no body."""
    assert DECODER.decode(record({"title": "Rain fell"})) == DecodedArticle(title="Rain fell", body="")


def test_a_record_over_the_limit_is_rejected_unread() -> None:
    """A record of more bytes than allowed is too large, whatever it holds; one of exactly as many is read."""
    decoder = Decoder(LimitsSettings(max_record_bytes=1024))
    assert reason_of(record(b"x" * 1025), decoder) is RejectReason.TOO_LARGE
    assert reason_of(record(b"x" * 1024), decoder) is RejectReason.NOT_JSON


def test_a_date_that_is_none_leaves_a_note() -> None:
    """The article stays, its date is null, and the note holds what came."""
    decoded = DECODER.decode(record({"body": "Rain fell.", "date_publish": "12/30/17"}))
    assert isinstance(decoded, DecodedArticle)
    assert decoded.published_at is None
    assert decoded.notes == (Note("published_at", "not_a_date", "12/30/17"),)


def test_an_id_that_is_an_address_stands_for_the_address() -> None:
    """A guid that is a permalink is no id: every copy of the article is known by its address."""
    decoded = DECODER.decode(record({"body": "Rain fell.", "guid": "https://example.org/rain"}))
    assert decoded == DecodedArticle(title=None, body="Rain fell.", url="https://example.org/rain")


@pytest.mark.parametrize(
    ("fields", "publisher"),
    [
        ({"id": "42"}, "crawler.example.org"),
        ({"id": "42", "publisher": "example.com"}, "example.com"),
        ({"id": "42", "url": "https://example.com/rain"}, None),
        ({}, None),
    ],
    ids=["an id alone", "a publisher", "an address", "no id"],
)
def test_the_source_of_an_event_scopes_an_id_that_nothing_else_scopes(
    fields: dict[str, str], publisher: str | None
) -> None:
    """The source of an event takes the publisher's place only for an id without publisher and address."""
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "https://crawler.example.org/feeds",
        "type": "article",
        "data": {"body": "Rain fell."} | fields,
    }
    decoded = DECODER.decode(record(event))
    assert isinstance(decoded, DecodedArticle)
    assert decoded.publisher == publisher


def test_a_source_longer_than_a_field_may_be_scopes_nothing() -> None:
    """The limit of fields holds for what an event brings, too."""
    event = {"specversion": "1.0", "id": "e", "source": "x" * 9_000, "type": "t", "data": {"body": "Rain.", "id": "42"}}
    decoded = DECODER.decode(record(event))
    assert isinstance(decoded, DecodedArticle)
    assert decoded.publisher is None


@pytest.mark.parametrize("key", [b"example.org:42", b" example.org:42\n"])
def test_a_null_value_withdraws_the_article_that_its_key_names(key: bytes) -> None:
    """The key of a withdrawal is the id of the tagged record."""
    assert DECODER.decode(RawRecord(ORIGIN, key, None)) == Withdrawal("example.org:42")


def test_an_address_as_key_withdraws_the_article_at_that_address() -> None:
    """The article that a scraper knows by its address alone is withdrawn by any form of that address."""
    article = DECODER.decode(record({"body": "Rain fell.", "url": "https://www.example.org/rain/"}))
    withdrawal = DECODER.decode(RawRecord(ORIGIN, b"http://example.org/rain?utm_source=feed", None))
    assert isinstance(article, DecodedArticle)
    assert withdrawal == Withdrawal(identify(article, CleanText(title="", body="")))


@pytest.mark.parametrize("key", [None, b"", b"  ", b"\xff\xfe"], ids=["none", "empty", "blank", "not UTF-8"])
def test_a_withdrawal_without_a_key_is_rejected(key: bytes | None) -> None:
    """A null value whose key names nothing withdraws nothing."""
    assert reason_of(RawRecord(ORIGIN, key, None)) is RejectReason.WITHDRAWAL_WITHOUT_KEY


@pytest.mark.corpora
def test_every_real_article_of_the_feed_is_decoded(corpora: Path) -> None:
    """Each of 4,000 real articles is decoded; two have an invalid date, three one that may be a year alone."""
    with gzip.open(corpora / "feed_articles.jsonl.gz") as lines:
        decoded = [DECODER.decode(record(line)) for line in lines]
    assert len(decoded) == 4_000
    assert all(
        isinstance(each, DecodedArticle) and each.title and each.body and canonical_url(each.url or "")
        for each in decoded
    )
    assert sum(len(each.notes) for each in decoded if isinstance(each, DecodedArticle)) == 5


@pytest.mark.parametrize("name", ["story_id", "itemId", "ident", "uid", "doc-id"])
def test_a_headline_alone_is_no_id(name: str) -> None:
    """Where only a headline was read, any field that is named like an id of the article keeps two of them apart."""
    first, second = (decoded({"title": "Markets close", name: value}) for value in ("a1", 2))

    assert (first.given_id, second.given_id) == ("a1", "2")


@pytest.mark.parametrize("name", ["author_id", "categoryId", "paid", "valid"])
def test_the_id_of_another_thing_is_none_of_the_article(name: str) -> None:
    """Fields that name an author, a category or no id at all are not read as one."""
    assert decoded({"title": "Markets close", name: "a1"}).given_id is None


def test_an_article_with_a_text_has_no_other_id() -> None:
    """With a body the text makes the id, as before."""
    assert decoded({"title": "Markets close", "body": "Shares fell.", "story_id": "a1"}).given_id is None
