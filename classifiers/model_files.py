"""Model files: a skops archive and its manifest, saved and loaded together.

`topic.skops` has its manifest in `topic.json`. On loading, the archive is read once, its size and digest must match the
manifest, and its content is checked by `model_archives`. The digest guards against damage and mix-ups, not against an
attacker: whoever can replace both files can replace the model.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers.digests import digest
from classifiers.errors import ModelAlteredError, ModelIncompatibleError, ModelMissingError
from classifiers.model_archives import canonical_archive, check_version, load_archive

LIBRARIES: Final = ("numpy", "scikit-learn", "scipy", "skops")


class DataSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source of training data: the rows used, and the SHA-256 of the file that contained them."""

    name: str
    source: str
    licence: str
    rows: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Manifest of a model: its identity, its training data and options, and its measured quality.

    `thresholds` are minimum probabilities by label; `quality` is measure by data set, such as
    `{"wiki_current_events/dev": {"accuracy": 0.81}}`; `rules` is the digest of the cleaning rules applied to the
    training texts. `lead` of a topic model calibrates the main topic's probability on the two highest margins: two
    slopes and an intercept. `digest` and `bytes` describe the archive and are filled in by `save`.
    """

    name: str
    kind: str
    version: str
    labels: tuple[str, ...]
    thresholds: dict[str, float]
    data_sets: tuple[DataSet, ...]
    libraries: dict[str, str]
    options: dict[str, bool | int | float | str | None]
    rules: str | None
    quality: dict[str, dict[str, float]]
    notes: tuple[str, ...] = ()
    lead: tuple[float, float, float] | None = None
    digest: str = ""
    bytes: int = 0


class LoadedModel(msgspec.Struct, frozen=True):
    """A fitted estimator and its manifest."""

    estimator: Any
    manifest: Manifest


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that determine the content of a model file."""
    return {name: version(name) for name in LIBRARIES}


def manifest_path(path: Path) -> Path:
    """Return the path of a model's manifest.

    >>> manifest_path(Path("models/topic.skops")).name
    'topic.json'
    """
    return path.with_suffix(".json")


def save(path: Path, estimator: object, manifest: Manifest) -> Manifest:
    """Write the model and its manifest, and return the manifest with the digest and size of the archive.

    Parameters
    ----------
    path
        The archive, with the suffix `.skops`; its folder must exist.
    estimator
        Anything that skops can store without a reference to code: scikit-learn estimators, arrays, dicts, lists.
    """
    archive = canonical_archive(estimator)
    described = msgspec.structs.replace(manifest, digest=digest(archive), bytes=len(archive))
    path.write_bytes(archive)
    manifest_path(path).write_bytes(
        msgspec.json.format(msgspec.json.encode(described, order="sorted"), indent=2) + b"\n"
    )
    return described


def load(path: Path, *, kind: str) -> LoadedModel:
    """Return the model of a file, after all checks.

    Parameters
    ----------
    path
        The archive; its manifest is the file of the same name with the suffix `.json`.
    kind
        The required kind of model: `topic` or `stance`.

    Raises
    ------
    ModelMissingError
        The archive or its manifest does not exist.
    ModelAlteredError
        The manifest is unreadable or inconsistent, or the archive does not match it.
    ModelIncompatibleError
        The model is of another kind, or its manifest or its archive names another minor version of scikit-learn.
    ModelUntrustedError
        The file is not a skops archive, or contains a type that is not trusted.
    """
    archive, encoded = _read(path), _read(manifest_path(path))
    manifest = _decode_manifest(manifest_path(path), encoded)
    _check_manifest(path, manifest, kind)
    if (len(archive), digest(archive)) != (manifest.bytes, manifest.digest):
        raise ModelAlteredError(
            f"model file {str(path)!r} does not match its manifest: copy both files again from their source, or retrain"
        )
    return LoadedModel(load_archive(path, archive), manifest)


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a model file without opening the archive.

    Raises
    ------
    ModelMissingError
        The file has no manifest.
    ModelAlteredError
        The manifest cannot be decoded.
    """
    return _decode_manifest(manifest_path(path), _read(manifest_path(path)))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelMissingError(
            f"model file {str(path)!r} cannot be read ({error.strerror}): give the path of a .skops file with its "
            "manifest, a file of the same name with the suffix .json, in the same folder"
        ) from error


def _decode_manifest(path: Path, encoded: bytes) -> Manifest:
    try:
        return msgspec.json.decode(encoded, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelAlteredError(
            f"model manifest {str(path)!r} cannot be decoded ({error}): copy both files again from their source, "
            "or retrain"
        ) from error


def _check_manifest(path: Path, manifest: Manifest, kind: str) -> None:
    if manifest.kind != kind:
        raise ModelIncompatibleError(
            f"model file {str(path)!r} is a {manifest.kind!r} model where a {kind!r} model is needed: give another file"
        )
    check_version(path, manifest.libraries.get("scikit-learn", "none stated"))
    if len(set(manifest.labels)) < len(manifest.labels):
        raise ModelAlteredError(
            f"model manifest {str(path)!r} lists a label twice: copy both files again from their source, or retrain"
        )
    if odd := sorted(name for name, threshold in manifest.thresholds.items() if not 0 <= threshold <= 1):
        raise ModelAlteredError(
            f"model manifest {str(path)!r} has thresholds outside [0, 1] for {', '.join(map(repr, odd))}: copy both "
            "files again from their source, or retrain"
        )
