"""A model file is loaded only if it is complete, unaltered and compatible."""

import pickle
from pathlib import Path

import msgspec
import numpy as np
import pytest

from classifiers import model_files
from classifiers.digests import digest
from classifiers.errors import (
    ModelAlteredError,
    ModelError,
    ModelIncompatibleError,
    ModelMissingError,
    ModelUntrustedError,
)
from classifiers.model_archives import canonical_archive
from classifiers.model_files import Manifest
from tests.classifiers.pipelines import fitted_pipeline


def manifest(**changes: object) -> Manifest:
    """Return the manifest of a topic model, with some fields changed."""
    plain = Manifest(
        name="toy",
        kind="topic",
        version="1",
        labels=("sport", "economy"),
        thresholds={},
        data_sets=(),
        libraries=model_files.library_versions(),
        options={"seed": 1},
        rules=None,
        quality={},
    )
    return msgspec.structs.replace(plain, **changes)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return the path of a model that was saved."""
    path = tmp_path / "topic.skops"
    model_files.save(path, fitted_pipeline(), manifest())
    return path


def rewrite(path: Path, archive: bytes, **changes: object) -> None:
    """Replace an archive and make its manifest agree with it, as an attacker would."""
    described = manifest(digest=digest(archive), bytes=len(archive))
    path.write_bytes(archive)
    model_files.manifest_path(path).write_bytes(msgspec.json.encode(msgspec.structs.replace(described, **changes)))


def test_loaded_model_predicts_like_the_saved_one(saved: Path) -> None:
    """A loaded model has the same probabilities and the same manifest as the saved one."""
    model = model_files.load(saved, kind="topic")

    texts = ["the bank", "a final"]
    assert model.manifest.digest.startswith("sha256:")
    np.testing.assert_array_equal(model.estimator.predict_proba(texts), fitted_pipeline().predict_proba(texts))


def test_loading_and_saving_again_gives_same_bytes(saved: Path) -> None:
    """The archive of a loaded model is equal to the one that it was loaded from."""
    again = model_files.load(saved, kind="topic").estimator

    assert canonical_archive(again) == saved.read_bytes()


@pytest.mark.parametrize("suffix", [".skops", ".json"])
def test_missing_file_is_rejected(saved: Path, suffix: str) -> None:
    """A model without its archive or its manifest is reported by the path of the missing file."""
    missing = saved.with_suffix(suffix)
    missing.unlink()

    with pytest.raises(ModelMissingError) as caught:
        model_files.load(saved, kind="topic")

    assert str(missing) in str(caught.value)


def test_altered_byte_is_rejected(saved: Path) -> None:
    """A model with one changed byte is rejected as altered."""
    archive = bytearray(saved.read_bytes())
    archive[len(archive) // 2] ^= 1
    saved.write_bytes(archive)

    with pytest.raises(ModelAlteredError):
        model_files.load(saved, kind="topic")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"kind": "stance"}, ModelIncompatibleError, id="kind"),
        pytest.param({"digest": "sha256:" + "0" * 64}, ModelAlteredError, id="digest"),
        pytest.param({"bytes": 1}, ModelAlteredError, id="size"),
        pytest.param({"libraries": {"scikit-learn": "1.0.2"}}, ModelIncompatibleError, id="older scikit-learn"),
        pytest.param({"libraries": {}}, ModelIncompatibleError, id="no scikit-learn"),
        pytest.param({"labels": ("sport", "sport")}, ModelAlteredError, id="a label twice"),
        pytest.param({"thresholds": {"sport": 1.5}}, ModelAlteredError, id="threshold above one"),
        pytest.param({"thresholds": {"sport": -0.1}}, ModelAlteredError, id="threshold below zero"),
    ],
)
def test_false_manifest_is_rejected(saved: Path, changes: dict[str, object], error: type[ModelError]) -> None:
    """A manifest must state the kind, digest, size and libraries correctly, and be consistent."""
    rewrite(saved, saved.read_bytes(), **changes)

    with pytest.raises(error):
        model_files.load(saved, kind="topic")


@pytest.mark.parametrize("encoded", [b"", b"{", b"[]", b'{"name": 1}', b"\xff", b"[" * 100_000])
def test_unreadable_manifest_is_rejected(saved: Path, encoded: bytes) -> None:
    """A model whose manifest cannot be decoded is rejected as altered, by the path of the manifest."""
    model_files.manifest_path(saved).write_bytes(encoded)

    with pytest.raises(ModelAlteredError) as caught:
        model_files.load(saved, kind="topic")

    assert str(model_files.manifest_path(saved)) in str(caught.value)


@pytest.mark.parametrize("place", range(8))
def test_a_byte_altered_anywhere_is_rejected(saved: Path, place: int) -> None:
    """The digest covers header, members and directory of an archive."""
    archive = bytearray(saved.read_bytes())
    archive[len(archive) * place // 8] ^= 0x80
    saved.write_bytes(archive)

    with pytest.raises(ModelAlteredError):
        model_files.load(saved, kind="topic")


def test_an_archive_that_was_cut_short_is_rejected(saved: Path) -> None:
    """A truncated archive and one with an additional byte are rejected as altered."""
    archive = saved.read_bytes()
    for other in (archive[:-1], archive + b"\0", b""):
        saved.write_bytes(other)
        with pytest.raises(ModelAlteredError):
            model_files.load(saved, kind="topic")


class SideEffect:
    """An object that creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["topic.skops", "topic.pkl"])
def test_a_pickle_is_never_executed(saved: Path, tmp_path: Path, name: str) -> None:
    """A pickle is rejected without being executed, whatever the name of the file."""
    path = saved.rename(saved.with_name(name))
    rewrite(path, pickle.dumps(SideEffect(tmp_path / "done")))

    with pytest.raises(ModelUntrustedError):
        model_files.load(path, kind="topic")

    assert not (tmp_path / "done").exists()
