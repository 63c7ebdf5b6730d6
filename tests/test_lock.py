"""The lock file serves every supported Python, and what names the supported Pythons agrees."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from streams.cli.doctor import PYTHONS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
SUPPORTED = [f"3.{minor}" for minor in range(PYTHONS[0][1], PYTHONS[1][1] + 1)]
SYSTEMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")]
EXTRAS = ("embedded", "evaluate", "profile", "dev")


def _locked() -> list[tuple[Requirement, int]]:
    """Return what the lock pins, each with the number of its hashes."""
    entries = re.split(r"\n(?=[a-z0-9])", "\n".join(line for line in LOCK.splitlines() if line[:1] != "#"))
    return [(Requirement(entry.partition("\\")[0].strip()), entry.count("--hash=sha256:")) for entry in entries]


def _wanted() -> list[Requirement]:
    """Return what pyproject.toml names for `make demo` and `make test`."""
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *(line for extra in EXTRAS for line in extras[extra])]
    return [wanted for wanted in map(Requirement, lines) if wanted.name != PROJECT["name"]]


def _environment(python: str, system: str, machine: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }


def _versions(environment: Mapping[str, str]) -> dict[str, list[Version]]:
    """Return the versions that pip installs in an environment."""
    found: dict[str, list[Version]] = {}
    for pinned, _ in _locked():
        if pinned.marker is None or pinned.marker.evaluate(dict(environment)):
            (exact,) = pinned.specifier
            found.setdefault(canonicalize_name(pinned.name), []).append(Version(exact.version))
    return found


def test_every_pin_has_a_hash() -> None:
    """Each package of the lock has one exact version and the hashes of its files."""
    locked = _locked()

    assert len(locked) > 100
    assert [str(pinned) for pinned, hashes in locked if not hashes] == []
    assert {operator.operator for pinned, _ in locked for operator in pinned.specifier} == {"=="}


def test_the_lock_names_no_index() -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert "://" not in LOCK
    assert not re.search(r"--(extra-)?index-url \S|--find-links", LOCK)


@pytest.mark.parametrize("python", SUPPORTED)
@pytest.mark.parametrize(("system", "machine"), SYSTEMS, ids=["linux", "linux on arm", "macos"])
def test_the_lock_serves_every_python(python: str, system: str, machine: str) -> None:
    """On each supported Python and system the lock holds one version of everything that pyproject.toml asks for."""
    environment = _environment(python, system, machine)
    versions = _versions(environment)
    wanted = [each for each in _wanted() if each.marker is None or each.marker.evaluate(dict(environment))]

    assert [name for name, found in versions.items() if len(found) > 1] == []
    for each in wanted:
        (version,) = versions[canonicalize_name(each.name)]
        assert each.specifier.contains(version), f"{each} and {version}: run make lock"


def test_all_pythons_compute_with_the_same_packages() -> None:
    """NumPy, SciPy and scikit-learn have one version on all Pythons, so that probabilities do not depend on it."""
    pinned = [each.name for each, _ in _locked()]

    assert [pinned.count(name) for name in ("numpy", "scipy", "scikit-learn", "skops")] == [1, 1, 1, 1]


def test_the_metadata_names_the_supported_pythons() -> None:
    """`requires-python` and the classifiers name what `copytaster doctor` accepts."""
    named = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)]
    requires = SpecifierSet(PROJECT["requires-python"])

    assert named == SUPPORTED
    assert [f"3.{minor}" for minor in range(20) if requires.contains(f"3.{minor}.1")] == SUPPORTED


def test_every_place_names_the_supported_pythons() -> None:
    """The search for an interpreter, the workflow and both pages for readers name the same versions."""
    finder = (ROOT / ".ci/find-python").read_text(encoding="utf-8")
    workflow = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")]

    assert sorted(set(re.findall(r"python(3\.\d+)\b", finder))) == SUPPORTED
    assert f"(3, {PYTHONS[1][1] + 1})" in finder
    assert re.findall(r'"(3\.\d+)"', workflow.partition("matrix:")[2].partition("]\n        include")[0]) == SUPPORTED
    assert all(f"Python {SUPPORTED[0]} to {SUPPORTED[-1]}" in page for page in pages)
