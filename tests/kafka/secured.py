"""Apache Kafka behind TLS and passwords: its users, the rights that they need, and its certificate."""

import subprocess
from pathlib import Path
from typing import NamedTuple

from confluent_kafka.admin import AclOperation, ResourcePatternType, ResourceType

from tests.kafka.apache import ApacheKafka, Listener

PASSWORD = "correct-horse-battery"  # noqa: S105  # of a broker that lives for one test
WITH_RIGHTS, WITHOUT_RIGHTS, REPLAYING = "worker", "stranger", "operator"


class Right(NamedTuple):
    """An operation on something that is named as a whole or by its beginning."""

    name: str
    what: ResourceType
    operation: AclOperation
    pattern: ResourcePatternType = ResourcePatternType.LITERAL


NEEDED = {
    "topics.raw": Right("", ResourceType.TOPIC, AclOperation.READ),
    "topics.tagged": Right("", ResourceType.TOPIC, AclOperation.WRITE),
    "topics.review": Right("", ResourceType.TOPIC, AclOperation.WRITE),
    "topics.rejected": Right("", ResourceType.TOPIC, AclOperation.WRITE),
    "topics.versions": Right("", ResourceType.TOPIC, AclOperation.ALL),
    "topics.routed": Right("", ResourceType.TOPIC, AclOperation.WRITE, ResourcePatternType.PREFIXED),
    "worker.group": Right("", ResourceType.GROUP, AclOperation.READ),
}
"""The rights that the script gives, by the setting that holds the name, on the versions topic Read and Write."""

HALVES = [
    *(("topics.raw", operation) for operation in ("DESCRIBE", "WRITE")),
    *((setting, "READ") for setting in ("topics.tagged", "topics.review", "topics.rejected", "topics.routed")),
]
"""Rights with which a user sees a topic and cannot do with it what a worker has to."""

LACKING = [*(f"without-{setting}" for setting in NEEDED), *("half-" + "-".join(half) for half in HALVES)]
"""Users who lack one right each."""

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def certificate_for(address: str, folder: Path) -> Path:
    """Return a certificate that signs itself; its key stands beside it."""
    path = folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=broker"]
    files = ["-keyout", str(path.with_name("key.pem")), "-out", str(path)]
    subprocess.run([*command, "-addext", f"subjectAltName=IP:{address}", *files], capture_output=True, check=True)
    return path


def secured_kafka(kafka_jars: Path, certificate: Path) -> ApacheKafka:
    """Return Apache Kafka with a listener that asks for TLS and a password, and rights for those who come by it."""
    keystore = certificate.with_name("keystore.pem")
    keystore.write_text(certificate.with_name("key.pem").read_text() + certificate.read_text())
    users = (WITH_RIGHTS, WITHOUT_RIGHTS, REPLAYING, *LACKING)
    module = "org.apache.kafka.common.security"
    plain = " ".join(f'user_{user}="{PASSWORD}"' for user in users)
    config = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(keystore),
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        "plain.sasl.jaas.config": f"{module}.plain.PlainLoginModule required {plain};",
        "scram-sha-256.sasl.jaas.config": f"{module}.scram.ScramLoginModule required;",
        "scram-sha-512.sasl.jaas.config": f"{module}.scram.ScramLoginModule required;",
    }
    rights = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
    pairs = [(MECHANISMS[1], WITH_RIGHTS), *((MECHANISMS[2], user) for user in users)]
    scram = [f"{mechanism}=[name={user},password={PASSWORD}]" for mechanism, user in pairs]
    listener = {f"listener.name.secure.{name}": value for name, value in config.items()}
    return ApacheKafka(kafka_jars, listeners=[Listener("SECURE", "SASL_SSL")], config=listener | rights, users=scram)
