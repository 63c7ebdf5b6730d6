"""What must hold for any bytes at all: the promises that the fuzzer tries to break, one function for each.

A check takes bytes, returns nothing, and raises where a promise is broken. It knows nothing of the fuzzer, so that the
same checks run as plain tests over the seeds and over everything that was ever found.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from classifiers.cleaning import clean
from streams.dead_letters.composer import DeadLetterComposer
from streams.records.article import DecodedArticle, Withdrawal
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected, Tagged, Withdrawn
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.records.tagged import TaggedArticle
from streams.settings import Settings
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.encode import MAX_ADDED_BYTES, encode
from streams.stages.pipeline import Pipeline, RecordResult
from tests.cost.measure import cpu_seconds
from tests.fuzz import seeds
from tests.fuzz.archives import check_model_file
from tests.fuzz.messages import record_of

MAX_INPUT = 64 * 1024
"""Bytes. What is promised about time is promised up to here."""

SECONDS_FOR_THE_LARGEST = 10
"""Within which one input must be done, on one busy core and under the fuzzer."""

SECONDS, SECONDS_FOR_LIBRARIES = 0.25, 0.5
"""CPU time of an article of up to 100,000 characters, and where trafilatura or ftfy reads it; longer ones take more in
proportion. `tests/cost` holds these bounds for the shapes that are known."""

FUZZER_FACTOR = 4
"""How much slower code runs that the fuzzer follows: three times, and a bit more for a shared core."""

_LIBRARIES = re.compile(r"<(?:!doctype|html|head|body)|[\u00c2-\u00f4\u0400-\u04ff]", re.IGNORECASE)
"""Whole pages, and the letters with which text begins that was decoded wrongly."""

_AT = datetime(2026, 1, 31, 9, tzinfo=UTC)
_decoder = Decoder(LimitsSettings())
_letters = DeadLetterComposer("rejected")
_pipeline: list[Pipeline] = []


class Target(NamedTuple):
    """One thing to fuzz: the check, where the fuzzer starts, the longest input in bytes, and whether it holds JSON."""

    check: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    max_bytes: int
    holds_json: bool = False


def check_decode(message: bytes) -> None:
    """Decode gives an article or a withdrawal, or a rejection of its own stage with a reason that was foreseen."""
    record = record_of(message)
    decoded = _decoded(record)
    assert _decoded(record) == decoded
    if isinstance(decoded, Rejected):
        assert decoded.stage is Stage.DECODE
        assert decoded.reason is not RejectReason.UNEXPECTED


def _decoded(record: RawRecord) -> DecodedArticle | Withdrawal | Rejected:
    try:
        return _decoder.decode(record)
    except PayloadError as error:
        return Rejected(error.stage, error.reason, type(error).__name__, str(error))


def check_clean(content: bytes) -> None:
    """Clean takes any text, what it returns is clean, and a line has no character that would drive a terminal."""
    title, body = _title_and_body(content)
    cleaned = clean(title, body)
    assert clean(cleaned.title, cleaned.body) == cleaned
    assert "\n" not in cleaned.title
    assert not [character for character in cleaned.text if character < " " and character != "\n"]


def check_cost(content: bytes) -> None:
    """An article costs no more than its size allows; it is made of a short text by repeating its middle."""
    title, body = _title_and_body(content)
    third = len(body) // 3
    start, middle, end = body[:third], body[third : len(body) - third], body[len(body) - third :]
    article = start + middle * (MAX_INPUT // max(1, len(middle))) + end
    record = RawRecord(Origin("raw", 0, 0), None, json.dumps({"title": title, "body": article}).encode())
    per_100_000 = SECONDS_FOR_LIBRARIES if _LIBRARIES.search(article) else SECONDS
    limit = per_100_000 * max(1, len(article) / 100_000) * (FUZZER_FACTOR if "atheris" in sys.modules else 1)
    seconds = cpu_seconds(lambda: _loaded().process([record], _AT), enough=limit)
    assert seconds <= limit, f"{seconds:.2f} s of CPU time for {len(article)} characters"


def check_pipeline(message: bytes) -> None:
    """A record ends as one outcome, for a reason that was foreseen, and twice the same record as the same bytes."""
    record = record_of(message)
    first, second = (_loaded().process([record], _AT).results for _ in range(2))
    assert first == second
    (result,) = first
    _check_result(record, result)


def _check_result(record: RawRecord, result: RecordResult) -> None:
    values = {output.value for output in result.outputs}
    assert all(len(value or b"") <= len(record.value or b"") + MAX_ADDED_BYTES for value in values)
    match result.outcome:
        case Tagged(article_id):
            _check_article(article_id, values)
        case Withdrawn():
            assert values == {None}
        case Rejected(reason=reason):
            assert reason is not RejectReason.UNEXPECTED
            assert result.outputs == ()
            letter = _letters.compose(record, result.outcome)
            assert (letter.key, letter.value) == (record.key, record.value)
            assert letter.headers[: len(record.headers)] == record.headers


def _check_article(article_id: str, values: set[bytes | None]) -> None:
    (value,) = values
    assert value is not None
    article = msgspec.json.decode(value, type=TaggedArticle)
    assert article.id == article_id
    assert encode(article) == value
    for stance in article.stances:
        for span in (*stance.mentions, stance.evidence):
            assert 0 <= span.start < span.end <= article.text_chars


def _loaded() -> Pipeline:
    if not _pipeline:
        _pipeline.append(Pipeline.load(Settings()))
    return _pipeline[0]


def _title_and_body(content: bytes) -> tuple[str, str]:
    r"""Return the first line and the rest; lone surrogates can be said as UTF-8 would, had it any.

    >>> _title_and_body(b"Rain\n<p>It rained.")
    ('Rain', '<p>It rained.')
    """
    try:
        text = content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    title, _, body = text.partition("\n")
    return title, body


TARGETS: Mapping[str, Target] = {
    "decode": Target(check_decode, seeds.messages, 8 * 1024, holds_json=True),
    "clean": Target(check_clean, seeds.texts, 8 * 1024),
    "cost": Target(check_cost, seeds.units, 256),
    "pipeline": Target(check_pipeline, seeds.messages, 8 * 1024, holds_json=True),
    "model_files": Target(check_model_file, seeds.model_files, MAX_INPUT, holds_json=True),
}
