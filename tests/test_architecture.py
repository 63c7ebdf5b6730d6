"""The rules of the code's shape that import-linter cannot say; who may import whom stands in `pyproject.toml`."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from streams.worker.classify.cpu_limit import INTERRUPTIBLE

ROOT = Path(__file__).parents[1]
PACKAGES = ("classifiers", "streams")
MAX_LINES = 300
LONGER_FOR_A_REASON: dict[str, str] = {}
"""Files that are longer than `MAX_LINES`, each with the reason why it reads better in one piece."""

WORDS_WITHOUT_MEANING = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
OS_ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
STATEFUL_MODULES = {"contextlib", "contextvars", "threading", "warnings"}
KEEPS_STATE = {
    "classifiers/model_archives.py": "its files are read when a model is loaded, before any article",
    "streams/stages/pipeline.py": "its timer surrounds the steps that have a budget",
}
"""Modules with a context manager, each with the reason why no article is interrupted in it."""

READS_THE_ENVIRONMENT = {"streams/settings/loading.py"}


def _modules(*folders: str) -> list[str]:
    return sorted(path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _interruptible() -> list[str]:
    folders = (package.rstrip(".").replace(".", "/") for package in INTERRUPTIBLE)
    return [module for module in _modules(*folders) if not module.startswith("classifiers/modelling/")]


def _tree(module: str) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def _reads_environment(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name("os"), attr=name):
            return name in OS_ENVIRONMENT
        case ast.ImportFrom(module="os", names=names):
            return any(alias.name in OS_ENVIRONMENT for alias in names)
        case _:
            return False


def _exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


def _loaded_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def _state_between_articles(node: ast.AST) -> str | None:
    """Return what a node would leave half done if it were interrupted, if anything."""
    match node:
        case ast.Global(names=names):
            return f"global {', '.join(names)}"
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return f"with {', '.join(ast.unparse(item) for item in items)}"
        case ast.Import(names=names):
            return next((alias.name for alias in names if alias.name in STATEFUL_MODULES), None)
        case ast.ImportFrom(module=module):
            return module if module in STATEFUL_MODULES else None
        case _:
            return None


@pytest.mark.parametrize("module", sorted(set(_interruptible()) - KEEPS_STATE.keys()))
def test_what_may_be_interrupted_keeps_no_state(module: str) -> None:
    """Code that an article's budget may interrupt assigns no global name, and uses no lock and no context manager."""
    assert [found for node in ast.walk(_tree(module)) if (found := _state_between_articles(node))] == []


@pytest.mark.parametrize("module", sorted(set(_modules(*PACKAGES)) - READS_THE_ENVIRONMENT))
def test_only_the_settings_read_the_environment(module: str) -> None:
    """No other module looks at environment variables."""
    lines = [ast.unparse(node) for node in ast.walk(_tree(module)) if _reads_environment(node)]

    assert lines == []


@pytest.mark.parametrize("module", _modules(*PACKAGES, "tests", "bench", "docs"))
def test_files_are_short(module: str) -> None:
    """A file has at most `MAX_LINES` lines, or a reason."""
    lines = len((ROOT / module).read_text(encoding="utf-8").splitlines())

    assert lines <= MAX_LINES or module in LONGER_FOR_A_REASON


def test_reasons_for_long_files_are_needed() -> None:
    """A file that has become short again is taken off the list."""
    for module in LONGER_FOR_A_REASON:
        assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) > MAX_LINES


@pytest.mark.parametrize("module", [module for module in _modules(*PACKAGES) if _exported(_tree(module))])
def test_exported_names_exist(module: str) -> None:
    """Where a module says what it exports, it has that; that the names are sorted is ruff's to check."""
    dotted = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    imported = importlib.import_module(dotted)

    assert [name for name in _exported(_tree(module)) or () if not hasattr(imported, name)] == []


@pytest.mark.parametrize("module", _modules(*PACKAGES, "tests", "bench", "docs"))
def test_module_names_mean_something(module: str) -> None:
    """No module is named for having no theme."""
    assert not WORDS_WITHOUT_MEANING & set(Path(module).with_suffix("").parts)


def test_importing_classifiers_is_cheap() -> None:
    """Importing the package loads neither scikit-learn, which takes over a second, nor NumPy."""
    assert not {"sklearn", "numpy", "scipy", "skops"} & _loaded_after("import classifiers")


def test_importing_the_records_is_cheap() -> None:
    """A consumer that only wants the types of the records pays for no model and no Kafka client."""
    loaded = _loaded_after("import streams.records.tagged")

    assert not {"sklearn", "numpy", "faust", "kafka", "aiokafka", "prometheus_client"} & loaded


def test_importing_the_command_line_is_cheap() -> None:
    """A verb imports what it needs when it runs, so that help and quick verbs answer at once."""
    loaded = _loaded_after("import streams.cli")

    assert not {"sklearn", "numpy", "faust", "kafka", "aiokafka", "prometheus_client", "trafilatura"} & loaded
