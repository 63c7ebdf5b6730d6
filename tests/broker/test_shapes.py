"""Articles as scrapers really send them: twice, out of order, with fields added, missing, renamed or of another type.

What becomes of each is stated here, case by case: tagged, with what was noted of its optional fields, or why rejected.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from streams.records.origin import Origin
from streams.records.rejection import RejectReason
from tests.broker.ledger import Found, Ledger
from tests.broker.newsroom import Newsroom

BODY = "News of sport, as it came."
RECOVERY_SECONDS = 40.0
COPIES = 12
"""With a key of their own each, so many copies miss one of two partitions once in two thousand runs of the partitioner,
and with these keys never."""


class Case(NamedTuple):
    """An article, and why it is rejected, or what is noted of it where it is tagged."""

    article: dict[str, object]
    rejected: RejectReason | None = None
    noted: dict[str, str] | None = None


CASES = {
    "whole": Case(
        {"id": "1", "title": "Title", "body": BODY, "publisher": "example.org", "published_at": "2021-03-23"}
    ),
    "a field added": Case({"id": "1", "body": BODY, "mood": {"angry": [1, 2, {}]}}),
    "a body alone": Case({"body": BODY}),
    "a title alone": Case({"title": BODY}),
    "no text": Case({"id": "1", "url": "https://example.org/1"}, RejectReason.NO_TEXT),
    "a null body": Case({"id": "1", "body": None}, RejectReason.NO_TEXT),
    "an empty body": Case({"id": "1", "body": " \n"}, RejectReason.NO_TEXT),
    "nothing left after cleaning": Case(
        {"id": "1", "body": "<p> </p><script>let news = 1</script>"}, RejectReason.NO_TEXT
    ),
    "named as news-please does": Case(
        {"maintext": BODY, "title_page": "T", "date_publish": "2021-03-23 10:15:00"},
        noted={"published_at": "no_time_zone"},
    ),
    "named as fundus does": Case(
        {"plaintext": BODY, "lang": "en", "publishing_date": "2021-03-23"}, noted={"url": "missing"}
    ),
    "named as schema.org does": Case({"articleBody": BODY, "headline": "T", "datePublished": "2021-03-23"}),
    "named as feeds do": Case(
        {"content": [{"value": f"<p>{BODY}</p>"}], "guid": "7", "pubDate": "Tue, 23 Mar 2021 10:15:00 GMT"}
    ),
    "a name that nobody knows": Case({"id": "1", "corpus": BODY}, RejectReason.NO_TEXT),
    "another case of a name": Case({"id": "1", "Body": BODY}, RejectReason.NO_TEXT),
    "a number for the body": Case({"id": "1", "body": 7}, RejectReason.WRONG_TYPE),
    "an object for the body": Case({"id": "1", "body": {"de": BODY}}, RejectReason.WRONG_TYPE),
    "paragraphs for the body": Case({"id": "1", "body": [BODY, BODY]}),
    "numbers among the paragraphs": Case({"id": "1", "body": [BODY, 7]}, RejectReason.WRONG_TYPE),
    "a faulty body before a good summary": Case({"body": 7, "summary": BODY}, RejectReason.WRONG_TYPE),
    "a number for the title": Case({"title": 7, "body": BODY}, noted={"title": "wrong_type"}),
    "a number for a title without a body": Case({"title": 7}, RejectReason.WRONG_TYPE),
    "a number for the id": Case({"id": 7, "body": BODY}),
    "a list for the id": Case({"id": [7], "body": BODY}, noted={"id": "wrong_type"}),
    "a date that is none": Case({"body": BODY, "published_at": "soon"}, noted={"published_at": "not_a_date"}),
    "a number for the date": Case({"body": BODY, "published_at": 1_616_494_500}),
    "an address that is none": Case({"body": BODY, "url": "example dot org"}, noted={"url": "not_a_url"}),
    "an object for the publisher": Case({"body": BODY, "publisher": {"name": "Example"}}),
    "a list for the publisher": Case({"body": BODY, "publisher": ["Example"]}, noted={"publisher": "wrong_type"}),
    "a language that is none": Case({"body": BODY, "language": "English (UK)!"}, noted={"language": "not_a_language"}),
}


def value_of(found: Found) -> dict[str, object]:
    """Return what a tagged record says."""
    assert found.value is not None
    value: dict[str, object] = json.loads(found.value)
    return value


def send(ledger: Ledger, key: str, article: Mapping[str, object]) -> Origin:
    """Send an article and return where it is."""
    before = set(ledger.sent)
    ledger.send((key.encode(), json.dumps(article).encode()))
    (origin,) = ledger.sent - before
    return origin


def what_became(found: Found) -> tuple[str | None, dict[str, str]]:
    """Return why a record was rejected, or None and what was noted of it."""
    if reason := dict(found.headers).get("copytaster.error.reason"):
        return reason.decode(), {}
    notes = value_of(found)["notes"]
    assert isinstance(notes, list)
    return None, {note["field"]: note["reason"] for note in notes}


def test_fields_of_every_kind(newsroom: Newsroom, ledger: Ledger) -> None:
    """An article with an odd optional field is tagged, with a note; one whose text cannot be used is rejected."""
    origins = {name: send(ledger, name, case.article) for name, case in CASES.items()}

    # Many of them have one text and no id: without order, or they would supersede each other.
    with newsroom.worker(versions__enabled=False) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        assert [worker.get(path)[0] for path in ("/livez", "/readyz")] == [200, 200]

    outcomes = ledger.outcomes()
    assert (account.sent, account.missing, account.duplicates) == (len(CASES), 0, 0)
    assert {name: what_became(outcomes[origin][0]) for name, origin in origins.items()} == {
        name: (case.rejected, case.noted or {}) for name, case in CASES.items()
    }


def test_the_same_article_again(newsroom: Newsroom, ledger: Ledger) -> None:
    """Copies of an article are tagged under one id and say the same; one that others overtook is superseded."""
    article = {"id": "7", "publisher": "example.org", "body": BODY}
    for _ in range(COPIES):
        send(ledger, "the same key", article)
    for number in range(COPIES):
        send(ledger, f"key {number}", article)

    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    every = [copies[0] for copies in ledger.outcomes().values()]
    tagged = [each for each in every if each.topic == newsroom.settings.topics.tagged]
    values = [value_of(each) for each in tagged]
    for value in values:
        del value["received_at"], value["event_time"], value["version"], value["provenance"]
    assert {what_became(each)[0] for each in every} <= {None, "superseded"}
    assert (account.sent, account.missing, account.duplicates) == (2 * COPIES, 0, 0)
    assert {origin.partition for origin in ledger.sent} == {0, 1}
    assert {each.key for each in tagged} == {b"example.org:7"}
    assert all(value == values[0] for value in values)


def test_revisions_out_of_order(newsroom: Newsroom, ledger: Ledger) -> None:
    """Revisions of one key are tagged in the order in which they came, whatever their dates: the last one stands."""
    order = (3, 1, 2)
    for day in order:
        article = {"id": "7", "publisher": "example.org", "body": f"{BODY} {day}", "published_at": f"2021-03-{day:02}"}
        send(ledger, "7", article)

    with newsroom.worker():
        account = ledger.settle(RECOVERY_SECONDS)

    tagged = [value_of(each)["text"] for each in ledger.found if each.topic == newsroom.settings.topics.tagged]
    assert (account.sent, account.missing, account.duplicates) == (3, 0, 0)
    assert tagged == [f"{BODY} {day}" for day in order]
