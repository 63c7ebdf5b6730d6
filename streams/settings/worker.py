"""Sections of a worker: its consumer and batches, and the order of versions."""

from typing import Literal, Self

from pydantic import Field, model_validator

from streams.settings.section import Section


class WorkerSettings(Section):
    """Consumer and batches of a worker; docs/faust.md has the reasons."""

    group: str = Field(
        "copytaster", description="Consumer group; workers that share it share the partitions.", min_length=1
    )
    batch_size: int = Field(128, description="Maximum number of records in a batch.", ge=1, le=4_096)
    batch_wait_seconds: float = Field(0.05, description="How long a batch waits to fill.", gt=0, le=60)
    batch_deadline_seconds: float = Field(
        120.0, description="Deadline of a batch; a worker that misses it stops without committing.", gt=0
    )
    isolation: Literal["process", "thread"] = Field(
        "process",
        description="Where articles are classified: in a child process, which is killed and replaced when an article "
        "makes it hang, crash or run out of memory, or in a thread of the worker; docs/operations.md has the cost.",
    )
    child_deadline_seconds: float = Field(
        30.0,
        description="Deadline of the child process for a batch, or for one record alone, after which it is killed. "
        "Batches take up to a second; an article that takes longer than its budget is interrupted before.",
        gt=0,
    )
    article_cpu_seconds: float = Field(
        2.0,
        description="CPU time that one article may take in the child process, whatever its size; an article that takes "
        "longer is rejected with the reason `too_slow`. Ordinary articles take some milliseconds.",
        gt=0,
        le=3_600,
    )
    article_cpu_seconds_per_100_kilobytes: float = Field(
        0.5,
        description="CPU time that an article may take in addition, for each 100,000 bytes of its raw record. Text "
        "made slow takes 0.25 s for 100,000 characters, and whole pages 0.5 s.",
        ge=0,
        le=3_600,
    )
    child_start_seconds: float = Field(
        120.0,
        description="Deadline of the child process to load the models: it takes seconds, or a minute from a slow disk "
        "without a cache.",
        gt=0,
    )
    child_memory_mebibytes: int = Field(
        512,
        description="Memory limit of a batch in the child process, beyond the loaded models (Linux). The largest "
        "records take some 50 MiB.",
        ge=16,
        le=1_048_576,
    )
    publish_attempts: int = Field(
        5, description="How often an output record is sent before the worker stops.", ge=1, le=100
    )
    breaker_window_records: int = Field(
        200,
        description="Records that the circuit breaker looks back at. Enough that a handful of strange articles from "
        "one scraper are no majority, few enough to stop within seconds.",
        ge=10,
        le=100_000,
    )
    breaker_max_share: float = Field(
        0.5,
        description="The circuit breaker stops the worker when more than this share of its window failed unexpectedly, "
        "and of the records of most publishers in it: the cause is then the models or the machine.",
        gt=0,
        le=1,
    )
    breaker_first_failures: int = Field(
        20,
        description="The circuit breaker stops a worker that has tagged no article yet at this number of unexpected "
        "failures, if most publishers fail; fewer may be the articles of one strange scraper.",
        ge=1,
        le=100_000,
    )
    commit_interval_seconds: float = Field(0.5, description="How often offsets are committed.", gt=0, le=60)
    session_timeout_seconds: float = Field(
        30.0, description="Time without a heartbeat after which the group removes a worker.", ge=1, le=3_600
    )
    heartbeat_interval_seconds: float = Field(3.0, description="Interval of heartbeats.", gt=0, le=600)
    metadata_max_age_seconds: float = Field(
        300.0, description="Maximum age of metadata: how soon partitions that were added to a topic are found.", gt=0
    )
    stall_seconds: float = Field(
        300.0,
        description="Age of the oldest record that is fetched and not acknowledged, at which a worker counts as dead "
        "(/livez fails).",
        gt=0,
    )
    shutdown_seconds: float = Field(30.0, description="How long a stop may take before a forced exit.", gt=0)
    read_committed: bool = Field(default=True, description="Skip records of aborted transactions.")
    offer_roundrobin: bool = Field(
        default=False,
        description="Share the group with workers of version 0.1.0 during a rolling upgrade: offer the assignor "
        "`roundrobin` too, which consumers that are no workers can join.",
    )

    @model_validator(mode="after")
    def _heartbeats_fit(self) -> Self:
        if self.heartbeat_interval_seconds >= self.session_timeout_seconds:
            raise ValueError(
                "heartbeat_interval_seconds must be less than session_timeout_seconds: a third of it is recommended"
            )
        return self

    @model_validator(mode="after")
    def _breaker_fits(self) -> Self:
        if self.breaker_first_failures > self.breaker_window_records:
            raise ValueError("breaker_first_failures must be at most breaker_window_records: no more are counted")
        return self

    @model_validator(mode="after")
    def _deadlines_fit(self) -> Self:
        if self.isolation == "process" and self.child_deadline_seconds >= self.batch_deadline_seconds:
            raise ValueError(
                "child_deadline_seconds must be less than batch_deadline_seconds, which includes publishing: half of "
                "it is recommended"
            )
        return self


class VersionsSettings(Section):
    """Order of the versions of an article; docs/operations.md has the reasons."""

    enabled: bool = Field(
        default=True,
        description="Whether a record with an older version than the published one is rejected as `superseded`. "
        "Without order the record that is processed last wins.",
    )
    max_ids: int = Field(
        2_000_000,
        description="Articles whose newest version a worker knows, 62 MiB of memory per million. Of articles beyond "
        "them, the oldest ones, versions are not kept in order.",
        ge=100,
        le=1_000_000_000,
    )
