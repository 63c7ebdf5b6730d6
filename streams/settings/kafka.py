"""Sections of Kafka: the connection to the brokers, and the topics."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from streams.settings.addresses import parse_addresses
from streams.settings.section import Section

TopicName = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,249}$")]
"""A name that Kafka accepts for a topic: these characters, 249 at most."""


class KafkaSettings(Section):
    """Connection to the brokers."""

    bootstrap_servers: str = Field(
        "127.0.0.1:9092", description="Brokers as host:port, separated by commas.", min_length=3
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="Security protocol of the connection."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "PLAIN", description="SASL mechanism, with the two SASL protocols."
    )
    sasl_username: str | None = Field(None, description="User name for SASL.")
    sasl_password: SecretStr | None = Field(None, description="Password for SASL; prefer the environment or a file.")
    sasl_password_file: Path | None = Field(None, description="A file that holds the password for SASL.")
    ssl_ca_file: Path | None = Field(None, description="Trusted certificate authorities, PEM; the system's by default.")
    ssl_certificate_file: Path | None = Field(None, description="The client's certificate, PEM.")
    ssl_key_file: Path | None = Field(None, description="The key of the client's certificate, PEM.")
    require_private_files: bool = Field(
        default=False,
        description="Whether a worker exits 2 if every user of the machine may read a file with a password or key, "
        "instead of logging a warning. Mounted Secrets of Kubernetes are readable unless `defaultMode` is set.",
    )
    request_timeout_seconds: float = Field(20.0, description="Timeout of one request.", gt=0, le=600)
    wait_seconds: float = Field(
        60.0,
        description="How long a command retries to reach a broker before it stops (the worker exits 75).",
        gt=0,
        le=86_400,
    )

    @field_validator("bootstrap_servers")
    @classmethod
    def _addresses_are_valid(cls, servers: str) -> str:
        parse_addresses(servers)
        return servers

    @model_validator(mode="after")
    def _sasl_is_whole(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (
            self.sasl_username and (self.sasl_password or self.sasl_password_file)
        ):
            raise ValueError(f"{self.security_protocol} needs sasl_username, and sasl_password or sasl_password_file")
        return self


class TopicsSettings(Section):
    """Kafka topics that are read and written."""

    raw: TopicName = Field("news.articles.raw.v1", description="Raw articles, which workers read.")
    tagged: TopicName = Field(
        "news.articles.tagged.v1", description="Tagged articles, one for every valid raw article."
    )
    review: TopicName = Field("news.articles.review.v1", description="Articles for which the topic model abstained.")
    rejected: TopicName = Field("news.articles.rejected.v1", description="Dead-letter topic, for rejected records.")
    versions: TopicName = Field(
        "news.versions.v1", description="The newest version of each article, which workers keep for themselves."
    )
    routed: str = Field(
        "news.topic.{slug}.v1",
        description="Kafka topic of an article by its main topic; {slug} is the taxonomy's short name of the topic.",
        pattern=r"^[A-Za-z0-9._-]*\{slug\}[A-Za-z0-9._-]*$",
    )
    routes: dict[str, Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{0,249}$")]] = Field(
        default_factory=dict,
        description="Other Kafka topics by topic id or slug; an empty name disables the route.",
    )
    partitions: int = Field(12, description="Partitions of a topic that is created.", ge=1, le=10_000)
    replication_factor: int = Field(1, description="Replication factor of a topic that is created.", ge=1, le=32)
    raw_retention_days: int = Field(7, description="Retention of raw articles.", ge=1)
    output_retention_days: int = Field(30, description="Retention of all output topics.", ge=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        # A worker that writes to the topic that it reads processes its own records in an endless loop.
        names = (self.raw, self.tagged, self.review, self.rejected, self.versions)
        if len(set(names)) < len(names):
            raise ValueError(f"raw, tagged, review, rejected and versions need five names, and have {', '.join(names)}")
        return self
