"""The path of an article, in memory: raw records in, one outcome each out, with the records to publish.

    decode -> clean -> identify -> tag -> encode

Each stage runs over the whole batch. A record that fails in a stage becomes `Rejected` there and is passed on as it
is; the others go on. `process` therefore answers for every record, whatever is in it. Nothing here knows of Kafka
clients, clocks or metrics: the time of processing is an argument and what was measured is returned.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol, Self, TypeVar, assert_never, cast

import msgspec

from classifiers import resources
from classifiers.cleaning import CleanText, Rules, clean, default_rules, load_rules
from classifiers.digests import digest
from classifiers.predictions import Tags
from classifiers.tagger import Tagger
from streams.records.article import CleanedArticle, DecodedArticle, Withdrawal
from streams.records.origin import Headers, OutputRecord, RawRecord
from streams.records.outcome import Outcome, Rejected, Tagged, Withdrawn
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.records.tagged import Release
from streams.settings.schema import Settings
from streams.stages.attempt import attempt, rejected
from streams.stages.configured_taxonomy import load_taxonomy, taxonomy_file
from streams.stages.decode import Decoder
from streams.stages.encode import Composer
from streams.stages.identity import identify
from streams.stages.isolate import isolate
from streams.stages.release import release_of
from streams.stages.route import Router

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Other = TypeVar("Other")


class BatchTagger(Protocol):
    """What tags texts; `classifiers.tagger.Tagger` is one."""

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


class Processed(msgspec.Struct, frozen=True):
    """A raw record, its one outcome, and the records to publish for it."""

    record: RawRecord
    outcome: Outcome
    outputs: tuple[OutputRecord, ...]


class BatchResult(msgspec.Struct, frozen=True):
    """One `Processed` for each raw record, in their order, and the seconds that each stage took."""

    processed: tuple[Processed, ...]
    stage_seconds: dict[Stage, float]


class Pipeline:
    """Everything that is needed to turn raw records into outcomes.

    Parameters
    ----------
    decoder, rules, tagger, composer, router
        What the stages need, loaded.
    """

    def __init__(
        self,
        *,
        decoder: Decoder,
        rules: Rules,
        tagger: BatchTagger,
        composer: Composer,
        router: Router,
    ) -> None:
        self._decoder = decoder
        self._rules = rules
        self._tagger = tagger
        self._composer = composer
        self._router = router

    @property
    def release(self) -> Release:
        """What every tagged record says about code, models and data."""
        return self._composer.release

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Return the pipeline that the settings describe.

        Raises
        ------
        ClassifierError
            If a model, the taxonomy, the watch-list or the rules cannot be used.
        SettingsError
            If a route names a topic that the taxonomy does not have.
        """
        models = settings.models
        rules = load_rules(models.rules) if models.rules else default_rules()
        tagger = Tagger.load(
            topic_model=models.topic or resources.model("topic.skops"),
            stance_model=models.stance or resources.model("stance.skops"),
            taxonomy=taxonomy_file(settings),
            targets=models.targets or resources.seed("targets.toml"),
            min_words=settings.tagging.min_words,
            max_sentences_per_target=settings.tagging.max_sentences_per_target,
            max_sentences_per_article=settings.tagging.max_sentences_per_article,
        )
        return cls(
            decoder=Decoder(settings.limits),
            rules=rules,
            tagger=tagger,
            composer=Composer(release_of(tagger, rules.digest, settings), include_text=settings.tagging.include_text),
            router=Router(settings.topics, load_taxonomy(settings)),
        )

    def process(self, records: Sequence[RawRecord], tagged_at: datetime) -> BatchResult:
        """Return one outcome for every record, with the records to publish.

        Parameters
        ----------
        records
            Raw records in any state.
        tagged_at
            The time of processing, aware; it goes into headers alone.
        """
        timer = _StageTimer()
        with timer(Stage.DECODE):
            decoded = [attempt(Stage.DECODE, self._decoder.decode, record) for record in records]
        with timer(Stage.CLEAN):
            readable: list[_Readable | Withdrawal | Rejected] = [
                _on(DecodedArticle, Stage.CLEAN, self._clean, item) for item in decoded
            ]
        with timer(Stage.IDENTIFY):
            cleaned: list[CleanedArticle | Withdrawal | Rejected] = [
                _on(_Readable, Stage.IDENTIFY, _identify, item) for item in readable
            ]
        with timer(Stage.TAG):
            labelled = self._tag(cleaned)
        with timer(Stage.ENCODE):
            processed = tuple(
                self._encode(record, item, tagged_at) for record, item in zip(records, labelled, strict=True)
            )
        return BatchResult(processed, timer.seconds)

    def reject(self, record: RawRecord, rejection: Rejected, at: datetime) -> Processed:
        """Return the dead letter of a record that was processed but cannot be published."""
        return Processed(record, rejection, self._router.outputs(record, rejection, at))

    def _clean(self, article: DecodedArticle) -> _Readable:
        text = clean(article.title, article.body, self._rules)
        if not text.text:
            raise PayloadError(Stage.CLEAN, RejectReason.NO_TEXT, "nothing is left of the article after cleaning")
        return _Readable(article, text)

    def _tag(self, items: Sequence[CleanedArticle | Withdrawal | Rejected]) -> list[_Labelled | Withdrawal | Rejected]:
        articles = [item for item in items if isinstance(item, CleanedArticle)]
        tags = iter(isolate(self._tags, articles, lambda _, error: rejected(Stage.TAG, error)))
        return [_label(item, next(tags)) if isinstance(item, CleanedArticle) else item for item in items]

    def _tags(self, articles: Sequence[CleanedArticle]) -> Sequence[Tags | Rejected]:
        return self._tagger.tag_many([each.text for each in articles], [each.language for each in articles])

    def _encode(self, record: RawRecord, item: _Labelled | Withdrawal | Rejected, at: datetime) -> Processed:
        def publishable(item: _Labelled | Withdrawal | Rejected) -> Processed:
            outcome, trace = self._outcome(record, item)
            return Processed(record, outcome, self._router.outputs(record, outcome, at, trace))

        answer = attempt(Stage.ENCODE, publishable, item)
        return self.reject(record, answer, at) if isinstance(answer, Rejected) else answer

    def _outcome(self, record: RawRecord, item: _Labelled | Withdrawal | Rejected) -> tuple[Outcome, Headers]:
        match item:
            case _Labelled(article, tags):
                tagged = self._composer.compose(record, article, tags)
                return Tagged(tagged), article.trace
            case Withdrawal(article_id):
                return Withdrawn(article_id), ()
            case Rejected():
                return item, ()
            case _:
                assert_never(item)


def _identify(readable: _Readable) -> CleanedArticle:
    article, text = readable.article, readable.text
    return CleanedArticle(
        id=identify(article, text),
        title=text.title,
        text=text.text,
        text_digest=digest(text.text),
        url=article.url,
        publisher=article.publisher,
        language=article.language,
        published_at=article.published_at,
        notes=article.notes,
        trace=article.trace,
    )


def _label(article: CleanedArticle, tags: Tags | Rejected) -> _Labelled | Rejected:
    return tags if isinstance(tags, Rejected) else _Labelled(article, tags)


def _on(
    kind: type[Item], stage: Stage, step: Callable[[Item], Answer], item: Item | Other
) -> Answer | Rejected | Other:
    return attempt(stage, step, item) if isinstance(item, kind) else cast("Other", item)


class _StageTimer:
    """Wall-clock seconds by stage, of one batch."""

    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}

    @contextmanager
    def __call__(self, stage: Stage) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start
