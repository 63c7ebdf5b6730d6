"""Pipeline: the whole path of an article, in memory; raw records in, one result each out.

    decode -> clean -> identify -> tag -> encode -> route

Each stage runs over the whole batch. A record that fails in a stage becomes `Rejected` there and skips the stages
after it; the other records continue. `process` therefore returns a result for every record, whatever is in it. There is
no Kafka client, no wall clock and no metric here: the time of processing is an argument, and durations are returned.
Files are read by `Pipeline.load` alone.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Protocol, Self, assert_never

import msgspec

from classifiers import resources
from classifiers.cleaning import CleanText
from classifiers.digests import digest
from classifiers.predictions import Tags
from classifiers.topic.taxonomy import Taxonomy
from streams.records.article import CleanedArticle, DecodedArticle, Withdrawal
from streams.records.origin import Headers, OutputRecord, RawRecord
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import Stage
from streams.records.tagged import Release
from streams.records.version import Version
from streams.settings.schema import Settings
from streams.stages.attempt import attempt
from streams.stages.configured_taxonomy import load_taxonomy
from streams.stages.cost import UNLIMITED, Limiter, Meter
from streams.stages.decode import Decoder
from streams.stages.encode import Composer, encode_for
from streams.stages.identity import identify
from streams.stages.release import release_of
from streams.stages.route import Router, version_headers
from streams.stages.story import StoryCleaner
from streams.stages.version import version_of


class BatchTagger(Protocol):
    """Tags texts in batches; `classifiers.tagger.Tagger` is one."""

    def tag_many(self, texts: Sequence[str], declared_languages: Sequence[str | None]) -> list[Tags]:
        """Return the tags of every text, in their order."""


class _Readable(msgspec.Struct, frozen=True):
    """Between clean and identify."""

    article: DecodedArticle
    text: CleanText


class _Labelled(msgspec.Struct, frozen=True):
    """Between tag and encode."""

    article: CleanedArticle
    tags: Tags


class _Encoded(msgspec.Struct, frozen=True):
    """Between encode and route."""

    outcome: Tagged
    version: Version
    value: bytes
    trace: Headers


class RecordResult(msgspec.Struct, frozen=True):
    """The outcome of one raw record, the output records to publish for it, and the version of its article.

    A rejected record has no outputs here: its dead letter holds the raw record, which the caller has. It has no version
    either. `publisher` is None where the record could not be read, or names none.
    """

    outcome: Outcome
    outputs: tuple[OutputRecord, ...]
    version: Version | None = None
    publisher: str | None = None


class BatchResult(msgspec.Struct, frozen=True):
    """One result for each raw record, in their order, the seconds that each stage took, and CPU seconds by record.

    `cpu_seconds` is empty where they were not measured.
    """

    results: tuple[RecordResult, ...]
    stage_seconds: dict[Stage, float]
    cpu_seconds: tuple[float, ...] = ()


class Pipeline:
    """The stages, with everything that they need loaded.

    Parameters
    ----------
    decoder, cleaner, tagger, composer, router
        What the stages need.
    """

    def __init__(
        self,
        *,
        decoder: Decoder,
        cleaner: StoryCleaner,
        tagger: BatchTagger,
        composer: Composer,
        router: Router,
    ) -> None:
        self._decoder = decoder
        self._cleaner = cleaner
        self._tagger = tagger
        self._composer = composer
        self._router = router

    @property
    def release(self) -> Release:
        """The versions and digests that every tagged record names."""
        return self._composer.release

    @classmethod
    def load(cls, settings: Settings, taxonomy: Taxonomy | None = None) -> Self:
        """Return the pipeline that the settings describe.

        Parameters
        ----------
        settings
            Everything that can be set.
        taxonomy
            The taxonomy that the settings name, where the caller has loaded it.

        Raises
        ------
        ClassifierError
            If a model, the taxonomy, the watch-list, the rules or the learnt lines cannot be used.
        SettingsError
            If a route names a topic that the taxonomy does not have.
        """
        from classifiers.tagger import Tagger  # noqa: PLC0415  # half a second, which only the child needs

        models = settings.models
        taxonomy = taxonomy or load_taxonomy(settings)
        cleaner = StoryCleaner.load(settings)
        tagger = Tagger.load(
            topic_model=models.topic or resources.model("topic.skops"),
            stance_model=models.stance or resources.model("stance.skops"),
            taxonomy=taxonomy,
            targets=models.targets or resources.seed("targets.toml"),
            min_words=settings.tagging.min_words,
            max_sentences_per_target=settings.tagging.max_sentences_per_target,
            max_sentences_per_article=settings.tagging.max_sentences_per_article,
        )
        release = release_of(tagger, cleaner, settings)
        return cls(
            decoder=Decoder(settings.limits, embargoed=settings.tagging.embargoed),
            cleaner=cleaner,
            tagger=tagger,
            composer=Composer(release, include_text=settings.tagging.include_text),
            router=Router(settings.topics, taxonomy),
        )

    def process(self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED) -> BatchResult:
        """Return one result for every record.

        Parameters
        ----------
        records
            Raw records in any state.
        tagged_at
            The time of processing, aware; it is written to headers alone.
        limiter
            Limits the CPU time of each record.
        """
        timer, meter = _StageTimer(), Meter(records, limiter)
        with timer(Stage.DECODE):
            decoded = [
                meter.attempt(position, Stage.DECODE, self._decoder.decode, record)
                for position, record in enumerate(records)
            ]
        with timer(Stage.CLEAN):
            readable: list[_Readable | Withdrawal | Rejected] = [
                meter.attempt(position, Stage.CLEAN, self._clean, item) if isinstance(item, DecodedArticle) else item
                for position, item in enumerate(decoded)
            ]
        with timer(Stage.IDENTIFY):
            cleaned: list[CleanedArticle | Withdrawal | Rejected] = [
                meter.attempt(position, Stage.IDENTIFY, _identify, item) if isinstance(item, _Readable) else item
                for position, item in enumerate(readable)
            ]
        with timer(Stage.TAG):
            labelled = self._tag(cleaned, meter)
        with timer(Stage.ENCODE):
            encoded: list[_Encoded | Withdrawal | Rejected] = [
                meter.attempt(position, Stage.ENCODE, partial(self._encode, records[position]), item)
                if isinstance(item, _Labelled)
                else item
                for position, item in enumerate(labelled)
            ]
        with timer(Stage.ROUTE):
            results = tuple(
                _result(attempt(Stage.ROUTE, partial(self._route, record, tagged_at), item), _publisher(article))
                for record, item, article in zip(records, encoded, decoded, strict=True)
            )
        return BatchResult(results, timer.seconds, tuple(meter.seconds))

    def _clean(self, article: DecodedArticle) -> _Readable:
        return _Readable(article, self._cleaner.story_of(article))

    def _tag(
        self, items: Sequence[CleanedArticle | Withdrawal | Rejected], meter: Meter
    ) -> list[_Labelled | Withdrawal | Rejected]:
        articles = {position: item for position, item in enumerate(items) if isinstance(item, CleanedArticle)}
        tags = meter.attempt_together(Stage.TAG, self._tags, articles, lambda article: len(article.text))
        return [
            _label(item, tags[position]) if isinstance(item, CleanedArticle) else item
            for position, item in enumerate(items)
        ]

    def _tags(self, articles: Sequence[CleanedArticle]) -> Sequence[Tags | Rejected]:
        return self._tagger.tag_many([each.text for each in articles], [each.language for each in articles])

    def _encode(self, record: RawRecord, item: _Labelled) -> _Encoded:
        version = version_of(record, item.article.version)
        article = self._composer.compose(record, item.article, item.tags, version)
        return _Encoded(Tagged.from_article(article), version, encode_for(article, record), item.article.trace)

    def _route(self, record: RawRecord, at: datetime, item: _Encoded | Withdrawal | Rejected) -> RecordResult:
        match item:
            case _Encoded(outcome, version, value, trace):
                outputs = self._router.tagged(record, outcome, value, at, (*version_headers(version), *trace))
                return RecordResult(outcome, outputs, version)
            case Withdrawal(article_id, stated):
                withdrawn, version = Withdrawn(article_id), version_of(record, stated)
                outputs = self._router.withdrawn(record, withdrawn, at, version_headers(version))
                return RecordResult(withdrawn, outputs, version)
            case Rejected():
                return RecordResult(item, ())
            case _:
                assert_never(item)


def _identify(readable: _Readable) -> CleanedArticle:
    article, text = readable.article, readable.text
    whole = text.text
    return CleanedArticle(
        id=identify(article, text),
        title=text.title,
        text=whole,
        text_digest=digest(whole),
        url=article.url,
        publisher=article.publisher,
        language=article.language,
        published_at=article.published_at,
        version=article.version,
        source=article.source,
        notes=article.notes,
        trace=article.trace,
    )


def _label(article: CleanedArticle, tags: Tags | Rejected) -> _Labelled | Rejected:
    return tags if isinstance(tags, Rejected) else _Labelled(article, tags)


def _publisher(item: DecodedArticle | Withdrawal | Rejected) -> str | None:
    return item.publisher if isinstance(item, DecodedArticle) else None


def _result(answer: RecordResult | Rejected, publisher: str | None) -> RecordResult:
    result = RecordResult(answer, ()) if isinstance(answer, Rejected) else answer
    return msgspec.structs.replace(result, publisher=publisher)


class _StageTimer:
    """Elapsed seconds by stage, of one batch."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}

    @contextmanager
    def __call__(self, stage: Stage) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start
