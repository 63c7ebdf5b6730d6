"""TLS, passwords and rights, on Apache Kafka with a certificate of the test's own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from streams.errors import BrokerRefusedError
from streams.loopback import LOOPBACK
from streams.settings import environment_variable, load
from streams.worker.preflight import require_cluster
from tests.broker.conftest import room_at
from tests.broker.ledger import Ledger, article
from tests.broker.newsroom import ROOT, Logged, Newsroom, eventually
from tests.kafka.apache import ApacheKafka
from tests.kafka.secured import (
    HALVES,
    MECHANISMS,
    NEEDED,
    PASSWORD,
    REPLAYING,
    WITH_RIGHTS,
    WITHOUT_RIGHTS,
    Right,
    certificate_for,
    secured_kafka,
)

ACLS = ROOT / "deploy/kafka/acls.sh"
RECOVERY_SECONDS = 40.0

GiveRights = Callable[..., None]


Allow = Callable[[str, Iterable[Right]], None]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate for the loopback address that signs itself; its key stands beside it."""
    return certificate_for(LOOPBACK, tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def secured(kafka_jars: Path, certificate: Path) -> Iterator[ApacheKafka]:
    """Return Apache Kafka with a listener that asks for TLS and a password, and rights for those who come by it.

    The open listener is the operator's: whoever comes by it may do everything.
    """
    with secured_kafka(kafka_jars, certificate) as cluster:
        yield cluster


@pytest.fixture
def newsroom(secured: ApacheKafka) -> Newsroom:
    """Return Kafka topics that the operator has created."""
    room = room_at(secured.bootstrap_servers)
    room.create_topics()
    return room


@pytest.fixture
def credentials(secured: ApacheKafka, certificate: Path, tmp_path: Path) -> dict[str, Any]:
    """Return the settings of a worker that comes by the secured listener, as flags of `Newsroom.worker`."""
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    password.chmod(0o600)
    return {
        "kafka__bootstrap_servers": secured.servers_of("SECURE"),
        "kafka__security_protocol": "SASL_SSL",
        "kafka__ssl_ca_file": str(certificate),
        "kafka__sasl_mechanism": "SCRAM-SHA-512",
        "kafka__sasl_username": WITH_RIGHTS,
        "kafka__sasl_password_file": str(password),
    }


@pytest.fixture
def give_rights(secured: ApacheKafka, newsroom: Newsroom, tmp_path: Path) -> GiveRights:
    """Return the script as a function of a user, with Kafka's command as the broker's distribution has it."""
    command = tmp_path / "kafka-acls.sh"
    command.write_text(f'#!/bin/sh\nexec java -Xmx128m -cp "{secured.jars}/*" org.apache.kafka.tools.AclCommand "$@"\n')
    command.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    def give(user: str, **others: str) -> None:
        flags = newsroom.flags | {name.replace("__", "."): value for name, value in others.items()}
        names = {environment_variable(name): str(value) for name, value in flags.items()}
        subprocess.run([ACLS, user, secured.bootstrap_servers], env=os.environ | names | path, check=True)

    return give


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_worker_behind_tls_and_a_password(
    mechanism: str, give_rights: GiveRights, newsroom: Newsroom, ledger: Ledger, credentials: dict[str, Any]
) -> None:
    """With the rights that the script gives, a worker tags and rejects over TLS, and its password is in no log."""
    give_rights(WITH_RIGHTS)
    ledger.send(*map(article, range(20)), (b"poison", b"{"), (b"unknown", b'{"id": "x", "body": "Nothing known."}'))

    with newsroom.worker(**credentials | {"kafka__sasl_mechanism": mechanism, "logs__level": "DEBUG"}) as worker:
        account = ledger.settle(RECOVERY_SECONDS)
        served = worker.get("/metrics")[1] + worker.get("/healthz")[1]

    assert (account.sent, account.missing, account.duplicates) == (22, 0, 0)
    assert PASSWORD not in served + repr(worker.log)


@pytest.mark.parametrize("change", ["authority", "name"])
def test_a_broker_that_is_another(change: str, newsroom: Newsroom, credentials: dict[str, Any], tmp_path: Path) -> None:
    """A worker gives its password to no broker whose certificate is not of its authority, or not for its name."""
    changes = {
        "authority": {"kafka__ssl_ca_file": str(certificate_for(LOOPBACK, tmp_path))},
        "name": {"kafka__bootstrap_servers": credentials["kafka__bootstrap_servers"].replace(LOOPBACK, "localhost")},
    }
    quickly = {"kafka__request_timeout_seconds": 4, "kafka__wait_seconds": 1}
    with newsroom.worker(**credentials | changes[change] | quickly) as worker:
        assert worker.exit_code() == 2

    assert "certificate" in worker.log[-1]["message"]


def test_settings_without_tls_for_a_listener_with_it(newsroom: Newsroom, credentials: dict[str, Any]) -> None:
    """A worker without TLS whose broker expects it names the setting, retries, and exits 75."""
    secure = {"kafka__bootstrap_servers": credentials["kafka__bootstrap_servers"]}
    with newsroom.worker(**secure, kafka__request_timeout_seconds=2, kafka__wait_seconds=4) as worker:
        assert worker.exit_code() == 75

    assert "expects TLS, and kafka.security_protocol is PLAINTEXT" in worker.log[-1]["message"]
    assert worker.logged(Logged.WAITS)


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
@pytest.mark.parametrize("change", [{"kafka__sasl_username": "nobody"}, {"kafka__sasl_password": "wrong"}])
def test_a_worker_that_is_not_let_in(
    mechanism: str, change: dict[str, str], newsroom: Newsroom, credentials: dict[str, Any]
) -> None:
    """A worker whose credentials the broker refuses says so in one sentence and exits 2."""
    quickly = {"kafka__sasl_mechanism": mechanism, "kafka__request_timeout_seconds": 4}
    with newsroom.worker(**credentials | change | quickly) as worker:
        assert worker.exit_code() == 2

    entry = worker.log[-1]  # on a busy machine the broker's first answer may come too late, and is waited for
    assert "SaslAuthenticationFailed" in entry["message"]
    assert "traceback" not in entry
    assert PASSWORD not in repr(entry)


@pytest.fixture
def allow(secured: ApacheKafka) -> Allow:
    """Return a function that gives a user rights, each an operation on something by its whole name or its beginning."""

    def give(user: str, rights: Iterable[Right]) -> None:
        admin = AdminClient({"bootstrap.servers": secured.bootstrap_servers})
        whom = (f"User:{user}", "*")
        bindings = [
            AclBinding(right.what, right.name, right.pattern, *whom, right.operation, AclPermissionType.ALLOW)
            for right in rights
        ]
        for done in admin.create_acls(bindings).values():
            done.result(timeout=RECOVERY_SECONDS)
        of_user = AclBindingFilter(
            ResourceType.ANY,
            None,  # type: ignore[arg-type]  # a filter may leave the name open, which its type does not say
            ResourcePatternType.ANY,
            *whom,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        # The controller has them now, and the broker a moment later.
        eventually(
            lambda: set(bindings) <= set(admin.describe_acls(of_user).result(timeout=RECOVERY_SECONDS)),
            f"the broker knows the rights of {user}",
        )

    return give


@pytest.fixture
def refusal(newsroom: Newsroom, credentials: dict[str, Any]) -> Callable[[str], str]:
    """Return a function of a user: what the preflight of a worker of this user reports."""

    def told(user: str) -> str:
        secured = {name.replace("__", "."): value for name, value in credentials.items()}
        settings = load(flags=newsroom.flags | secured | {"kafka.sasl_username": user}, environment={})
        with pytest.raises(BrokerRefusedError) as refused:
            require_cluster(settings, [spec.name for spec in newsroom.specs])
        return str(refused.value)

    return told


def rights_of(newsroom: Newsroom) -> dict[str, Right]:
    """Return what the script gives, by the setting that names it."""
    names = {setting: str(newsroom.flags[setting]).partition("{slug}")[0] for setting in NEEDED}
    return {setting: NEEDED[setting]._replace(name=name) for setting, name in names.items()}


@pytest.mark.parametrize("missing", NEEDED)
def test_a_user_without_a_right(missing: str, allow: Allow, newsroom: Newsroom, refusal: Callable[[str], str]) -> None:
    """A user who lacks a single one of the worker's rights gets an error that names it and where rights are listed."""
    rights = rights_of(newsroom)
    lacking = rights.pop(missing)
    user = f"without-{missing}"
    allow(user, rights.values())

    message = refusal(user)

    assert ("may not read in the consumer group" if missing == "worker.group" else "may not use the topic") in message
    assert lacking.name in message
    assert "deploy/kafka/acls.sh" in message


@pytest.mark.parametrize("half", HALVES, ids=" ".join)
def test_a_user_with_half_a_right(
    half: tuple[str, str], allow: Allow, newsroom: Newsroom, refusal: Callable[[str], str]
) -> None:
    """A user who may see a topic, and not read or write it, gets an error before a worker takes an article."""
    setting, operation = half
    rights = rights_of(newsroom)
    right = rights[setting]
    user = "half-" + "-".join(half)
    allow(user, (rights | {setting: right._replace(operation=AclOperation[operation])}).values())

    assert f"may not {right.operation.name.lower()} {right.name}" in refusal(user)


@pytest.mark.parametrize("half", [None, HALVES[2]], ids=["none", "half"])
def test_a_worker_without_a_right(
    half: tuple[str, str] | None, allow: Allow, newsroom: Newsroom, credentials: dict[str, Any]
) -> None:
    """A worker that lacks a right says so in one sentence and exits 2, and nothing is tagged."""
    if half is not None:
        setting, operation = half
        rights = rights_of(newsroom)
        rights[setting] = rights[setting]._replace(operation=AclOperation[operation])
        allow(WITHOUT_RIGHTS, rights.values())

    with newsroom.worker(**credentials | {"kafka__sasl_username": WITHOUT_RIGHTS}) as worker:
        assert worker.exit_code() == 2

    (entry,) = [each for each in worker.log if each["level"] != "info"]
    assert "the user may not" in entry["message"]
    assert "traceback" not in entry


def test_a_replay_needs_no_more_than_its_rights(allow: Allow, newsroom: Newsroom, credentials: dict[str, Any]) -> None:
    """With the rights of the README's table, and without one of them, dead letters go back, or are refused."""
    names = newsroom.flags
    rights = [
        Right(names["topics.rejected"], ResourceType.TOPIC, AclOperation.READ),
        Right(names["topics.raw"], ResourceType.TOPIC, AclOperation.WRITE),
        Right(f"{names['worker.group']}.replay", ResourceType.GROUP, AclOperation.READ, ResourcePatternType.PREFIXED),
    ]
    newsroom.produce((b"1", b"{", ()))
    with newsroom.worker():
        newsroom.read_until(lambda records: len(records) >= 1, [names["topics.rejected"]])

    allow(REPLAYING, rights[:2])
    without_group = replay(newsroom, credentials)
    allow(REPLAYING, rights[2:])
    with_all = replay(newsroom, credentials)

    assert (without_group.returncode, without_group.stdout) == (2, "")
    assert "GroupAuthorizationFailed" in without_group.stderr
    assert with_all.returncode == 0, with_all.stderr
    assert json.loads(with_all.stdout)["replayed"] == {"not_json": 1}
    assert PASSWORD not in without_group.stderr + with_all.stderr


def replay(newsroom: Newsroom, credentials: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
    """Run `rejected replay` as its own user."""
    secured = {name.replace("__", "."): value for name, value in credentials.items()}
    flags = newsroom.flags | secured | {"kafka.sasl_username": REPLAYING}
    given = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    program = [sys.executable, "-m", "streams.cli", "rejected", "replay", "--json", *given]
    return subprocess.run(program, capture_output=True, text=True, check=False, cwd=ROOT)
