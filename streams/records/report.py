"""Batch report: what happened to one batch, for hooks, once its outputs are acknowledged."""

import msgspec

from streams.records.outcome import Outcome
from streams.records.rejection import Stage


class BatchReport(msgspec.Struct, frozen=True, kw_only=True):
    """One batch of raw records, from the raw topic to the output topics.

    `outcomes` and `received_ms` (Kafka timestamps, Unix time in milliseconds, or None) are in the order of the
    records; `stage_seconds` includes publishing; `acknowledged_ms` is the Unix time in milliseconds at which the
    broker had acknowledged every output record; `outputs` is their number. `publishers` and `cpu_seconds` are in the
    order of the records, or empty where a child process ended before it answered.
    """

    outcomes: tuple[Outcome, ...]
    received_ms: tuple[int | None, ...]
    stage_seconds: dict[Stage, float]
    acknowledged_ms: int
    outputs: int
    publishers: tuple[str | None, ...] = ()
    cpu_seconds: tuple[float, ...] = ()
