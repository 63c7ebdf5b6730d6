"""The output records for an outcome."""

from datetime import UTC, datetime

import msgspec
import pytest

from classifiers import resources
from classifiers.predictions import AbstainReason
from classifiers.topic.taxonomy import Taxonomy
from streams.errors import SettingsError
from streams.records.origin import Headers, Origin, OutputRecord, RawRecord
from streams.records.outcome import Tagged, Withdrawn
from streams.records.version import Version
from streams.settings.schema import TopicsSettings
from streams.stages.route import Router, version_headers

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ORIGIN = Origin("news.articles.raw.v1", 3, 1842)
RECORD = RawRecord(ORIGIN, b"key", b"value", (("trace", b"1"), ("trace", b"2"), ("empty", None)), 1_600_000_000_000)
SPORT = Tagged("example.org:1", "medtop:15000000", None, ())
ABSTAINED = Tagged("example.org:1", None, AbstainReason.TOO_LITTLE_TEXT, ())
WITHDRAWN = Withdrawn("example.org:1")
VERSION = Version(1_616_494_500_000)
VALUE = b'{"id": "example.org:1"}'


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    """Return the shipped taxonomy."""
    return Taxonomy.load(resources.seed("taxonomy.json"))


def outputs(router: Router, outcome: Tagged, record: RawRecord = RECORD, trace: Headers = ()) -> list[OutputRecord]:
    """Return the records for a tagged article."""
    return list(router.tagged(record, outcome, VALUE, AT, (*version_headers(VERSION), *trace)))


def test_a_tagged_article_goes_to_the_tagged_topic_and_to_that_of_its_main_topic(taxonomy: Taxonomy) -> None:
    """The first topic decides the route, and both records hold the same key, bytes and headers."""
    found = outputs(Router(TopicsSettings(), taxonomy), SPORT)

    assert [each.topic for each in found] == ["news.articles.tagged.v1", "news.topic.sport.v1"]
    assert {(each.key, each.value) for each in found} == {(b"example.org:1", VALUE)}
    assert len({each.headers for each in found}) == 1


def test_an_article_without_topic_is_reviewed(taxonomy: Taxonomy) -> None:
    """Where the topic model abstained, the record goes to the review topic and to no route."""
    found = outputs(Router(TopicsSettings(), taxonomy), ABSTAINED)

    assert [each.topic for each in found] == ["news.articles.tagged.v1", "news.articles.review.v1"]


@pytest.mark.parametrize("name", ["sport", "medtop:15000000"])
def test_a_route_can_be_renamed(taxonomy: Taxonomy, name: str) -> None:
    """A route may be named by the topic's slug or by its id."""
    found = outputs(Router(TopicsSettings(routes={name: "games"}), taxonomy), SPORT)

    assert found[1].topic == "games"


def test_a_route_can_be_turned_off(taxonomy: Taxonomy) -> None:
    """A route with an empty name publishes nothing beyond the tagged topic."""
    found = outputs(Router(TopicsSettings(routes={"sport": ""}), taxonomy), SPORT)

    assert [each.topic for each in found] == ["news.articles.tagged.v1"]


def test_a_route_for_no_known_topic_is_the_operators_error(taxonomy: Taxonomy) -> None:
    """A route that names no topic of the taxonomy is refused with its name."""
    with pytest.raises(SettingsError, match="'sprot'"):
        Router(TopicsSettings(routes={"sprot": "games"}), taxonomy)


def test_a_route_back_to_the_raw_topic_is_the_operators_error(taxonomy: Taxonomy) -> None:
    """A route into the topic that articles are read from is refused: articles would circulate without an end."""
    with pytest.raises(SettingsError, match="leads back to 'wire'"):
        Router(TopicsSettings(raw="wire", routes={"sport": "wire"}), taxonomy)


def test_a_withdrawal_is_a_tombstone_wherever_the_article_may_be(taxonomy: Taxonomy) -> None:
    """The tagged topic and every routed topic get a null value under the article's id, each once."""
    found = Router(TopicsSettings(routes={"crime": "games"}), taxonomy).withdrawn(RECORD, WITHDRAWN, AT)

    assert {(each.key, each.value) for each in found} == {(b"example.org:1", None)}
    assert {"news.articles.tagged.v1", "news.topic.sport.v1", "games"} <= {each.topic for each in found}
    assert len({each.topic for each in found}) == len(found)


def test_headers_are_those_of_a_cloudevent(taxonomy: Taxonomy) -> None:
    """A tagged record carries the attributes of binary mode, and the trace context that came in."""
    trace = (("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),)
    found = outputs(Router(TopicsSettings(), taxonomy), SPORT, trace=trace)

    assert dict(found[0].headers) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_type": b"org.copytaster.article.tagged.v1",
        "ce_source": b"/copytaster",
        "ce_id": b"news.articles.raw.v1/3/1842",
        "ce_subject": b"example.org:1",
        "ce_time": b"2026-01-02T03:04:05+00:00",
        "copytaster.version": b"1616494500000",
        "traceparent": trace[0][1],
    }


FIRST_ORIGIN = b"news.articles.raw.v1[2]@17"


def replayed(*headers: tuple[str, bytes]) -> RawRecord:
    """Return a raw record that a replay has marked."""
    return msgspec.structs.replace(RECORD, headers=headers)


@pytest.mark.parametrize("kind", ["tagged", "withdrawn"])
def test_a_replayed_article_is_marked(taxonomy: Taxonomy, kind: str) -> None:
    """The outputs of a replayed record name the origin of its first attempt, and the number of this one."""
    record = replayed(("copytaster.origin", FIRST_ORIGIN), ("copytaster.attempt", b"2"))
    router = Router(TopicsSettings(), taxonomy)

    output = outputs(router, SPORT, record)[0] if kind == "tagged" else router.withdrawn(record, WITHDRAWN, AT)[0]

    assert output.headers[-2:] == (("copytaster.origin", FIRST_ORIGIN), ("copytaster.attempt", b"2"))
    assert dict(output.headers)["ce_id"] == b"news.articles.raw.v1/3/1842"


@pytest.mark.parametrize("origin", [b"", b"raw", b"raw[2]@x", b"raw[2]@17\n", b"\xff[2]@17", b"r" * 300 + b"[0]@1"])
def test_an_invalid_origin_is_not_passed_on(taxonomy: Taxonomy, origin: bytes) -> None:
    """A header that is not the place of a record does not reach dashboards."""
    found = outputs(Router(TopicsSettings(), taxonomy), SPORT, replayed(("copytaster.origin", origin)))

    assert "copytaster.origin" not in dict(found[0].headers)
