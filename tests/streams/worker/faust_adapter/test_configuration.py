"""Faust's configuration follows the settings."""

from pathlib import Path
from typing import Any

import faust
import pytest

from streams.errors import SettingsError
from streams.worker.faust_adapter.configuration import credentials
from tests.streams.worker.faust_adapter.apps import UNSTARTED, settings, with_app

pytestmark = UNSTARTED


def test_safe_values_are_set() -> None:
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


def test_credentials_follow_the_settings() -> None:
    """User name, password and mechanism reach Faust, and the password is not printed."""
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


def test_a_missing_certificate_is_the_operators_error(tmp_path: Path) -> None:
    """A missing certificate file is an error that names the setting."""
    flags = {"kafka__security_protocol": "SSL", "kafka__ssl_ca_file": tmp_path / "absent.pem"}

    with pytest.raises(SettingsError, match="ssl_ca_file"):
        credentials(settings(**flags).kafka)
