"""Articles that their publisher withdraws, holds back or does not release yet."""

import json
from typing import Any, Literal

import pytest

from streams.records.article import DecodedArticle, Withdrawal
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError, RejectReason
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.identity import declared_id
from streams.stages.version import version_of

MARCH_6 = 1_678_097_700_000
"""2023-03-06T10:15:00Z in milliseconds."""

ITEM = {
    "uri": "urn:newsml:wire.example:20230306:a1",
    "type": "text",
    "version": "3",
    "versioncreated": "2023-03-06T10:15:00Z",
    "pubstatus": "usable",
    "headline": "Ferry to the island stops",
    "body_text": "The ferry to the island of Nordholm stops on Sunday because of the storm.",
}


def decode(
    value: dict[str, Any], *, timestamp_ms: int | None = MARCH_6, embargoed: Literal["reject", "tag"] = "reject"
) -> DecodedArticle | Withdrawal:
    """Return what a value becomes."""
    record = RawRecord(Origin("raw", 0, 0), key=None, value=json.dumps(value).encode(), timestamp_ms=timestamp_ms)
    return Decoder(LimitsSettings(), embargoed=embargoed).decode(record)


def reason_of(value: dict[str, Any], *, timestamp_ms: int | None = MARCH_6) -> RejectReason:
    """Return the reason for which a value is rejected."""
    with pytest.raises(PayloadError) as caught:
        decode(value, timestamp_ms=timestamp_ms)
    return caught.value.reason


@pytest.mark.parametrize("others", [{}, {"infosources": [{"name": "Wire"}]}, {"body_text": ""}], ids=str)
def test_a_canceled_item_withdraws_the_article_with_its_id(others: dict[str, Any]) -> None:
    """A canceled item is the withdrawal of the id that the article had, whatever else it holds."""
    article = decode(ITEM)
    assert isinstance(article, DecodedArticle)

    withdrawal = decode(ITEM | {"pubstatus": "canceled"} | others)

    assert isinstance(withdrawal, Withdrawal)
    assert withdrawal.article_id == declared_id(article)
    record = RawRecord(Origin("raw", 0, 0), None, b"", timestamp_ms=MARCH_6)
    assert version_of(record, withdrawal.version) > version_of(record, article.version)


def test_a_canceled_item_without_an_id_is_a_kill_notice() -> None:
    """A withdrawal that names nothing is left to a person."""
    canceled = {name: value for name, value in ITEM.items() if name != "uri"} | {"pubstatus": "canceled"}

    assert reason_of(canceled) is RejectReason.KILL_NOTICE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("KILL NOTICE: Ferry stops", "It is wrong. There will be no substitute."),
        (None, "Please kill the story slugged FERRY/STORM, sent at 10:15 GMT."),
        ("Ferry", "<p>EDITORS: Please do not use the story headlined Ferry stops.</p>"),
        ("KILL: Ferry stops", "Sent in error."),
        ("Kill/Takedown notice", "This article has been removed."),
        ("BULLETIN KILL", "MANDATORY KILL of the item on the ferry."),
        ("ADVISORY -- KILL", "The item on the ferry was sent in error."),
        (None, "EDITORS: A story moved earlier under the slug Ferry has been withdrawn."),
        (None, "Please disregard the item headlined Ferry stops; it was sent in error."),
        ("ACHTUNG", "Bitte verwenden Sie die Meldung nwd0123 nicht."),
        (None, "Achtung: Die Meldung nwd0123 wird zurückgezogen."),
        (None, "Prière d'annuler notre dépêche sur le ferry."),
        ("ANULACIÓN: Ferry", "Rogamos anulen la noticia."),
        (None, "Si prega di non utilizzare la notizia diffusa alle 10.15."),
        (None, "Favor desconsiderar a matéria sobre a balsa."),
        (None, "Просим аннулировать сообщение порта."),
    ],
)
def test_a_notice_that_is_only_text_is_rejected(title: str | None, body: str) -> None:
    """A notice without an id becomes neither an article nor a withdrawal, in any of the languages of agencies."""
    assert reason_of({"title": title, "body": body}) is RejectReason.KILL_NOTICE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Killing of wolves resumes", "Hunters may kill ten wolves."),
        ("Please kill me, the punk history, is back in print", "A book returns."),
        ("Killed: two soldiers", "Two soldiers died."),
        ("Annulation : le concert du port est reporté", "Le concert est reporté."),
        ("Bitte verwenden Sie die Treppe", "Der Aufzug steht still."),
        ("The Northern Wire has withdrawn from the island", "Its reporters left."),
        ("KILL NOTICE: how agencies withdraw", "A long report. " * 200),
    ],
)
def test_a_story_with_the_words_of_a_notice_is_an_article(title: str, body: str) -> None:
    """News of killings, and long texts, are no notices."""
    assert isinstance(decode({"title": title, "body": body}), DecodedArticle)


def test_a_withheld_item_is_rejected() -> None:
    """What the publisher withholds is not published."""
    assert reason_of(ITEM | {"pubstatus": "withheld"}) is RejectReason.WITHHELD


@pytest.mark.parametrize("timestamp_ms", [MARCH_6, None], ids=["before the end", "without a timestamp"])
@pytest.mark.parametrize(
    "value",
    [
        ITEM | {"embargoed": "2023-03-07T06:00:00Z"},
        ITEM | {"embargoed": 1_678_168_800},
        {"body": "Rain fell.", "embargo": "2023-03-07T06:00:00Z"},
        {"body": "Rain fell.", "embargo": True},
        {"body": "Rain fell.", "embargoDate": "after the vote"},
    ],
    ids=["ninjs", "ninjs in seconds", "plain", "without an end", "an end that is no date"],
)
def test_an_embargo_that_is_not_over_is_kept(value: dict[str, Any], timestamp_ms: int | None) -> None:
    """An article is rejected where its embargo ends after the timestamp of the record."""
    assert reason_of(value, timestamp_ms=timestamp_ms) is RejectReason.EMBARGOED


@pytest.mark.parametrize("value", [False, None, "", "none", 0])
def test_a_value_that_is_no_embargo_is_none(value: object) -> None:
    """A field that denies an embargo holds nothing back."""
    assert isinstance(decode({"body": "Rain fell.", "embargo": value}), DecodedArticle)


@pytest.mark.parametrize(
    ("end", "embargoed"), [("2023-03-06T10:15:00Z", "reject"), ("2023-03-07T06:00:00Z", "tag")], ids=["over", "tagged"]
)
def test_an_embargo_is_stated_in_the_source(end: str, embargoed: Literal["reject", "tag"]) -> None:
    """An article whose embargo is over, or that the setting lets pass, names the end of the embargo."""
    article = decode(ITEM | {"embargoed": end}, embargoed=embargoed)

    assert isinstance(article, DecodedArticle)
    assert article.source is not None
    assert article.source.embargoed_until == end
