"""Where an outcome goes: the records to publish, with their keys and headers.

Tagged and routed topics get the same bytes, so that a dashboard may read either. Headers follow the Kafka binding of
CloudEvents 1.0.2 in binary mode; the event id is the raw record's origin, so that the copies that at-least-once
delivery may make of one event can be recognised.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import assert_never

from classifiers.topic.taxonomy import Taxonomy
from streams.errors import SettingsError
from streams.records.origin import Headers, Origin, OutputRecord, RawRecord
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.tagged import TaggedArticle
from streams.settings.schema import TopicsSettings
from streams.stages.encode import encode

EVENT_SOURCE = "/copytaster"
TAGGED_EVENT = "org.copytaster.article.tagged.v1"
WITHDRAWN_EVENT = "org.copytaster.article.withdrawn.v1"
ERROR_PREFIX = "copytaster.error."
ATTEMPT_HEADER = "copytaster.attempt"
ORIGIN_HEADER = "copytaster.origin"
"""On a raw record that was replayed: which attempt this is, and the place that the record had at its first."""

MAX_MESSAGE_BYTES = 4_096
"""Longest error message in a header. All error headers together stay far below the 64 KiB that the rejected topic
takes beyond the raw topic's largest record."""

_ATTEMPT = re.compile(rb"[1-9]\d{0,8}")
_PLACE = re.compile(rb"[A-Za-z0-9._-]{1,249}\[\d{1,10}\]@\d{1,19}")
"""`topic[partition]@offset`: the characters of topics' names, a 32-bit and a 64-bit number."""


class Router:
    """Turns outcomes into the records to publish.

    Parameters
    ----------
    topics
        Names of the Kafka topics, and the routes.
    taxonomy
        The topics that can be routed.

    Raises
    ------
    SettingsError
        If a route names a topic that the taxonomy does not have, or leads back to the raw topic.
    """

    def __init__(self, topics: TopicsSettings, taxonomy: Taxonomy) -> None:
        self._topics = topics
        self._routes = routes(topics, taxonomy)

    def outputs(
        self, record: RawRecord, outcome: Outcome, at: datetime, trace: Headers = ()
    ) -> tuple[OutputRecord, ...]:
        """Return what is to be published for one outcome; `at` is the time of processing, aware."""
        match outcome:
            case Tagged(article):
                event = _event(TAGGED_EVENT, record.origin, article.id, at)
                return self._tagged(article, (*event, *trace, *_replay(record.headers)))
            case Withdrawn(article_id):
                event = _event(WITHDRAWN_EVENT, record.origin, article_id, at)
                return self._withdrawn(article_id, (*event, *_replay(record.headers)))
            case Rejected():
                return (self._rejected(record, outcome, at),)
            case _:
                assert_never(outcome)

    def _tagged(self, article: TaggedArticle, headers: Headers) -> tuple[OutputRecord, ...]:
        key, value = article.id.encode(), encode(article)
        return tuple(OutputRecord(name, key, value, headers) for name in self._destinations(article))

    def _destinations(self, article: TaggedArticle) -> Iterator[str]:
        yield self._topics.tagged
        if article.topics and (routed := self._routes.get(article.topics[0].id)):
            yield routed
        if article.abstained is not None:
            yield self._topics.review

    def _withdrawn(self, article_id: str, headers: Headers) -> tuple[OutputRecord, ...]:
        # The main topic of what is withdrawn is not known here, so every routed topic gets the tombstone.
        names = dict.fromkeys((self._topics.tagged, *self._routes.values()))
        return tuple(OutputRecord(name, article_id.encode(), None, headers) for name in names)

    def _rejected(self, record: RawRecord, rejected: Rejected, at: datetime) -> OutputRecord:
        headers = (*record.headers, *_error_headers(record, rejected, at))
        return OutputRecord(self._topics.rejected, record.key, record.value, headers)


def routes(topics: TopicsSettings, taxonomy: Taxonomy) -> Mapping[str, str]:
    """Return the Kafka topic that each topic of the taxonomy is routed to, without those that are turned off.

    Raises
    ------
    SettingsError
        If a route names a topic that the taxonomy does not have, or leads back to the raw topic.
    """
    known = {name for id_ in taxonomy.ids for name in (id_, taxonomy.slug(id_))}
    if unknown := sorted(set(topics.routes) - known):
        raise SettingsError(
            f"topics.routes: the taxonomy has no topic {', '.join(map(repr, unknown))}; use one of its ids or slugs"
        )
    named = {id_: _destination(topics, id_, taxonomy.slug(id_)) for id_ in taxonomy.ids}
    if topics.raw in named.values():
        raise SettingsError(
            f"topics.routes: a route leads back to {topics.raw!r}, from which articles are read: name another"
        )
    return {id_: name for id_, name in named.items() if name}


def retraction(output: OutputRecord) -> OutputRecord:
    """Return the tombstone that takes a tagged record back where it was published."""
    withdrawn = {"ce_type": WITHDRAWN_EVENT.encode()}
    headers = tuple((name, withdrawn.get(name, value)) for name, value in output.headers)
    return OutputRecord(output.topic, output.key, None, headers)


def attempt_of(headers: Headers) -> int:
    """Return which attempt a raw record or its dead letter is: 1 where no replay has counted.

    >>> attempt_of(()), attempt_of((("copytaster.attempt", b"3"),)), attempt_of((("copytaster.attempt", b"x"),))
    (1, 3, 1)
    """
    counted = dict(headers).get(ATTEMPT_HEADER) or b""
    return int(counted) if _ATTEMPT.fullmatch(counted) else 1


def first_origin_of(headers: Headers) -> str | None:
    """Return the place that a replayed record had at its first attempt, None for a record that was not replayed."""
    place = dict(headers).get(ORIGIN_HEADER) or b""
    return place.decode() if _PLACE.fullmatch(place) else None


def _replay(headers: Headers) -> Headers:
    """Return what tells an article that was replayed from others, so that its way can be followed."""
    origin = first_origin_of(headers)
    return () if origin is None else ((ORIGIN_HEADER, origin.encode()), (ATTEMPT_HEADER, b"%d" % attempt_of(headers)))


def _destination(topics: TopicsSettings, id_: str, slug: str) -> str:
    default = topics.routed.format(slug=slug)
    return topics.routes.get(id_, topics.routes.get(slug, default))


def _event(type_: str, origin: Origin, subject: str, at: datetime) -> Headers:
    return (
        ("content-type", b"application/json"),
        ("ce_specversion", b"1.0"),
        ("ce_type", type_.encode()),
        ("ce_source", EVENT_SOURCE.encode()),
        ("ce_id", f"{origin.topic}/{origin.partition}/{origin.offset}".encode()),
        ("ce_subject", subject.encode()),
        ("ce_time", at.isoformat().encode()),
    )


def _error_headers(record: RawRecord, rejected: Rejected, at: datetime) -> Headers:
    origin = record.origin
    facts = {
        "stage": rejected.stage,
        "reason": rejected.reason,
        "class": rejected.error,
        "message": rejected.message,
        "topic": origin.topic,
        "partition": str(origin.partition),
        "offset": str(origin.offset),
        "disposition": "dead_letter",
        "rejected_at": at.isoformat(),
    }
    named = tuple((ERROR_PREFIX + name, _cut(fact)) for name, fact in facts.items())
    return (*named, (f"{ERROR_PREFIX}attempt", b"%d" % attempt_of(record.headers)))


def _cut(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")[:MAX_MESSAGE_BYTES].decode("utf-8", "ignore").encode()
