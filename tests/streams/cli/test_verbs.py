"""Tests of the help, and of verbs that need neither a broker nor a model."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from streams import __version__
from streams.exit_codes import WRONG_USAGE
from streams.settings import load
from streams.stages.shapes import FIELDS
from tests.streams.cli.conftest import Command

ROOT = Path(__file__).parents[3]
VERBS = [
    "demo",
    "worker",
    "produce",
    "tail",
    "tag",
    "config",
    "doctor",
    "schema",
    "train",
    "evaluate",
    "learn-boilerplate",
    "topics create",
    "topics check",
    "rejected list",
    "rejected show",
    "rejected replay",
]
HEAVY = {"sklearn", "faust", "aiokafka", "kafka", "pydantic", "trafilatura"}


def test_the_version_is_printed(command: Command) -> None:
    """--version prints the name and the version of the program."""
    assert command("--version").stdout == f"copytaster {__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_examples(command: Command, verb: str) -> None:
    """The help of each verb shows commands to copy, one per line."""
    shown = command(*verb.split(), "--help").stdout

    assert re.search(rf"^ +(\S.*\| )?(COPYTASTER_\S+ )?copytaster {verb}", shown, re.MULTILINE)


@pytest.mark.parametrize("verb", VERBS)
def test_every_example_is_valid(command: Command, verb: str) -> None:
    """The options of each example exist: followed by --help, the example exits 0."""
    shown = command(*verb.split(), "--help").stdout
    listing = re.findall(rf"copytaster ({verb}[^|>&\n]*)", shown)

    assert listing
    for example in listing:
        assert command(*example.split(), "--help").exit_code == 0, example


def test_help_lists_every_verb(command: Command) -> None:
    """The help of the command has one line for each verb, which is not cut."""
    shown = command("--help").stdout

    for verb in VERBS:
        (line,) = re.findall(rf"^  {verb.split()[0]} .*", shown, re.MULTILINE)
        assert line.endswith(".")
        assert not line.endswith("...")


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that a run of the command imports."""
    program = f"""
import sys
from streams.cli.commands import app
try:
    app({arguments!r})
except SystemExit:
    print(*sys.modules, file=sys.stderr)
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [(("--help",), set()), (("config",), {"pydantic"}), (("tail", "--broker", "x:1"), {"pydantic", "kafka"})],
    ids=["help", "config", "tail"],
)
def test_verbs_import_what_they_need(arguments: tuple[str, ...], allowed: set[str]) -> None:
    """Help imports nothing heavy, and quick verbs import neither scikit-learn nor Faust."""
    assert loaded_by(*arguments) & HEAVY <= allowed


def test_the_printed_settings_are_a_settings_file(command: Command, tmp_path: Path) -> None:
    """The output of `config` is a settings file with the same settings."""
    flags = {"topics.routes.sport": "desk", "worker.group": 'odd "name" é\u0085\U0001f4f0', "worker.batch_size": "7"}
    given = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    path = tmp_path / "copy.toml"

    for explain in ([], ["--explain"]):
        path.write_text(command("config", *given, *explain).stdout, encoding="utf-8")

        assert load(path, environment={}) == load(flags=flags, environment={})


def test_sources_are_shown(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`config` prints the source of each value that is not the default."""
    (tmp_path / "copytaster.toml").write_text("[worker]\ngroup = 'night'\n")
    monkeypatch.setenv("COPYTASTER_HTTP__PORT", "0")

    shown = command("config", "--broker", "kafka:9092").stdout

    assert 'group = "night"  # from copytaster.toml' in shown
    assert "port = 0  # from COPYTASTER_HTTP__PORT" in shown
    assert 'bootstrap_servers = "kafka:9092"  # from the command line' in shown


@pytest.mark.parametrize("form", [[], ["--json"], ["--explain"]], ids=["TOML", "JSON", "explained"])
def test_secrets_are_not_shown(command: Command, monkeypatch: pytest.MonkeyPatch, form: list[str]) -> None:
    """No form of `config` shows a password."""
    monkeypatch.setenv("COPYTASTER_KAFKA__SASL_PASSWORD", "hush-hush")

    shown = command("config", *form).stdout

    assert "hush" not in shown
    assert "sasl_password" in shown
    assert "sasl_password" not in tomllib.loads(shown)["kafka"] if not form else True


def test_the_schema_is_that_of_the_records(command: Command) -> None:
    """`schema` describes each field of a tagged article, and the fields that a raw one may have."""
    tagged = json.loads(command("schema").stdout)
    raw = json.loads(command("schema", "--raw").stdout)

    assert {"id", "topics", "stances", "provenance"} <= set(tagged["$defs"]["TaggedArticle"]["properties"])
    assert {name for names in FIELDS.values() for name in names} == set(raw["properties"])
    assert tagged["$schema"] == raw["$schema"]


@pytest.mark.parametrize("verb", ["tail", "rejected list"])
def test_an_invalid_time_is_wrong_usage(command: Command, verb: str) -> None:
    """--since exits 2 and names a value that is no time."""
    result = command(*verb.split(), "--since", "yesterday")

    assert result.exit_code == WRONG_USAGE
    assert "'yesterday'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("tail", "--topic", "sport", "--review"), ("--topic", "--review")),
        (("tail", "--since", "1h", "--from-beginning"), ("--since", "--from-beginning")),
        (("tail", "--topic", "sprot"), ("'sprot'", "sport", "weather")),
        (("rejected", "show", "17"), ("'17'", "PARTITION:OFFSET")),
        (("rejected", "list", "--since", "1h", "--until", "2h"), ("--since 1h", "--until 2h")),
        (("rejected", "replay", "--since", "2999-01-01"), ("'2999-01-01'",)),
    ],
    ids=["topic and review", "since and beginning", "unknown topic", "no place", "no time between", "future time"],
)
def test_contradictions_are_wrong_usage(command: Command, arguments: tuple[str, ...], named: tuple[str, ...]) -> None:
    """Arguments that contradict each other exit 2, and the error names them."""
    result = command(*arguments)

    assert result.exit_code == WRONG_USAGE
    assert all(each in result.stderr for each in named)


def test_training_needs_corpora(command: Command, tmp_path: Path) -> None:
    """A folder of corpora that does not exist is named."""
    result = command("train", "--task", "topic", "--corpora", tmp_path / "none", "--out", tmp_path)

    assert result.exit_code == WRONG_USAGE
    assert "none" in result.stderr
