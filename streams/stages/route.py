"""Route: the output records for an outcome, with their Kafka topics, keys and headers.

Tagged and routed topics get the same bytes, so that a dashboard may read either. Headers follow the Kafka binding of
CloudEvents 1.0.2 in binary mode; the event id is the raw record's origin, so that a consumer can recognise the copies
that at-least-once delivery may publish. Dead letters are composed elsewhere: see `streams.dead_letters.composer`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from classifiers.topic.taxonomy import Taxonomy
from streams.errors import SettingsError
from streams.records.origin import Headers, Origin, OutputRecord, RawRecord
from streams.records.outcome import Tagged, Withdrawn
from streams.records.version import Version
from streams.settings.schema import TopicsSettings

EVENT_SOURCE = "/copytaster"
TAGGED_EVENT = "org.copytaster.article.tagged.v1"
WITHDRAWN_EVENT = "org.copytaster.article.withdrawn.v1"
ATTEMPT_HEADER = "copytaster.attempt"
ORIGIN_HEADER = "copytaster.origin"
"""On a replayed raw record: the number of this attempt, and the origin that the record had at its first attempt."""

VERSION_HEADER = "copytaster.version"
"""On every output record: the version of the article, in decimal digits."""

_ATTEMPT = re.compile(rb"[1-9]\d{0,8}")
_PLACE = re.compile(rb"[A-Za-z0-9._-]{1,249}\[\d{1,10}\]@\d{1,19}")
"""`topic[partition]@offset`: the characters of topic names, a 32-bit and a 64-bit number."""


class Router:
    """Turns outcomes into output records.

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

    def tagged(
        self, record: RawRecord, outcome: Tagged, value: bytes, at: datetime, further: Headers = ()
    ) -> tuple[OutputRecord, ...]:
        """Return the records for a tagged article, that for the tagged topic first.

        Parameters
        ----------
        record
            The raw record.
        outcome
            Its outcome, which decides the topics.
        value
            The encoded article.
        at
            The time of processing, aware.
        further
            Headers beside those of the event: the version of the article, and the trace context that is passed on.
        """
        key = outcome.article_id.encode()
        event = _event(TAGGED_EVENT, record.origin, outcome.article_id, at)
        headers = (*event, *further, *_replay(record.headers))
        return tuple(OutputRecord(name, key, value, headers) for name in self._destinations(outcome))

    def withdrawn(
        self, record: RawRecord, outcome: Withdrawn, at: datetime, further: Headers = ()
    ) -> tuple[OutputRecord, ...]:
        """Return the tombstones of a withdrawn article; `at` and `further` are as in `tagged`.

        The main topic of the withdrawn article is not known here, so every routed topic gets a tombstone.
        """
        event = _event(WITHDRAWN_EVENT, record.origin, outcome.article_id, at)
        headers = (*event, *further, *_replay(record.headers))
        names = dict.fromkeys((self._topics.tagged, *self._routes.values()))
        return tuple(OutputRecord(name, outcome.article_id.encode(), None, headers) for name in names)

    def _destinations(self, outcome: Tagged) -> Iterator[str]:
        yield self._topics.tagged
        if outcome.main_topic is not None and (routed := self._routes.get(outcome.main_topic)):
            yield routed
        if outcome.abstained is not None:
            yield self._topics.review


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
    """Return the tombstone that retracts a tagged record from the topic on which it was published."""
    withdrawn = {"ce_type": WITHDRAWN_EVENT.encode()}
    headers = tuple((name, withdrawn.get(name, value)) for name, value in output.headers)
    return OutputRecord(output.topic, output.key, None, headers)


def version_headers(version: Version) -> Headers:
    """Return the header that states the version of an article."""
    return ((VERSION_HEADER, b"%d" % version.ms),)


def attempt_of(headers: Headers) -> int:
    """Return the attempt number of a raw record or its dead letter: 1 where no replay has counted.

    >>> attempt_of(()), attempt_of((("copytaster.attempt", b"3"),)), attempt_of((("copytaster.attempt", b"x"),))
    (1, 3, 1)
    """
    counted = dict(headers).get(ATTEMPT_HEADER) or b""
    return int(counted) if _ATTEMPT.fullmatch(counted) else 1


def first_origin_of(headers: Headers) -> str | None:
    """Return the origin that a replayed record had at its first attempt, None for a record that was not replayed."""
    place = dict(headers).get(ORIGIN_HEADER) or b""
    return place.decode() if _PLACE.fullmatch(place) else None


def _replay(headers: Headers) -> Headers:
    """Return the headers that mark an article as replayed, so that an operator can follow it."""
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
