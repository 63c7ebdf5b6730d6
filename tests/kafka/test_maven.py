"""Fetching Apache Kafka, and saying why it cannot be had."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from tests.kafka import maven
from tests.kafka.maven import POM, KafkaMissingError, fetched_jars

ROOT = Path(__file__).parents[2]


def test_the_version_is_that_of_the_stack() -> None:
    """The tests run on the version of Apache Kafka that the Compose stack names."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    version = ET.parse(POM).getroot().findtext(".//{*}kafka.version")  # noqa: S314  # our own file

    assert compose["services"]["kafka"]["image"] == f"apache/kafka:{version}"


def test_jars_are_fetched_once(kafka_jars: Path) -> None:
    """Jars that are there are not fetched again."""
    assert fetched_jars() == kafka_jars
    assert list(kafka_jars.glob("kafka_2.13-*.jar"))


def test_a_machine_without_maven_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a program is missing, the message names it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(KafkaMissingError, match="java"):
        fetched_jars()


def test_a_repository_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where Maven cannot reach its repository, the message says what Maven says, and nothing unfinished is left."""
    for program in ("java", "mvn"):
        path = tmp_path / program
        path.write_text("#!/bin/sh\necho '[ERROR] Could not transfer artifact'\nexit 1\n", encoding="utf-8")
        path.chmod(0o755)
    monkeypatch.setattr(maven, "BUILD", tmp_path / "build")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(KafkaMissingError, match="Could not transfer artifact"):
        fetched_jars()

    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "tests.kafka.maven"],
        ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-cov", f"{__file__}::test_jars_are_fetched_once"],
    ],
    ids=["before the tests", "a test alone"],
)
def test_without_kafka_nothing_is_skipped(command: list[str], tmp_path: Path) -> None:
    """Where Java is missing, `make test-kafka` ends before the first test, and a test alone fails; both say why."""
    variables = {**os.environ, "PATH": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, cwd=ROOT, env=variables, check=False
    )

    assert done.returncode == (2 if "tests.kafka.maven" in command else 1)
    assert "need java (Java 17 or later, and Maven): install it" in done.stdout + done.stderr


def test_another_release_is_asked_of_maven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """TEST_KAFKA_VERSION reaches Maven, and what it fetches is kept apart from the release of the stack."""
    for program in ("java", "mvn"):
        path = tmp_path / program
        path.write_text('#!/bin/sh\nfor last; do :; done\nmkdir -p "${last#*=}"\necho "$*" >"${last#*=}/asked"\n')
        path.chmod(0o755)
    monkeypatch.setattr(maven, "BUILD", tmp_path / "build")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.defpath}")

    ours = fetched_jars()
    monkeypatch.setenv("TEST_KAFKA_VERSION", "3.9.1")
    other = fetched_jars()

    assert ours != other
    assert "-Dkafka.version" not in (ours / "asked").read_text()
    assert "-Dkafka.version=3.9.1" in (other / "asked").read_text()
