"""What `copytaster doctor` looks at, one examination after the other; none of them ends the others."""

import importlib
import importlib.metadata
import socket
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from classifiers.errors import ClassifierError
from streams import __version__
from streams.cli.topics import problems_of, specs_of
from streams.errors import CopytasterError
from streams.settings import Settings

PYTHONS = ((3, 11), (3, 14))
"""The first and the last Python that the tests run on."""

CODECS = {"gzip": "zlib", "snappy": "snappy", "lz4": "lz4.frame", "zstd": "zstandard"}
"""The module by which kafka-python reads each codec of Kafka; aiokafka has all of them from cramjam."""

PACKAGES = ("faust-streaming", "aiokafka", "kafka-python", "scikit-learn", "skops", "msgspec", "trafilatura", "ftfy")


class Finding(NamedTuple):
    """One thing that was looked at, and what was found."""

    what: str
    sentence: str
    problem: bool = False


Examination = Callable[[Settings], Iterator[Finding]]


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what is found, in the order in which a worker needs it."""
    for what, examination in EXAMINATIONS.items():
        try:
            yield from examination(settings)
        except (CopytasterError, ClassifierError) as error:
            yield Finding(what, str(error), problem=True)


def _python(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    first, last = (".".join(map(str, each)) for each in PYTHONS)
    fits = PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]
    advice = "" if fits else f": install Copytaster under Python {first} to {last}"
    yield Finding("python", f"{version}, Copytaster {__version__}{advice}", problem=not fits)


def _packages(_: Settings) -> Iterator[Finding]:
    missing = [name for name in PACKAGES if _version(name) is None]
    if missing:
        yield Finding("packages", f"{', '.join(missing)} missing: run pip install copytaster again", problem=True)
    else:
        yield Finding("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES))


def _faust(_: Settings) -> Iterator[Finding]:
    from streams.worker.faust_adapter.app import assert_compiled

    assert_compiled()
    yield Finding("faust", "runs with its compiled parts")


def _codecs(_: Settings) -> Iterator[Finding]:
    missing = [codec for codec, module in {**CODECS, "all for the worker": "cramjam"}.items() if not _has(module)]
    if missing:
        sentence = f"cannot read batches compressed with {', '.join(missing)}: run pip install copytaster again"
        yield Finding("codecs", sentence, problem=True)
    else:
        yield Finding("codecs", f"reads {', '.join(CODECS)}")


def _models(settings: Settings) -> Iterator[Finding]:
    from streams.stages.pipeline import Pipeline

    release = Pipeline.load(settings).release
    for task, model in (("topic", release.models.topic), ("stance", release.models.stance)):
        yield Finding("models", f"{task}: {model.name} {model.version}, {model.digest}")
    yield Finding(
        "data", f"taxonomy {release.taxonomy[:19]}, targets {release.targets[:19]}, rules {release.rules[:19]}"
    )


def _port(settings: Settings) -> Iterator[Finding]:
    http = settings.http
    if not http.enabled:
        yield Finding("port", "metrics and health are turned off")
        return
    try:
        with socket.socket(socket.AF_INET6 if ":" in http.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((http.host, http.port))
    except OSError as error:
        sentence = (
            f"{http.host}:{http.port} cannot be listened on ({(error.strerror or str(error)).lower()}): "
            "end what uses it, or choose another with http.port"
        )
        yield Finding("port", sentence, problem=True)
    else:
        yield Finding("port", f"{http.host}:{http.port or '(any)'} is free for metrics and health")


def _broker(settings: Settings) -> Iterator[Finding]:
    from streams.brokers.cluster import Cluster

    with Cluster(settings) as cluster:
        yield Finding("broker", f"{settings.kafka.bootstrap_servers} answers")
        specs = specs_of(settings)
        sentences = problems_of(cluster, specs)
    for sentence in sentences:
        yield Finding("topics", sentence, problem=True)
    if not sentences:
        yield Finding("topics", f"all {len(specs)} are there and serve")


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _has(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


EXAMINATIONS: dict[str, Examination] = {
    "python": _python,
    "packages": _packages,
    "faust": _faust,
    "codecs": _codecs,
    "models": _models,
    "port": _port,
    "broker": _broker,
}
