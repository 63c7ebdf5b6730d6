"""The wheel is whole: built here, installed into an environment of its own, and used from another folder."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from streams import __version__

ROOT = Path(__file__).parents[1]
ARTICLE = {
    "id": "wheel-1",
    "publisher": "example.org",
    "title": "Parliament passes the budget after a long night",
    "body": "Members of parliament approved the government's budget early on Tuesday by a narrow majority. "
    "The opposition had called for lower taxes and promised to bring the matter before the constitutional court.",
}

pytestmark = pytest.mark.wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built by the build backend of the development environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True, timeout=120)
    (built,) = folder.glob("copytaster-*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> frozenset[str]:
    """Return the names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.fixture(scope="module")
def clean_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an environment that has the wheel and what it asks for, and nothing else."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    problem = _install(wheel, folder / "bin" / "python")
    if problem and os.environ.get("CI"):
        pytest.fail(f"the wheel cannot be installed: {problem}")
    if problem:
        pytest.skip(f"the wheel cannot be installed, for want of a network perhaps: {problem}")
    return folder


def _install(wheel: Path, python: Path) -> str | None:
    # uv takes seconds where pip takes a minute; pip is there for machines whose index only pip is told of.
    uv: list[str | Path] = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, wheel]
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", wheel]
    return _try(uv) and _try(pip)


def _try(command: Sequence[str | Path]) -> str | None:
    """Return the last line that a command wrote about its failure, or None where it did not fail."""
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    return (run.stderr.strip().splitlines() or ["no message"])[-1] if run.returncode else None


def _installed_copytaster(environment: Path, folder: Path, *arguments: str | Path) -> str:
    """Run the installed command in another folder, with none of the settings of the tests' own shell."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("COPYTASTER_", "PYTHON"))}
    command = [environment / "bin" / "copytaster", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=variables, timeout=120)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_wheel_holds_the_packages_and_nothing_else(contents: frozenset[str]) -> None:
    """Beside its metadata the wheel has three top folders."""
    folders = {name.split("/")[0] for name in contents}

    assert {name for name in folders if not name.endswith(".dist-info")} == {"classifiers", "seeds", "streams"}


@pytest.mark.parametrize("package", ["classifiers", "streams"])
def test_the_wheel_is_typed(contents: frozenset[str], package: str) -> None:
    """Both packages say that they carry their types."""
    assert f"{package}/py.typed" in contents


def test_the_wheel_holds_every_data_file(contents: frozenset[str]) -> None:
    """Models, cleaning rules and seeds are in the wheel as they are in the checkout."""
    data = [path for folder in ("classifiers", "seeds", "streams") for path in (ROOT / folder).rglob("*")]
    wanted = {path.relative_to(ROOT).as_posix() for path in data if path.is_file() and "__pycache__" not in path.parts}

    assert {name for name in wanted if not name.endswith(".py")} <= contents
    assert {"classifiers/cleaning/rules.toml", "seeds/taxonomy.json", "seeds/targets.toml"} <= contents
    assert {f"classifiers/models/{kind}.{end}" for kind in ("topic", "stance") for end in ("skops", "json")} <= contents


@pytest.mark.parametrize("name", ["LICENSE", "NOTICE", "classifiers/models/LICENSE"])
def test_the_wheel_carries_its_licences(contents: frozenset[str], name: str) -> None:
    """The code's licence, the notice and the models' licence travel with the metadata."""
    assert any(entry.endswith(f".dist-info/licenses/{name}") for entry in contents)


def test_the_installed_command_tags_an_article(clean_environment: Path, tmp_path: Path) -> None:
    """An article in another folder is tagged by models and data that come from the wheel alone."""
    article = tmp_path / "article.json"
    article.write_text(json.dumps(ARTICLE), encoding="utf-8")

    (line,) = _installed_copytaster(clean_environment, tmp_path, "tag", article).splitlines()

    tagged = json.loads(line)
    assert tagged["title"] == ARTICLE["title"]
    assert tagged["provenance"]["models"]["topic"]["digest"].startswith("sha256:")


def test_the_installed_command_knows_its_version(clean_environment: Path, tmp_path: Path) -> None:
    """The version of the command is that of the wheel."""
    assert __version__ in _installed_copytaster(clean_environment, tmp_path, "--version")
