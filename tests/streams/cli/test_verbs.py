"""Tests of verbs that need neither a broker nor a model, and of the help."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from streams import __version__
from streams.settings import load
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
    "topics create",
    "topics check",
    "rejected list",
    "rejected show",
    "rejected replay",
]
HEAVY = {"sklearn", "faust", "aiokafka", "kafka", "pydantic", "trafilatura"}


def test_the_version_is_told(command: Command) -> None:
    """--version says which program this is, and which version."""
    assert command("--version").stdout == f"copytaster {__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_examples(command: Command, verb: str) -> None:
    """The help of each verb shows commands to copy, one a line."""
    shown = command(*verb.split(), "--help").stdout

    assert "For example:\n" in shown
    assert re.search(rf"^ +(\S.*\| )?(COPYTASTER_\S+ )?copytaster {verb}", shown, re.MULTILINE)


@pytest.mark.parametrize("verb", VERBS)
def test_every_example_is_understood(command: Command, verb: str) -> None:
    """The options of each example exist: with --help behind it, the example exits 0."""
    shown = command(*verb.split(), "--help").stdout
    listing = re.findall(rf"copytaster ({verb}[^|>&\n]*)", shown)

    assert listing
    for example in listing:
        assert command(*example.split(), "--help").exit_code == 0, example


def test_help_lists_every_verb(command: Command) -> None:
    """The help of the command has one whole line for each verb."""
    shown = command("--help").stdout

    for verb in VERBS:
        (line,) = re.findall(rf"^  {verb.split()[0]} .*", shown, re.MULTILINE)
        assert line.endswith(".")
        assert not line.endswith("...")


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that a run of the command imports."""
    program = f"""
import sys
from streams.cli.app import app
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


def test_the_printed_settings_can_be_read_back(command: Command, tmp_path: Path) -> None:
    """What `config` prints is a settings file that gives the same settings."""
    flags = {"topics.routes.sport": "desk", "worker.group": 'odd "name" é\u0085\U0001f4f0', "worker.batch_size": "7"}
    given = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    path = tmp_path / "copy.toml"

    for explain in ([], ["--explain"]):
        path.write_text(command("config", *given, *explain).stdout, encoding="utf-8")

        assert load(path, environment={}) == load(flags=flags, environment={})


def test_sources_are_shown(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`config` says where a value comes from that is not the default."""
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
    assert {"body", "title", "url", "published_at"} <= set(raw["properties"])
    assert tagged["$schema"] == raw["$schema"]


@pytest.mark.parametrize("verb", ["tail", "rejected list"])
def test_a_time_that_is_none_is_told(command: Command, verb: str) -> None:
    """--since says which forms of time it takes."""
    result = command(*verb.split(), "--since", "yesterday")

    assert result.exit_code == 2
    assert "'yesterday' is no time" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("tail", "--topic", "sport", "--review"), "exclude each other"),
        (("tail", "--since", "1h", "--from-beginning"), "exclude each other"),
        (("tail", "--topic", "sprot"), "no Kafka topic is routed for 'sprot': there are"),
        (("rejected", "show", "17"), "PARTITION:OFFSET"),
        (("rejected", "list", "--since", "1h", "--until", "2h"), "no time lies between --since 1h and --until 2h"),
        (("rejected", "replay", "--since", "2999-01-01"), "'2999-01-01' is still to come"),
    ],
    ids=["topic and review", "since and beginning", "unknown topic", "no place", "no time between", "time to come"],
)
def test_contradictions_are_told(command: Command, arguments: tuple[str, ...], part: str) -> None:
    """Arguments that make no sense exit 2 with what would."""
    result = command(*arguments)

    assert result.exit_code == 2
    assert part in result.stderr


def test_training_needs_corpora(command: Command, tmp_path: Path) -> None:
    """A folder of corpora that is not there is named."""
    result = command("train", "--task", "topic", "--corpora", tmp_path / "none", "--out", tmp_path)

    assert result.exit_code == 2
    assert "none" in result.stderr
