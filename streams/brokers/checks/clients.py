"""Checks of this machine against the cluster: the codecs of its clients, and its clock."""

import importlib
from collections.abc import Iterator, Sequence

from streams.brokers.checks.facts import Facts
from streams.brokers.checks.finding import Finding, Severity
from streams.brokers.layout import BROKERS_CLOCK, CLOCK, TopicSpec
from streams.settings.schema import Settings

CODECS = {"gzip": "zlib", "snappy": "snappy", "lz4": "lz4.frame", "zstd": "zstandard"}
"""The module by which kafka-python reads each codec of Kafka; aiokafka has all of them from cramjam."""

REINSTALL = "run pip install copytaster again"

CLOCK_SECONDS = 60
"""Machines that NTP synchronises differ by milliseconds (RFC 5905); a minute is a clock that nothing sets."""


def codecs() -> Iterator[Finding]:
    """Yield whether the clients can read batches of every codec; this needs no broker."""
    modules = {**CODECS, "every codec (worker)": "cramjam"}
    missing = [codec for codec, module in modules.items() if not _is_importable(module)]
    if missing:
        message = f"cannot read batches compressed with {', '.join(missing)}"
        yield Finding("codecs", Severity.PROBLEM, message, REINSTALL)
    else:
        yield Finding("codecs", Severity.OK, f"reads {', '.join(CODECS)}")


def clock(settings: Settings, _: Sequence[TopicSpec], facts: Facts) -> Iterator[Finding]:
    """Yield whether the broker's clock is ahead of this machine's, by the newest record that the broker stamped.

    A clock that is behind is not distinguished from a topic to which nothing was written for a while.
    """
    raw = facts.topics.get(settings.topics.raw)
    if raw is None or raw.configs.get(CLOCK) != BROKERS_CLOCK or facts.newest_ms is None:
        yield Finding("clock", Severity.UNKNOWN, "no raw record has a timestamp of the broker: not checked")
        return
    ahead_seconds = (facts.newest_ms - facts.now_ms) / 1000
    if ahead_seconds > CLOCK_SECONDS:
        message = f"the broker's clock is {ahead_seconds:.0f} s ahead of this machine's"
        yield Finding("clock", Severity.WARNING, message, "synchronise both with NTP: latencies are wrong until then")
    else:
        yield Finding("clock", Severity.OK, "the broker's clock is not ahead of this machine's")


def _is_importable(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True
