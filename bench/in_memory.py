"""The pipeline alone: `python -m bench.in_memory FEED COUNT` prints an `InMemory` as JSON.

A process of its own, so that its peak memory is the pipeline's.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench import feed
from bench.measures import InMemory, latency, own_peak_mebibytes
from streams.records.origin import RawRecord
from streams.records.outcome import Tagged
from streams.records.tagged import TaggedArticle
from streams.settings import load
from streams.stages.pipeline import BatchResult, Pipeline

AT = datetime(2026, 1, 1, tzinfo=UTC)
SINGLES = 500
"""Articles that are processed one at a time; p99 then rests on the five slowest."""


def measure(path: Path, count: int) -> InMemory:
    """Return what the pipeline needs for so many articles of a feed."""
    settings = load(environment={})
    raw = list(feed.records(feed.values(path, count)))
    started = time.perf_counter()
    pipeline = Pipeline.load(settings)
    load_seconds = time.perf_counter() - started
    batches = [raw[start : start + settings.worker.batch_size] for start in range(0, count, settings.worker.batch_size)]
    pipeline.process(batches[0], AT)  # what is made at first use is no cost of an article
    cpu_started = time.process_time()
    results = [pipeline.process(batch, AT) for batch in batches]
    cpu_seconds = time.process_time() - cpu_started
    return InMemory(
        articles=count,
        words_per_article=round(_words(results), 1),
        outcomes=dict(Counter(type(each.outcome).__name__.lower() for result in results for each in result.results)),
        load_seconds=round(load_seconds, 2),
        cpu_seconds=round(cpu_seconds, 2),
        articles_per_core_second=round(count / cpu_seconds, 1),
        stage_articles_per_core_second=_stages(results, count, cpu_seconds),
        one_at_a_time=latency([_seconds_for(pipeline, record) for record in raw[:SINGLES]]),
        peak_mebibytes=round(own_peak_mebibytes(), 1),
    )


def _stages(results: Sequence[BatchResult], count: int, cpu_seconds: float) -> dict[str, float]:
    # Stages are timed by the clock on the wall. Their shares hold on a busy machine too, so those are applied to the
    # CPU time of the whole.
    totals: Counter[str] = Counter()
    for result in results:
        totals.update({str(stage): seconds for stage, seconds in result.stage_seconds.items()})
    return {stage: round(count / (cpu_seconds * part / totals.total()), 1) for stage, part in totals.items() if part}


def _seconds_for(pipeline: Pipeline, record: RawRecord) -> float:
    started = time.perf_counter()
    pipeline.process([record], AT)
    return time.perf_counter() - started


def _words(results: Sequence[BatchResult]) -> float:
    tagged = [each for result in results for each in result.results if isinstance(each.outcome, Tagged)]
    articles = (msgspec.json.decode(each.outputs[0].value or b"", type=TaggedArticle) for each in tagged)
    lengths = [len(str(article.text).split()) for article in articles]
    return sum(lengths) / max(1, len(lengths))


if __name__ == "__main__":
    print(msgspec.json.encode(measure(Path(sys.argv[1]), int(sys.argv[2]))).decode())
