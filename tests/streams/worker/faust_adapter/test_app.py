"""The Faust app: what is worked around, and what is set."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import faust
import pytest
from aiokafka.errors import MessageSizeTooLargeError, NotLeaderForPartitionError, RecordListTooLargeError
from faust.transport.drivers import aiokafka as driver

from streams.errors import OperatorError, SettingsError
from streams.settings import Settings, load
from streams.worker.faust_adapter.app import (
    FaustOutlet,
    assert_compiled,
    consumer_lag,
    create_app,
    credentials,
    is_finished,
    oldest_fetch_seconds,
)
from streams.worker.fetched import FetchedEvent

# A Faust app that is made and never started leaves its event loop and the loop's sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:unclosed event loop:ResourceWarning", "ignore:unclosed <socket:ResourceWarning"
)


class Listener:
    """Listens to the group and keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def on_assigned(self, partitions: int) -> None:
        """Keep the number."""
        self.told.append(f"assigned {partitions}")

    def on_revoked(self) -> None:
        """Keep that it was told."""
        self.told.append("revoked")


async def drop(_: Sequence[FetchedEvent]) -> None:
    """Do nothing with a batch."""


def with_app(settings: Settings, look: Callable[[faust.App], Awaitable[Any]]) -> Any:  # noqa: ANN401  # what a look sees
    """Return what a look at an app inside an event loop sees."""

    async def story() -> Any:  # noqa: ANN401
        return await look(create_app(settings, drop, Listener()))

    return asyncio.run(story())


def settings(**flags: object) -> Settings:
    """Return the default settings, changed by dotted names with two underscores for the dot."""
    return load(flags={name.replace("__", "."): value for name, value in flags.items()}, environment={})


@pytest.mark.parametrize(("read_committed", "level"), [(True, "read_committed"), (False, "read_uncommitted")])
def test_the_isolation_level_is_the_settings(*, read_committed: bool, level: str) -> None:
    """The client of the consumer gets the isolation level of the settings, which Faust itself would fix."""

    async def look(app: faust.App) -> object:
        consumer: Any = app.consumer
        thread = consumer._new_consumer_thread()
        client = thread._create_worker_consumer(app.transport)
        client._closed = True  # it was never started, so there is nothing to close
        return client._isolation_level

    assert with_app(settings(worker__read_committed=read_committed), look) == level


def test_the_recipe_is_followed() -> None:
    """Every setting that loses articles at another value has the value that does not."""

    async def look(app: faust.App) -> dict[str, Any]:
        names = (
            "producer_acks stream_wait_empty topic_disable_leader topic_allow_declare web_enabled "
            "table_standby_replicas consumer_auto_offset_reset processing_guarantee broker_commit_interval"
        )
        return {name: getattr(app.conf, name) for name in names.split()}

    assert with_app(settings(), look) == {
        "producer_acks": -1,
        "stream_wait_empty": True,
        "topic_disable_leader": True,
        "topic_allow_declare": False,
        "web_enabled": False,
        "table_standby_replicas": 0,
        "consumer_auto_offset_reset": "earliest",
        "processing_guarantee": faust.types.enums.ProcessingGuarantee.AT_LEAST_ONCE,
        "broker_commit_interval": 0.5,
    }


def test_one_agent_runs_once() -> None:
    """There is one agent, and it has one task: with more, Faust commits what is not processed."""

    async def look(app: faust.App) -> list[int]:
        return [agent.concurrency for agent in app.agents.values()]

    assert with_app(settings(), look) == [1]


def test_a_session_may_be_longer_than_a_request() -> None:
    """Faust's own time for a request follows the session, without which it refuses to start."""

    async def look(app: faust.App) -> bool:
        return app.conf.broker_request_timeout > app.conf.broker_session_timeout

    assert with_app(settings(kafka__request_timeout_seconds=5, worker__session_timeout_seconds=45), look)


