"""A model on disk: a skops archive and, beside it, the manifest that says what it is.

`topic.skops` has its manifest in `topic.json`. The archive is canonical: the same estimator always gives the same
bytes, so that a digest names a model. Loading is a trust decision: the bytes are read once, they must be those that the
manifest describes, and the archive may hold nothing but data of the types listed here. No code of a model file is ever
run. The digest in the manifest guards against damage and mix-ups; whoever can replace both files can replace the model.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec

from classifiers.digests import digest
from classifiers.errors import (
    ModelAlteredError,
    ModelError,
    ModelIncompatibleError,
    ModelMissingError,
    ModelUntrustedError,
)

TRUSTED_TYPES: Final = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)
"""What may be loaded beyond the types that skops itself trusts (scikit-learn's public estimators, NumPy, SciPy,
containers). Both hold fitted numbers and nothing that is called by name."""

DATA_NODES: Final = frozenset(
    {
        "DTypeNode",
        "DictNode",
        "JsonNode",
        "ListNode",
        "NdArrayNode",
        "ObjectNode",
        "RandomStateNode",
        "SetNode",
        "SliceNode",
        "SparseMatrixNode",
        "TupleNode",
        "TypeNode",
    }
)
"""The kinds of node that hold data. The other kinds of skops (functions, methods, partials, reduce) name code to call;
the faults found in skops so far (CVE-2025-54412, CVE-2025-54413) were in those, and no model of ours needs them."""

LIBRARIES: Final = ("numpy", "scikit-learn", "scipy", "skops")

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can hold: the same for every archive."""

_SCHEMA: Final = "schema.json"


class DataSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source that a model learnt from: rows used, and the SHA-256 of the file that held them."""

    name: str
    source: str
    licence: str
    rows: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model is, what made it, and how good it was found to be.

    `thresholds` are probabilities by label; `quality` is measure by data set, such as
    `{"wiki_current_events/dev": {"accuracy": 0.81}}`; `rules` is the digest of the cleaning rules of the training text.
    `lead` of a topic model makes the main topic's probability of the two best margins: two slopes and a shift.
    `digest` and `bytes` describe the archive and are filled in by `save`.
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
    """Return the versions of the libraries that decide what a model file holds."""
    return {name: version(name) for name in LIBRARIES}


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a model lies.

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
        Anything that skops can store without naming code: scikit-learn estimators, arrays, dicts, lists.
    """
    archive = canonical_archive(estimator)
    described = msgspec.structs.replace(manifest, digest=digest(archive), bytes=len(archive))
    path.write_bytes(archive)
    manifest_path(path).write_bytes(
        msgspec.json.format(msgspec.json.encode(described, order="sorted"), indent=2) + b"\n"
    )
    return described


