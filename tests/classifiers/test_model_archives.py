"""An archive is canonical, and it is loaded only if it contains nothing but data of the installed scikit-learn."""

import functools
import io
import operator
import pickle
import zipfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from classifiers.errors import ModelIncompatibleError, ModelUntrustedError
from classifiers.model_archives import canonical_archive, load_archive, zip_members
from tests.classifiers.pipelines import fitted_pipeline

PATH = Path("model.skops")


def _members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        return {name: members.read(name) for name in members.namelist()}


def test_same_estimator_gives_same_bytes() -> None:
    """Two archives of estimators with equal parameters are byte-identical."""
    assert canonical_archive(fitted_pipeline()) == canonical_archive(fitted_pipeline())


def test_shared_arrays_stay_shared() -> None:
    """An array that an estimator references twice is stored once."""
    array = np.arange(1000)

    archive = canonical_archive({"one": array, "two": array})

    assert list(_members(archive)) == ["0000.npy", "schema.json"]


def test_loads_what_was_archived() -> None:
    """The estimator of an archive has the probabilities of the original one."""
    texts = ["the bank", "a final"]

    loaded = load_archive(PATH, canonical_archive(fitted_pipeline()))

    assert isinstance(loaded, Pipeline)
    np.testing.assert_array_equal(loaded.predict_proba(texts), fitted_pipeline().predict_proba(texts))


@pytest.mark.parametrize("written_by", ["1.8.0", "1.10.0", "2.0"])
def test_estimators_of_another_scikit_learn_are_rejected(written_by: str) -> None:
    """The version stored in the archive counts, whatever the manifest states."""
    installed = version("scikit-learn").encode()
    members = _members(canonical_archive(fitted_pipeline()))
    assert installed in members["schema.json"]
    members["schema.json"] = members["schema.json"].replace(installed, written_by.encode())

    with pytest.raises(ModelIncompatibleError) as caught:
        load_archive(PATH, zip_members(members))

    assert written_by in str(caught.value)


def test_pickle_is_rejected() -> None:
    """A pickle in the place of an archive is never unpickled."""
    with pytest.raises(ModelUntrustedError) as caught:
        load_archive(PATH, pickle.dumps(fitted_pipeline()))

    assert isinstance(caught.value.__cause__, zipfile.BadZipFile)


def test_pickled_array_inside_an_archive_is_rejected() -> None:
    """An array of objects, which NumPy would unpickle, is rejected inside an otherwise valid archive."""
    buffer = io.BytesIO()
    np.save(buffer, np.array([print, 1], dtype=object), allow_pickle=True)
    members = _members(canonical_archive(fitted_pipeline())) | {"0000.npy": buffer.getvalue()}

    with pytest.raises(ModelUntrustedError) as caught:
        load_archive(PATH, zip_members(members))

    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize(
    "estimator",
    [
        pytest.param(FunctionTransformer(print), id="builtin function"),
        pytest.param(FunctionTransformer(functools.partial(np.clip, a_min=0)), id="partial"),
        pytest.param(FunctionTransformer(operator.methodcaller("upper")), id="method caller"),
        pytest.param(Path("/etc/passwd"), id="reduce"),
    ],
)
def test_archive_that_references_code_is_rejected(estimator: object) -> None:
    """An archive that would call a function on loading is rejected, and the error lists the types at fault."""
    with pytest.raises(ModelUntrustedError) as caught:
        load_archive(PATH, skops.io.dumps(estimator))

    assert caught.value.types