def test_sizes_follow_the_limit() -> None:
    """One fetch takes the largest record with its envelope, and the producer refuses no size by itself."""

    async def look(app: faust.App) -> tuple[int, int]:
        return app.conf.consumer_max_fetch_size, app.conf.producer_max_request_size

    fetch_bytes, request_bytes = with_app(settings(limits__max_record_bytes=8_388_608), look)

    assert fetch_bytes == 8_388_608 + 65_536
    assert request_bytes > 64 * 1024 * 1024


def test_several_brokers_are_all_used() -> None:
    """Every bootstrap server of the settings reaches the client."""

    async def look(app: faust.App) -> list[int | None]:
        return [url.port for url in app.conf.broker]

    assert with_app(settings(kafka__bootstrap_servers="one:9092, two:9093"), look) == [9092, 9093]


def test_no_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app has no tables, so it writes no files: a worker runs on a read-only file system."""

    async def look(app: faust.App) -> None:
        await app.on_first_start()

    monkeypatch.chdir(tmp_path)
    with_app(settings(), look)

    assert list(tmp_path.iterdir()) == []


def test_faust_serves_nothing() -> None:
    """Faust's own web server is not started, not even by Faust's command, which turns it on in the configuration."""

    async def look(app: faust.App) -> list[object]:
        app.conf.web_enabled = True
        strategy: Any = app.boot_strategy
        return list(strategy.web_server())

    assert with_app(settings(), look) == []


def test_before_the_start_there_is_no_lag() -> None:
    """Metrics may be read while the consumer has not started, and then tell no lag."""

    async def look(app: faust.App) -> object:
        return consumer_lag(app)

    assert with_app(settings(), look) == {}


def test_a_rebalance_hides_the_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lag is what lies between commit and end; in a rebalance, when Faust has forgotten commits, there is none."""

    async def look(app: faust.App) -> list[object]:
        consumer: Any = app.consumer
        monkeypatch.setattr(consumer, "assignment", lambda: {faust.types.TP("raw", 3)})
        monkeypatch.setattr(consumer, "highwater", lambda _: 100)
        consumer._committed_offset[faust.types.TP("raw", 3)] = 90
        before = consumer_lag(app)
        app.on_rebalance_start()
        return [before, consumer_lag(app)]

    assert with_app(settings(), look) == [{3: 10}, {}]


def test_only_what_is_not_acknowledged_is_work() -> None:
    """A record that was committed elsewhere meanwhile is acknowledged in vain, and still no work that is left."""

    async def look(app: faust.App) -> list[float | None]:
        consumer: Any = app.consumer
        topics: Any = app.topics
        topics._acking_topics.add("raw")
        messages = [consumer_message(offset, fetched_at=100.0 + offset) for offset in (1, 2)]
        for message in messages:
            consumer._unacked_messages.add(message)
        consumer._committed_offset[messages[0].tp] = 2
        before = oldest_fetch_seconds(app)
        consumer.ack(messages[0])
        return [before, oldest_fetch_seconds(app)]

    assert with_app(settings(), look) == [101.0, 102.0]


@pytest.mark.parametrize("rebalancing", [False, True])
def test_a_record_that_cannot_be_handed_over_is_work(monkeypatch: pytest.MonkeyPatch, *, rebalancing: bool) -> None:
    """A record that was fetched and is not taken off the consumer's hands counts, but while the group rebalances."""

    async def look(app: faust.App) -> list[bool]:
        message = consumer_message(1, fetched_at=0.0)

        async def getmany(*_: object) -> AsyncIterator[tuple[object, object]]:
            yield message.tp, message

        monkeypatch.setattr(driver.Consumer, "getmany", getmany)
        fetched = cast("AsyncIterator[object]", app.consumer.getmany(1.0))
        before = oldest_fetch_seconds(app)
        await anext(fetched)
        app.rebalancing = rebalancing
        meanwhile = oldest_fetch_seconds(app)
        assert [each async for each in fetched] == []
        return [each is not None for each in (before, meanwhile, oldest_fetch_seconds(app))]

    assert with_app(settings(), look) == [False, not rebalancing, False]


