"""Settings schema: every setting with its default, its range and its meaning.

A default without an obvious reason has the reason in its description, which `copytaster config` and the docs show. The
sections of Kafka are in `kafka`, those of a worker in `worker`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from streams.settings.kafka import KafkaSettings, TopicsSettings
from streams.settings.section import Section
from streams.settings.worker import VersionsSettings, WorkerSettings

__all__ = [
    "ENV_PREFIX",
    "KIBIBYTE",
    "MEBIBYTE",
    "HttpSettings",
    "KafkaSettings",
    "LimitsSettings",
    "LogsSettings",
    "ModelsSettings",
    "Settings",
    "TaggingSettings",
    "TopicsSettings",
    "VersionsSettings",
    "WorkerSettings",
    "describe",
    "environment_variable",
    "secrets",
]

ENV_PREFIX = "COPYTASTER_"
ENV_NESTING = "__"
KIBIBYTE = 1024
MEBIBYTE = 1024 * KIBIBYTE


class LimitsSettings(Section):
    """Limits of raw records: a title is cut, another field becomes null, any other record is rejected."""

    max_record_bytes: int = Field(
        4 * MEBIBYTE,
        description="Largest raw record. Whole pages of news sites with inlined scripts reach 2 to 3 MB.",
        ge=KIBIBYTE,
        le=64 * MEBIBYTE,
    )
    max_body_chars: int = Field(
        1_000_000,
        description="Longest body, in characters: of text and fragments of HTML before cleaning, of whole pages after "
        "it. The longest real article measured had 42,000.",
        ge=100,
    )
    max_page_chars: int = Field(
        4_000_000,
        description="Longest body that is a whole HTML page, in characters before cleaning. Of 160 real pages nine "
        "have more than a million, nearly all of it scripts; the largest has 2.9 million.",
        ge=100,
    )
    max_depth: int = Field(
        64, description="Deepest nesting of a JSON value. Real feeds nest fewer than 10 levels.", ge=4, le=512
    )
    max_title_chars: int = Field(2_000, description="Longest title, in characters.", ge=10)
    max_field_chars: int = Field(
        8_192, description="Longest other text field; web servers take URLs up to 8 KiB.", ge=100
    )


class ModelsSettings(Section):
    """Files that replace the shipped ones, or add to them."""

    topic: Path | None = Field(None, description="Topic model; the shipped one by default.")
    stance: Path | None = Field(None, description="Stance model; the shipped one by default.")
    taxonomy: Path | None = Field(None, description="Taxonomy; the shipped one by default.")
    targets: Path | None = Field(None, description="Watch-list of targets; the shipped one by default.")
    rules: Path | None = Field(None, description="Cleaning rules; the shipped ones by default.")
    learnt_lines: Path | None = Field(
        None, description="Lines that publishers repeat, of `copytaster learn-boilerplate`; none by default."
    )


class TaggingSettings(Section):
    """How an article is tagged; each of these settings is part of the release that a record names."""

    include_text: bool = Field(default=True, description="Whether tagged records contain the cleaned text.")
    min_words: int = Field(
        8, description="Minimum words of a text; the topic model abstains from shorter ones.", ge=0, le=1_000
    )
    max_sentences_per_target: int = Field(
        8, description="Sentences scored for one target of one article; docs/settings.md has the cost of the cap.", ge=1
    )
    max_sentences_per_article: int = Field(
        64,
        description="(Sentence, target) pairs scored for one article; docs/settings.md has the cost of the cap.",
        ge=1,
    )
    embargoed: Literal["reject", "tag"] = Field(
        "reject",
        description="What happens to an article whose embargo ends after the timestamp of its raw record: it is "
        "rejected, or tagged with the end in `source.embargoed_until`.",
    )


class HttpSettings(Section):
    """HTTP server for metrics and health checks."""

    enabled: bool = Field(default=True, description="Whether a worker serves /metrics, /livez, /readyz and /healthz.")
    host: Annotated[str, AfterValidator(lambda host: host.removeprefix("[").removesuffix("]"))] = Field(
        "127.0.0.1", description="Address to listen on; loopback by default."
    )
    port: Annotated[int, Field(description="Port to listen on; 0 takes a free one.", ge=0, le=65_535)] = 9108


class LogsSettings(Section):
    """Logging."""

    format: Literal["auto", "text", "json"] = Field(
        "auto", description="Text on a terminal and JSON elsewhere, or always one of the two."
    )
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Minimum level of messages.")


class Settings(BaseSettings):
    """All settings, resolved, validated and frozen."""

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
    versions: VersionsSettings = VersionsSettings()
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
        """Take values from `load` alone, which merges the sources in their order of precedence."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def describe() -> Iterator[tuple[str, Any, str]]:
    """Yield the dotted name, the default and the meaning of every setting."""
    for section, field in Settings.model_fields.items():
        for name, inner in type(field.default).model_fields.items():
            yield f"{section}.{name}", inner.get_default(call_default_factory=True), inner.description or ""


def secrets() -> frozenset[str]:
    """Return the dotted names of the settings that are secret.

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
