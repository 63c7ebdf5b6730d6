"""What can be set: every setting with its default, its range and its meaning.

A default without an obvious reason carries it in the description, which `copytaster config` and the docs show.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ENV_PREFIX = "COPYTASTER_"
ENV_NESTING = "__"
KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE

TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
"""A name that Kafka takes for a topic: these characters, and no more of them."""


class _Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, protected_namespaces=())


class KafkaSettings(_Section):
    """How to reach the brokers."""

    bootstrap_servers: str = Field(
        "127.0.0.1:9092", description="Brokers as host:port, separated by commas.", min_length=3
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How the connection is secured."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="How the client proves who it is, with the two SASL protocols."
    )
    sasl_username: str | None = Field(None, description="User name for SASL.")
    sasl_password: SecretStr | None = Field(None, description="Password for SASL; best from the environment or a file.")
    sasl_password_file: Path | None = Field(None, description="A file that holds the password for SASL.")
    ssl_ca_file: Path | None = Field(None, description="Certificates that are trusted, PEM; the system's by default.")
    ssl_certificate_file: Path | None = Field(None, description="The client's certificate, PEM.")
    ssl_key_file: Path | None = Field(None, description="The key of the client's certificate, PEM.")
    request_timeout_seconds: float = Field(20.0, description="How long one request may take.", gt=0, le=600)
    wait_seconds: float = Field(
        60.0,
        description="How long a command waits for a broker that stays away before it gives up (the worker exits 75).",
        gt=0,
        le=86_400,
    )

    @model_validator(mode="after")
    def _sasl_is_whole(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (
            self.sasl_username and (self.sasl_password or self.sasl_password_file)
        ):
            raise ValueError(f"{self.security_protocol} needs sasl_username, and sasl_password or sasl_password_file")
        return self


class TopicsSettings(_Section):
    """The Kafka topics that are read and written."""

    raw: TopicName = Field("news.articles.raw.v1", description="Raw articles are read from here.")
    tagged: TopicName = Field("news.articles.tagged.v1", description="One record for every valid raw article.")
    review: TopicName = Field("news.articles.review.v1", description="Articles for which the topic model abstained.")
    rejected: TopicName = Field("news.articles.rejected.v1", description="Dead letters.")
    routed: str = Field(
        "news.topic.{slug}.v1",
        description="Where an article goes by its main topic; {slug} is the taxonomy's short name of the topic.",
        pattern=r"^[A-Za-z0-9._-]*\{slug\}[A-Za-z0-9._-]*$",
    )
    routes: dict[str, Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,249}$")]] = Field(
        default_factory=dict,
        description="Other destinations by topic id or slug; an empty name turns the route off.",
    )
    partitions: int = Field(12, description="Partitions of a topic that is created.", ge=1, le=10_000)
    replication_factor: int = Field(1, description="Copies of a topic that is created.", ge=1, le=32)
    raw_retention_days: int = Field(7, description="How long raw articles are kept.", ge=1)
    output_retention_days: int = Field(30, description="How long everything that is written is kept.", ge=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        # A worker that writes where it reads takes its own records for articles, for ever.
        names = (self.raw, self.tagged, self.review, self.rejected)
        if len(set(names)) < len(names):
            raise ValueError(f"raw, tagged, review and rejected need four names, and have {', '.join(names)}")
        return self


class LimitsSettings(_Section):
    """What is accepted; a record beyond a limit is rejected with its reason."""

    max_record_bytes: int = Field(
        4 * MEBIBYTE,
        description="Largest raw record. Whole pages of news sites with inlined scripts reach 2 to 3 MB.",
        ge=KIBIBYTE,
        le=64 * MEBIBYTE,
    )
    max_body_chars: int = Field(
        1_000_000,
        description="Longest body as it comes in, in characters. The longest real article measured had 42,000; whole "
        "pages are larger than the article in them.",
        ge=100,
    )
    max_depth: int = Field(
        64, description="Deepest nesting of a JSON value. Real feeds nest fewer than 10 levels.", ge=4, le=512
    )
    max_title_chars: int = Field(2_000, description="Longest title, in characters.", ge=10)
    max_field_chars: int = Field(
        8_192, description="Longest other text field; web servers take URLs up to 8 KiB.", ge=100
    )


class ModelsSettings(_Section):
    """Files that replace the shipped ones, with no rebuild."""

    topic: Path | None = Field(None, description="Topic model; the shipped one by default.")
    stance: Path | None = Field(None, description="Stance model; the shipped one by default.")
    taxonomy: Path | None = Field(None, description="Taxonomy; the shipped one by default.")
    targets: Path | None = Field(None, description="Watch-list of targets; the shipped one by default.")
    rules: Path | None = Field(None, description="Cleaning rules; the shipped ones by default.")


class TaggingSettings(_Section):
    """What is said about an article; each of these is part of the release that a record names."""

    include_text: bool = Field(default=True, description="Whether tagged records hold the cleaned text.")
    min_words: int = Field(8, description="Shorter texts abstain from a topic: too little to go by.", ge=0, le=1_000)
    max_sentences_per_target: int = Field(
        8, description="Sentences scored for one target of one article; docs/settings.md has the cost of the cap.", ge=1
    )
    max_sentences_per_article: int = Field(
        64,
        description="(Sentence, target) pairs scored for one article; docs/settings.md has the cost of the cap.",
        ge=1,
    )


class WorkerSettings(_Section):
    """How a worker consumes; docs/faust.md has the reasons."""

    group: str = Field(
        "copytaster", description="Consumer group; workers that share it share the partitions.", min_length=1
    )
    batch_size: int = Field(128, description="Most records in one batch.", ge=1, le=4_096)
    batch_wait_seconds: float = Field(0.05, description="How long a batch waits to fill.", gt=0, le=60)
    batch_deadline_seconds: float = Field(
        120.0, description="A batch that takes longer than this stops the worker without committing.", gt=0
    )
    isolation: Literal["process", "thread"] = Field(
        "process",
        description="Where articles are classified: in a child process, which is killed and replaced when an article "
        "makes it hang, crash or run out of memory, or in a thread of the worker; docs/operations.md has the price.",
    )
    child_deadline_seconds: float = Field(
        30.0,
        description="How long the child process may take for a batch, or for one record alone, before it is killed. "
        "Batches take up to a second; records made to be slow 5 s per megabyte.",
        gt=0,
    )
    child_start_seconds: float = Field(
        120.0,
        description="How long the child process may take to load the models: seconds, or a minute on a slow disk that "
        "has never read them.",
        gt=0,
    )
    child_memory_mebibytes: int = Field(
        512,
        description="Memory that a batch may take in the child process beyond what is loaded (Linux). The largest "
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
        description="The circuit breaker stops the worker when more than this share of its window failed unexpectedly: "
        "when most records fail, the cause is the models or the machine.",
        gt=0,
        le=1,
    )
    breaker_first_failures: int = Field(
        20,
        description="The circuit breaker stops a worker that has tagged no article yet at so many unexpected failures; "
        "fewer may be the articles of one strange scraper.",
        ge=1,
        le=100_000,
    )
    commit_interval_seconds: float = Field(0.5, description="How often offsets are committed.", gt=0, le=60)
    session_timeout_seconds: float = Field(
        30.0, description="Silence after which the group forgets a worker.", ge=1, le=3_600
    )
    heartbeat_interval_seconds: float = Field(3.0, description="How often a worker says that it lives.", gt=0, le=600)
    metadata_max_age_seconds: float = Field(
        300.0, description="How soon partitions that were added to a topic are noticed.", gt=0
    )
    stall_seconds: float = Field(
        300.0,
        description="Age of the oldest record taken up and not acknowledged, or that could be taken up and is not, at "
        "which a worker counts as dead.",
        gt=0,
    )
    shutdown_seconds: float = Field(30.0, description="How long a stop may take before the process ends hard.", gt=0)
    read_committed: bool = Field(default=True, description="Leave out records of transactions that were aborted.")

    @model_validator(mode="after")
    def _heartbeats_fit(self) -> Self:
        if self.heartbeat_interval_seconds >= self.session_timeout_seconds:
            raise ValueError(
                "heartbeat_interval_seconds must be less than session_timeout_seconds, best a third of it or less"
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
                "child_deadline_seconds must be less than batch_deadline_seconds, which publishing shares: best a "
                "half of it or less"
            )
        return self


class HttpSettings(_Section):
    """Metrics and health."""

    enabled: bool = Field(default=True, description="Whether a worker serves /metrics, /livez, /readyz and /healthz.")
    host: str = Field("127.0.0.1", description="Address to listen on; loopback by default.")
    port: Annotated[int, Field(description="Port to listen on; 0 takes a free one.", ge=0, le=65_535)] = 9108


class LogsSettings(_Section):
    """What a worker writes about itself."""

    format: Literal["auto", "text", "json"] = Field(
        "auto", description="Readable on a terminal and JSON elsewhere, or one of the two."
    )
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least important message shown."
    )


class Settings(BaseSettings):
    """Every setting, resolved, checked and frozen."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_NESTING,
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    kafka: KafkaSettings = KafkaSettings()
    topics: TopicsSettings = TopicsSettings()
    limits: LimitsSettings = LimitsSettings()
    models: ModelsSettings = ModelsSettings()
    tagging: TaggingSettings = TaggingSettings()
    worker: WorkerSettings = WorkerSettings()
    http: HttpSettings = HttpSettings()
    logs: LogsSettings = LogsSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from `load` alone, which has merged the sources in their order."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def describe() -> Iterator[tuple[str, Any, str]]:
    """Yield the dotted name, the default and the meaning of every setting."""
    for section, field in Settings.model_fields.items():
        for name, inner in type(field.default).model_fields.items():
            yield f"{section}.{name}", inner.get_default(call_default_factory=True), inner.description or ""


def secrets() -> frozenset[str]:
    """Return the dotted names of the settings that nobody may read.

    >>> sorted(secrets())
    ['kafka.sasl_password']
    """
    return frozenset(
        f"{section}.{name}"
        for section, field in Settings.model_fields.items()
        for name, inner in type(field.default).model_fields.items()
        if SecretStr in (inner.annotation, *get_args(inner.annotation))
    )


def environment_variable(name: str) -> str:
    """Return the environment variable of a setting.

    >>> environment_variable("kafka.bootstrap_servers")
    'COPYTASTER_KAFKA__BOOTSTRAP_SERVERS'
    """
    return ENV_PREFIX + name.upper().replace(".", ENV_NESTING)