def test_what_is_committed_is_finished() -> None:
    """A record is unfinished from when it is taken up until its commit."""

    async def look(app: faust.App) -> list[bool]:
        consumer = cast("driver.Consumer", app.consumer)
        message = consumer_message(7, fetched_at=0.0)
        found = [is_finished(app)]
        consumer._unacked_messages.add(message)
        found.append(is_finished(app))
        consumer._unacked_messages.discard(message)  # what Faust does when a topic that it reads is acknowledged
        consumer._acked[message.tp].append(message.offset)
        found.append(is_finished(app))
        consumer._committed_offset[message.tp] = 8
        return [*found, is_finished(app)]

    assert with_app(settings(), look) == [True, False, False, True]


def consumer_message(offset: int, fetched_at: float) -> faust.types.tuples.ConsumerMessage:
    """Return a record as Faust keeps it."""
    return faust.types.tuples.ConsumerMessage(
        "raw", 0, offset, 1.0, 0, None, None, b"news", None, time_in=fetched_at, tp=faust.types.TP("raw", 0)
    )


def test_a_rebalance_is_told_when_it_begins() -> None:
    """The listener hears of a rebalance at once, and not when the batch in flight is finished."""
    listener = Listener()

    async def story() -> None:
        create_app(settings(), drop, listener).on_rebalance_start()

    asyncio.run(story())

    assert listener.told == ["revoked"]


def test_a_build_without_compiled_parts_is_refused() -> None:
    """Faust's pure-Python build acknowledges stale events after a rebalance, so no app is made with it."""
    with pytest.raises(OperatorError, match="pip install"):
        assert_compiled(None)


def test_credentials_follow_the_settings() -> None:
    """User name, password and mechanism reach Faust, and the password shows nowhere."""
    flags = {
        "kafka__security_protocol": "SASL_SSL",
        "kafka__sasl_mechanism": "SCRAM-SHA-512",
        "kafka__sasl_username": "desk",
        "kafka__sasl_password": "secret",
    }

    found = credentials(settings(**flags).kafka)

    assert isinstance(found, faust.SASLCredentials)
    assert (found.username, found.password, found.mechanism.value) == ("desk", "secret", "SCRAM-SHA-512")
    assert found.protocol.value == "SASL_SSL"
    assert "secret" not in repr(found)


def test_a_password_comes_from_a_file(tmp_path: Path) -> None:
    """A password file is read without its final line break."""
    (tmp_path / "password").write_text("secret\n")
    flags = {
        "kafka__security_protocol": "SASL_PLAINTEXT",
        "kafka__sasl_username": "desk",
        "kafka__sasl_password_file": tmp_path / "password",
    }

    found = credentials(settings(**flags).kafka)

    assert isinstance(found, faust.SASLCredentials)
    assert found.password == "secret"  # noqa: S105  # a test's


def test_without_security_there_are_no_credentials() -> None:
    """A plain connection has no credentials."""
    assert credentials(settings().kafka) is None


def test_a_missing_certificate_is_the_operators_to_mend(tmp_path: Path) -> None:
    """A certificate file that is not there is an error that names the settings."""
    flags = {"kafka__security_protocol": "SSL", "kafka__ssl_ca_file": tmp_path / "absent.pem"}

    with pytest.raises(SettingsError, match="ssl_ca_file"):
        credentials(settings(**flags).kafka)


@pytest.mark.parametrize("refusal", [MessageSizeTooLargeError(), RecordListTooLargeError()])
def test_a_refused_size_is_known_however_it_comes(refusal: Exception) -> None:
    """A refused size is known as the broker says it and as Faust wraps it; another error is not taken for one."""
    wrapped = faust.exceptions.ProducerSendError("wrapped")
    wrapped.__cause__ = refusal

    async def look(app: faust.App) -> list[bool]:
        return [FaustOutlet(app).is_too_large(error) for error in (refusal, wrapped, NotLeaderForPartitionError())]

    assert with_app(settings(), look) == [True, True, False]
