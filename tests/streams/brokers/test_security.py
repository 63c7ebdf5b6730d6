"""Tests of the security of connections."""

import subprocess
from pathlib import Path

import pytest

from streams.brokers.security import ssl_context
from streams.errors import SettingsError
from streams.settings.schema import KafkaSettings
from tests.kafka.secured import certificate_for


def test_an_encrypted_key_is_refused_without_a_question(tmp_path: Path) -> None:
    """An encrypted key is an error that says how to remove its pass phrase; OpenSSL does not ask for it."""
    certificate = certificate_for("127.0.0.1", tmp_path)
    key, encrypted = certificate.with_name("key.pem"), tmp_path / "encrypted.pem"
    command = ["openssl", "pkey", "-aes256", "-passout", "pass:secret", "-in", str(key), "-out", str(encrypted)]
    subprocess.run(command, check=True, capture_output=True)
    kafka = KafkaSettings(security_protocol="SSL", ssl_certificate_file=certificate, ssl_key_file=encrypted)

    with pytest.raises(SettingsError, match=r"kafka\.ssl_key_file is encrypted.*openssl pkey"):
        ssl_context(kafka)
