"""The skops archive of a model: canonical bytes, and loading restricted to data.

An archive is canonical: the same estimator always gives the same bytes, so that a digest identifies a model. Loading is
a trust decision: an archive may contain only data of the types listed here, written by this minor version of
scikit-learn. No code in a model file is ever executed.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from classifiers.errors import ModelError, ModelIncompatibleError, ModelUntrustedError

TRUSTED_TYPES: Final = (
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)
"""Types that may be loaded beyond those that skops itself trusts (scikit-learn's public estimators, NumPy, SciPy,
containers). Both contain fitted numbers and no reference to a callable."""

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
"""Node kinds of skops that contain data. The other kinds (functions, methods, partials, reduce) reference code to call;
the known vulnerabilities of skops (CVE-2025-54412, CVE-2025-54413) were in those, and no model here needs them."""

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time stamp that the zip format supports, used for every member."""

_SCHEMA: Final = "schema.json"


def canonical_archive(estimator: object) -> bytes:
    """Return a skops archive whose bytes depend on the estimator alone.

    skops names arrays and marks shared objects by their memory address, and zip stores each member's time of writing.
    Here objects are numbered in schema order, and all time stamps are the same.
    """
    from skops import io as skops_io  # noqa: PLC0415  # importing it imports all of scikit-learn, over a second

    with zipfile.ZipFile(io.BytesIO(skops_io.dumps(estimator))) as raw:
        schema = json.loads(raw.read(_SCHEMA))
        members = {name: raw.read(old) for old, name in _renumber(schema).items()}
    members[_SCHEMA] = json.dumps(schema, separators=(",", ":")).encode()
    return zip_members(members)


def _renumber(schema: dict[str, Any]) -> dict[str, str]:
    """Renumber the objects of a schema in place, in order of appearance; return new array file names by old ones."""
    numbers: dict[int, int] = {}
    files: dict[str, str] = {}
    for node in _nodes(schema):
        if node.get("is_json"):
            # Whether two equal constants share an object depends on the interpreter, so it is left out.
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
    """Yield the scikit-learn version stored with each estimator of a skops schema."""
    if isinstance(part, dict):
        if "_sklearn_version" in part:
            yield str(json.loads(part["_sklearn_version"]["content"]))
        for child in part.values():
            yield from _versions(child)
    elif isinstance(part, list):
        for child in part:
            yield from _versions(child)


def zip_members(members: dict[str, bytes]) -> bytes:
    """Return a zip archive of members, sorted by name, whose bytes depend on nothing else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(members.items()):
            member = zipfile.ZipInfo(name, date_time=_EPOCH)
            member.create_system = 3  # Unix, whatever the machine
            archive.writestr(member, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=6)
    return buffer.getvalue()


def load_archive(path: Path, archive: bytes) -> object:
    """Return the estimator of an archive.

    Parameters
    ----------
    path
        The file that the archive was read from, for messages.
    archive
        Its content.

    Raises
    ------
    ModelIncompatibleError
        An estimator was written by another minor version of scikit-learn.
    ModelUntrustedError
        The content is not a skops archive, or contains a type that is not trusted.
    """
    from skops import io as skops_io  # noqa: PLC0415  # importing it imports all of scikit-learn, over a second

    try:
        _check_schema(path, archive)
        return skops_io.loads(archive, trusted=list(TRUSTED_TYPES))
    except ModelError:
        raise
    except Exception as error:  # skops raises whatever a malformed archive provokes in NumPy, zipfile or json
        raise ModelUntrustedError(
            f"model file {str(path)!r} cannot be loaded as a skops archive "
            f"({type(error).__name__}: {str(error)[:200]}): use a model written by 'copytaster train'"
        ) from error


def _check_schema(path: Path, archive: bytes) -> None:
    """Check that an archive contains only data, written by this minor version of scikit-learn.

    Every estimator stores its scikit-learn version; skops itself only warns where it differs from the installed one.
    """
    from skops import io as skops_io  # noqa: PLC0415  # as above

    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        schema = json.loads(members.read(_SCHEMA))
    for written_by in sorted(set(_versions(schema))):
        check_version(path, written_by)
    named = {str(node["__loader__"]) for node in _nodes(schema)} - DATA_NODES
    untrusted = sorted(named) or [
        name for name in skops_io.get_untrusted_types(data=archive) if name not in TRUSTED_TYPES
    ]
    if untrusted:
        raise ModelUntrustedError(
            f"model file {str(path)!r} contains {', '.join(untrusted)!r}, which may not be loaded: "
            "use a model written by 'copytaster train'",
            types=untrusted,
        )


def check_version(path: Path, written_by: str) -> None:
    """Check that a model was written by the installed minor version of scikit-learn.

    Raises
    ------
    ModelIncompatibleError
        It was written by another one.
    """
    installed = version("scikit-learn")
    if _minor(written_by) != _minor(installed):
        raise ModelIncompatibleError(
            f"model file {str(path)!r} was written by scikit-learn {written_by}, but {installed} is installed: install "
            f"scikit-learn {_minor(written_by)} or retrain with 'copytaster train'"
        )


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])