def load(path: Path, *, kind: str) -> LoadedModel:
    """Return the model of a file, after every check.

    Parameters
    ----------
    path
        The archive; its manifest lies beside it under the same name with the suffix `.json`.
    kind
        What the model must be for: `topic` or `stance`.

    Raises
    ------
    ModelMissingError
        The archive or its manifest is not there.
    ModelAlteredError
        The manifest cannot be read or contradicts itself, or the archive is not the one that it describes.
    ModelIncompatibleError
        The model is for something else, or was made by another minor version of scikit-learn, be it in its manifest's
        words or its own.
    ModelUntrustedError
        The archive is no skops archive, or holds a type that is not on the list.
    """
    archive, encoded = _read(path), _read(manifest_path(path))
    manifest = _decode_manifest(manifest_path(path), encoded)
    _check_manifest(path, manifest, kind)
    if (len(archive), digest(archive)) != (manifest.bytes, manifest.digest):
        raise ModelAlteredError(
            f"model file {str(path)!r} is not the one that its manifest describes: "
            "copy both files again from where they were made, or train anew"
        )
    return LoadedModel(_load_archive(path, archive), manifest)


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a model file, which is not opened itself.

    Raises
    ------
    ModelMissingError
        There is no manifest beside the file.
    ModelAlteredError
        It cannot be read.
    """
    return _decode_manifest(manifest_path(path), _read(manifest_path(path)))


def canonical_archive(estimator: object) -> bytes:
    """Return a skops archive whose bytes depend on nothing but the estimator.

    skops names arrays and marks shared objects by their address in memory, and zip stamps each member with the time.
    Here objects are numbered in the order in which the schema names them, and all times are the same.
    """
    from skops import io as skops_io  # noqa: PLC0415  # importing it imports all of scikit-learn, over a second

    with zipfile.ZipFile(io.BytesIO(skops_io.dumps(estimator))) as raw:
        schema = json.loads(raw.read(_SCHEMA))
        members = {name: raw.read(old) for old, name in _renumber(schema).items()}
    members[_SCHEMA] = json.dumps(schema, separators=(",", ":")).encode()
    return _zip(members)


def _renumber(schema: dict[str, Any]) -> dict[str, str]:
    """Give the objects of a schema, in place, numbers in order of appearance; return new array file names by old."""
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    for node in _nodes(schema):
        if node.get("is_json"):
            # Whether two equal constants are one object is the interpreter's choice, so it must not show.
            node.pop("__id__", None)
        elif "__id__" in node:
            node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
        if "file" in node:
            node["file"] = files.setdefault(node["file"], f"{len(files):04d}{Path(node['file']).suffix}")
    return files


def _nodes(part: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # parsed JSON
    """Yield every node of a skops schema, parents first."""
    if isinstance(part, dict):
        if "__loader__" in part:
            yield part
        for child in part.values():
            yield from _nodes(child)
    elif isinstance(part, list):
        for child in part:
            yield from _nodes(child)


def _versions(part: Any) -> Iterator[str]:  # noqa: ANN401  # parsed JSON
    """Yield the version of scikit-learn that each estimator of a skops schema was made by."""
    if isinstance(part, dict):
        if "_sklearn_version" in part:
            yield str(json.loads(part["_sklearn_version"]["content"]))
        for child in part.values():
            yield from _versions(child)
    elif isinstance(part, list):
        for child in part:
            yield from _versions(child)


def _zip(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(members.items()):
            member = zipfile.ZipInfo(name, date_time=_EPOCH)
            member.create_system = 3  # Unix, whatever the machine
            archive.writestr(member, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=6)
    return buffer.getvalue()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelMissingError(
            f"model file {str(path)!r} cannot be read ({error.strerror}): give the path of a .skops file that has its "
            "manifest, of the same name with the suffix .json, beside it"
        ) from error


def _decode_manifest(path: Path, encoded: bytes) -> Manifest:
    try:
        return msgspec.json.decode(encoded, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelAlteredError(
            f"model manifest {str(path)!r} cannot be read ({error}): copy both files again from where they were made, "
            "or train anew"
        ) from error


def _check_manifest(path: Path, manifest: Manifest, kind: str) -> None:
    if manifest.kind != kind:
        raise ModelIncompatibleError(
            f"model file {str(path)!r} is a {manifest.kind!r} model where a {kind!r} model is needed: give another file"
        )
    _check_version(path, manifest.libraries.get("scikit-learn", "none stated"))
    if len(set(manifest.labels)) < len(manifest.labels):
        raise ModelAlteredError(
            f"model manifest {str(path)!r} names a label twice: copy both files again from where they were made, or "
            "train anew"
        )
    if odd := sorted(name for name, threshold in manifest.thresholds.items() if not 0 <= threshold <= 1):
        raise ModelAlteredError(
            f"model manifest {str(path)!r} has thresholds that are no probabilities, for {', '.join(map(repr, odd))}: "
            "copy both files again from where they were made, or train anew"
        )


def _check_version(path: Path, made_by: str) -> None:
    here = version("scikit-learn")
    if _minor(made_by) != _minor(here):
        raise ModelIncompatibleError(
            f"model file {str(path)!r} was made by scikit-learn {made_by} and this is {here}: install "
            f"scikit-learn {_minor(made_by)} or train anew with 'copytaster train'"
        )


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def _load_archive(path: Path, archive: bytes) -> object:
    from skops import io as skops_io  # noqa: PLC0415  # importing it imports all of scikit-learn, over a second

    try:
        _check_schema(path, archive)
        return skops_io.loads(archive, trusted=list(TRUSTED_TYPES))
    except ModelError:
        raise
    except Exception as error:  # skops raises whatever a malformed archive provokes in NumPy, zipfile or json
        raise ModelUntrustedError(
            f"model file {str(path)!r} is no skops archive that may be loaded "
            f"({type(error).__name__}: {str(error)[:200]}): use a model made by 'copytaster train'"
        ) from error


def _check_schema(path: Path, archive: bytes) -> None:
    """Make sure that an archive holds nothing but data, of this minor version of scikit-learn, whatever is said.

    Every estimator has the version that made it in its state; another one would be loaded with no more than a warning.
    """
    from skops import io as skops_io  # noqa: PLC0415  # as above

    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        schema = json.loads(members.read(_SCHEMA))
    for made_by in sorted(set(_versions(schema))):
        _check_version(path, made_by)
    named = {str(node["__loader__"]) for node in _nodes(schema)} - DATA_NODES
    untrusted = sorted(named) or [
        name for name in skops_io.get_untrusted_types(data=archive) if name not in TRUSTED_TYPES
    ]
    if untrusted:
        raise ModelUntrustedError(
            f"model file {str(path)!r} holds {', '.join(untrusted)!r}, which may not be loaded: "
            "use a model made by 'copytaster train'"
        )
