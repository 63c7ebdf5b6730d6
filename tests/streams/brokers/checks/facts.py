"""Facts of a sound cluster, which tests change."""

import msgspec

from streams.brokers.checks.facts import Facts
from streams.brokers.layout import TopicFound, TopicSpec
from streams.settings import Settings, load

CONFIGS = {
    "cleanup.policy": "delete",
    "retention.ms": "100",
    "max.message.bytes": "10",
    "message.timestamp.type": "LogAppendTime",
    "min.insync.replicas": "1",
}
NOW_MS = 1_700_000_000_000


def settings(**flags: object) -> Settings:
    """Return settings with a raw and a tagged topic."""
    named = {name.replace("__", "."): value for name, value in flags.items()}
    return load(flags={"topics.raw": "raw", "topics.tagged": "tagged", **named}, environment={})


def specs(**configs: str) -> list[TopicSpec]:
    """Return a raw and a tagged topic with some configs changed."""
    return [TopicSpec(name, 4, 2, CONFIGS | configs) for name in ("raw", "tagged")]


def topic(**changed: object) -> TopicFound:
    """Return a topic that meets them, with some facts changed."""
    sound = TopicFound(4, CONFIGS, 2, id="an id", operations=("DESCRIBE", "READ", "WRITE"))
    return msgspec.structs.replace(sound, **changed)


def facts(**changed: object) -> Facts:
    """Return what a sound cluster reports, with some facts changed."""
    sound = Facts(
        topics={"raw": topic(), "tagged": topic()},
        brokers=3,
        broker_configs={
            "group.min.session.timeout.ms": "6000",
            "group.max.session.timeout.ms": "1800000",
            "offsets.topic.replication.factor": "3",
        },
        offsets_topic=topic(),
        group_error=None,
        newest_ms=NOW_MS,
        now_ms=NOW_MS,
    )
    return msgspec.structs.replace(sound, **changed)
