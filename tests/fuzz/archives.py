"""Model files as somebody would make them who wants harm done: the first line says which part of one the bytes are."""

import contextlib
import io
import json
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from classifiers import model_archives, model_files, resources
from classifiers.digests import digest
from classifiers.errors import ClassifierError
from classifiers.model_files import Manifest
from classifiers.modelling.training.linear import LinearWeights
from classifiers.modelling.training.topic.pipeline import topic_pipeline
from classifiers.topic.classifier import LinearTopicClassifier
from classifiers.topic.taxonomy import Taxonomy

_NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
_LABELS = ("medtop:11000000", "medtop:15000000")
_MANIFEST, _SCHEMA, _ARCHIVE = b"manifest", b"schema", b"archive"


def check_model_file(content: bytes) -> None:
    """A topic model is loaded and answers, or is refused by an error that says so; nothing else comes of it."""
    part, _, rest = content.partition(b"\n")
    archive, _ = _seed_model()
    if part == _MANIFEST:
        _load(archive, rest)
    elif part == _SCHEMA:
        _load_agreeing(_with_schema(archive, rest))
    else:
        _load_agreeing(rest)


def seed_model_files() -> Iterator[bytes]:
    """Yield the manifest, the schema and the whole of a small model."""
    archive, encoded = _seed_model()
    yield b"\n".join([_MANIFEST, encoded])
    yield b"\n".join([_SCHEMA, _schema_of(archive)])
    yield b"\n".join([_ARCHIVE, archive])


def _load(archive: bytes, manifest: bytes) -> None:
    path = Path(_folder().name) / "topic.skops"
    path.write_bytes(archive)
    model_files.manifest_path(path).write_bytes(manifest)
    with contextlib.suppress(ClassifierError), warnings.catch_warnings(action="ignore"):
        LinearTopicClassifier.load(path, _NAMES, min_words=1).predict_one("The central bank, and the cup.")


def _load_agreeing(archive: bytes) -> None:
    """Load an archive beside a manifest that agrees with it, as an attacker would write it."""
    agreeing = msgspec.structs.replace(_manifest(), digest=digest(archive), bytes=len(archive))
    _load(archive, msgspec.json.encode(agreeing))


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return a folder that goes with the process."""
    return tempfile.TemporaryDirectory(prefix="copytaster-fuzz-")


@cache
def _seed_model() -> tuple[bytes, bytes]:
    """Return archive and manifest of a topic model that has learnt next to nothing."""
    weights = LinearWeights(np.array([[2.0, -2.0], [-2.0, 2.0]]), np.zeros(2))
    archive = model_archives.canonical_archive(topic_pipeline(["bank", "cup"], np.ones(2), weights, len(_LABELS)))
    described = msgspec.structs.replace(_manifest(), digest=digest(archive), bytes=len(archive))
    return archive, msgspec.json.encode(described)


def _manifest() -> Manifest:
    return Manifest(
        name="toy",
        kind="topic",
        version="1",
        labels=_LABELS,
        thresholds=dict.fromkeys(_LABELS, 0.5),
        data_sets=(),
        libraries=model_files.library_versions(),
        options={"seed": 1},
        rules=None,
        quality={},
    )


def _schema_of(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        return json.dumps(json.loads(members.read("schema.json"))).encode()


def _with_schema(archive: bytes, schema: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        content = {name: members.read(name) for name in members.namelist()}
    return model_archives.zip_members(content | {"schema.json": schema})
