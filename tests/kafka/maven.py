"""Apache Kafka's jars, fetched by Maven once and kept in build/, which `make clean` removes.

TEST_KAFKA_VERSION names another release than that of pom.xml. `python -m tests.kafka.maven` fetches, or exits 2 with
what is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

POM = Path(__file__).with_name("pom.xml")
BUILD = Path(__file__).parents[2] / "build"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
FETCH_SECONDS = 300
"""How long Maven may take: 3 s where its own cache has everything, half a minute for some 50 MB otherwise."""


class KafkaMissingError(Exception):
    """Apache Kafka cannot be had on this machine; the message says why."""


def fetched_jars() -> Path:
    """Return the folder of the jars that pom.xml names.

    Raises
    ------
    KafkaMissingError
        If Java or Maven is not installed, or Maven cannot reach its repository.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise KafkaMissingError(
                f"the tests on Apache Kafka need {program} (Java 17 or later, and Maven): install it"
            )
    version = os.environ.get("TEST_KAFKA_VERSION", "")
    jars = BUILD / f"kafka-{hashlib.sha256(POM.read_bytes() + version.encode()).hexdigest()[:12]}"
    if not jars.is_dir():
        _fetch(jars, [f"-Dkafka.version={version}"] if version else [])
    return jars


def _fetch(jars: Path, options: list[str]) -> None:
    """Fetch into a folder of this process first, so that what stands under the final name is whole."""
    unfinished = jars.with_name(f"{jars.name}.{os.getpid()}")
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(POM), f"{PLUGIN}:copy-dependencies"]
    try:
        done = subprocess.run(
            [*command, *options, f"-DoutputDirectory={unfinished}"],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise KafkaMissingError(f"Maven has not fetched Apache Kafka after {FETCH_SECONDS} s") from error
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        said = (done.stdout + done.stderr).strip().splitlines()
        raise KafkaMissingError(f"Maven cannot fetch Apache Kafka: {said[0] if said else 'it says nothing'}")
    if not jars.is_dir():
        unfinished.rename(jars)


def main() -> None:
    """Fetch the jars before the tests start, and exit 2 with one sentence where they cannot be had."""
    try:
        fetched_jars()
    except KafkaMissingError as error:
        print(error, file=sys.stderr)  # noqa: T201  # what the user of make reads
        sys.exit(2)


if __name__ == "__main__":
    main()
