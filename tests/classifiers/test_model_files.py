"""A model file is canonical, complete, unaltered and made of data only, or it is not loaded."""

import functools
import io
import operator
import pickle
import zipfile
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import pytest
import skops.io
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from classifiers import model_files
from classifiers.digests import digest
from classifiers.errors import (
    ModelAlteredError,
    ModelError,
    ModelIncompatibleError,
    ModelMissingError,
    ModelUntrustedError,
)
from classifiers.model_files import Manifest


def fitted_pipeline() -> Pipeline:
    """Return a small pipeline fitted anew, so that nothing but its numbers is shared with the last one."""
    texts = ["the cup final", "the central bank", "final whistle", "bank rates"]
    vectorizer = CountVectorizer(vocabulary=np.array(["bank", "cup", "final", "rates"]))
    return Pipeline([("counts", vectorizer), ("linear", LogisticRegression())]).fit(texts, [1, 0, 1, 0])


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
    """A model comes back with the same probabilities and the manifest that it was saved with."""
    model = model_files.load(saved, kind="topic")

    texts = ["the bank", "a final"]
    assert model.manifest.digest.startswith("sha256:")
    np.testing.assert_array_equal(model.estimator.predict_proba(texts), fitted_pipeline().predict_proba(texts))


def test_same_estimator_gives_same_bytes() -> None:
    """Two archives of estimators that were fitted alike are byte-identical."""
    assert model_files.canonical_archive(fitted_pipeline()) == model_files.canonical_archive(fitted_pipeline())


def test_loading_and_saving_again_gives_same_bytes(saved: Path) -> None:
    """An archive of a loaded model is the archive that it was loaded from."""
    again = model_files.load(saved, kind="topic").estimator

    assert model_files.canonical_archive(again) == saved.read_bytes()


def test_shared_arrays_stay_shared() -> None:
    """An array that stands twice in an estimator is stored once."""
    array = np.arange(1000)

    archive = model_files.canonical_archive({"one": array, "two": array})

    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        assert members.namelist() == ["0000.npy", "schema.json"]


@pytest.mark.parametrize("suffix", [".skops", ".json"])
def test_missing_file_is_refused(saved: Path, suffix: str) -> None:
    """A model without its archive or its manifest is missing."""
    saved.with_suffix(suffix).unlink()

    with pytest.raises(ModelMissingError, match="cannot be read"):
        model_files.load(saved, kind="topic")


def test_altered_byte_is_refused(saved: Path) -> None:
    """One changed byte anywhere makes a model altered."""
    archive = bytearray(saved.read_bytes())
    archive[len(archive) // 2] ^= 1
    saved.write_bytes(archive)

    with pytest.raises(ModelAlteredError, match="not the one that its manifest describes"):
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
def test_manifest_that_lies_is_refused(saved: Path, changes: dict[str, object], error: type[ModelError]) -> None:
    """A manifest must tell the truth about kind, digest, size and libraries, and not contradict itself."""
    rewrite(saved, saved.read_bytes(), **changes)

    with pytest.raises(error):
        model_files.load(saved, kind="topic")


@pytest.mark.parametrize("encoded", [b"", b"{", b"[]", b'{"name": 1}', b"\xff", b"[" * 100_000])
def test_unreadable_manifest_is_refused(saved: Path, encoded: bytes) -> None:
    """A manifest that is no manifest makes a model altered."""
    model_files.manifest_path(saved).write_bytes(encoded)

    with pytest.raises(ModelAlteredError, match="cannot be read"):
        model_files.load(saved, kind="topic")


@pytest.mark.parametrize("made_by", ["1.8.0", "1.10.0", "2.0"])
def test_estimators_of_another_scikit_learn_are_refused(saved: Path, made_by: str) -> None:
    """A manifest may say what it likes: the version in the archive counts as well."""
    here = version("scikit-learn")
    with zipfile.ZipFile(saved) as members:
        content = {name: members.read(name) for name in members.namelist()}
    assert here.encode() in content["schema.json"]
    content["schema.json"] = content["schema.json"].replace(here.encode(), made_by.encode())
    rewrite(saved, model_files._zip(content))

    with pytest.raises(ModelIncompatibleError, match=rf"made by scikit-learn {made_by} and this is {here}"):
        model_files.load(saved, kind="topic")


@pytest.mark.parametrize("place", range(8))
def test_a_byte_altered_anywhere_is_refused(saved: Path, place: int) -> None:
    """Head, members and directory of an archive are all covered by the digest, and so is its length."""
    archive = bytearray(saved.read_bytes())
    archive[len(archive) * place // 8] ^= 0x80
    saved.write_bytes(archive)

    with pytest.raises(ModelAlteredError):
        model_files.load(saved, kind="topic")


def test_an_archive_that_was_cut_short_is_refused(saved: Path) -> None:
    """A copy that broke off, or got a byte more, is told apart."""
    archive = saved.read_bytes()
    for other in (archive[:-1], archive + b"\0", b""):
        saved.write_bytes(other)
        with pytest.raises(ModelAlteredError):
            model_files.load(saved, kind="topic")


class Mischief:
    """An object that writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["topic.skops", "topic.pkl"])
def test_a_pickle_is_never_run(saved: Path, tmp_path: Path, name: str) -> None:
    """What a pickle would do on loading is not done, whatever the file is called."""
    path = saved.rename(saved.with_name(name))
    rewrite(path, pickle.dumps(Mischief(tmp_path / "done")))

    with pytest.raises(ModelUntrustedError):
        model_files.load(path, kind="topic")

    assert not (tmp_path / "done").exists()


def test_pickle_in_disguise_is_refused(saved: Path) -> None:
    """A pickle under the name of an archive is never unpickled, even where its manifest agrees."""
    rewrite(saved, pickle.dumps(fitted_pipeline()))

    with pytest.raises(ModelUntrustedError, match="no skops archive"):
        model_files.load(saved, kind="topic")


def test_pickled_array_inside_an_archive_is_refused(saved: Path) -> None:
    """An array of objects, which NumPy would unpickle, is refused inside an otherwise sound archive."""
    with zipfile.ZipFile(saved) as members:
        content = {name: members.read(name) for name in members.namelist()}
    buffer = io.BytesIO()
    np.save(buffer, np.array([print, 1], dtype=object), allow_pickle=True)
    rewrite(saved, model_files._zip(content | {"0000.npy": buffer.getvalue()}))

    with pytest.raises(ModelUntrustedError, match="allow_pickle"):
        model_files.load(saved, kind="topic")


@pytest.mark.parametrize(
    "estimator",
    [
        pytest.param(FunctionTransformer(print), id="builtin function"),
        pytest.param(FunctionTransformer(functools.partial(np.clip, a_min=0)), id="partial"),
        pytest.param(FunctionTransformer(operator.methodcaller("upper")), id="method caller"),
        pytest.param(Path("/etc/passwd"), id="reduce"),
    ],
)
def test_archive_that_names_code_is_refused(saved: Path, estimator: object) -> None:
    """An archive that would call something on loading is refused, and the message names what."""
    rewrite(saved, skops.io.dumps(estimator))

    with pytest.raises(ModelUntrustedError, match="may not be loaded"):
        model_files.load(saved, kind="topic")
