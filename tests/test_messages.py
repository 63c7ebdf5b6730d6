"""What a person reads after a mistake, word for word: tests/messages.txt is the one place that pins wording.

Every other test pins exit codes, reasons and attributes. After a message was changed on purpose, `make messages`
(TEST_WRITE_MESSAGES=1) writes the file again, and its difference shows every message as it was and as it is.
"""

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
import sklearn
from typer.testing import CliRunner, Result

from classifiers import resources
from streams.cli.commands import app
from streams.loopback import LOOPBACK, free_port
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder

MESSAGES = Path(__file__).with_name("messages.txt")
EXAMPLE = Path(__file__).parents[1] / "docs/examples/own_model"
ARTICLE = {"id": "one", "publisher": "example.org", "body": "The striker scored twice and the team won the final."}
SECTION = re.compile(r"^(?:\$|>) .*(?:\n(?!(?:\$|>) ).*)*", re.MULTILINE)

COMMANDS = [
    # What the command line does not know.
    "tal",
    "tail --nope",
    "tail --limit 0",
    "tail --limit many",
    "train",
    "tag",
    "produce",
    # Files.
    "tag none.jsonl",
    "produce none.jsonl",
    # Settings.
    "topics check --config none.toml",
    "topics check --config broken.toml",
    "topics check --config wrong.toml",
    "topics check --set worker.batch_sice=3",
    "topics check --set worker.batch_size=many",
    "topics check --set worker.batch_size",
    "topics check --set kafka.sasl_password=hush",
    "topics check --broker host:port",
    "worker --set worker.batch_size=0 --set worker.group= --set nothing=1",
    # A broker that cannot be reached.
    *(f"{verb} --broker CLOSED" for verb in ("tail", "produce articles.jsonl", "topics check", "topics create")),
    *(f"rejected {verb} --broker CLOSED" for verb in ("list", "replay")),
    # Models and what belongs to them.
    "tag articles.jsonl --set models.topic=none.skops",
    "tag articles.jsonl --set models.topic=altered.skops",
    "tag articles.jsonl --set models.topic=older.skops",
    "tag articles.jsonl --set models.topic=stance.skops",
    "tag articles.jsonl --set models.taxonomy=articles.jsonl",
    "tag articles.jsonl --set models.targets=broken.toml",
    "tag articles.jsonl --set models.rules=none.toml",
    "tag articles.jsonl --set models.learnt_lines=none.json",
    "tag articles.jsonl --set models.learnt_lines=articles.jsonl",
    # Times, places and contradictions.
    "tail --since yesterday",
    "tail --since 2999-01-01",
    "tail --since 1h --from-beginning",
    "tail --topic sport --review",
    "tail --topic sprot",
    "rejected list --since 1h --until 2h",
    "rejected show 17",
    "produce --withdraw ''",
    # Training and evaluation.
    "train --task topic --out new",
    "train --task topic --corpora none --out new",
    "train --task topic --corpora . --data own/articles.jsonl --out new",
    "train --task topic --data none.jsonl --out new",
    "train --task topic --data own/articles.jsonl --out new",
    "train --task topic --data own/articles.jsonl --map none.toml --out new",
    "train --task topic --data own/articles.jsonl --map own/map.toml --out new",
    "train --task topic --data own/few.jsonl --map own/map.toml --taxonomy own/desks.json --out new",
    "train --task vectors --data own/articles.jsonl --corpora . --out new",
    "evaluate",
    "evaluate topic none.jsonl",
    "evaluate none.skops own/articles.jsonl",
    "evaluate topic .",
    "evaluate topic own/articles.jsonl",
    "evaluate topic own/articles.jsonl --map own/articles.jsonl",
    "evaluate stance own/articles.jsonl --map own/map.toml",
    "learn-boilerplate --out lines.json",
    "learn-boilerplate articles.jsonl --out none/lines.json",
]
"""Command lines with a mistake in them, run in the folder of `mistakes`."""

NO_TOPIC = ["tail", "produce articles.jsonl", "rejected list", "rejected replay"]
"""Commands that need a Kafka topic which the broker does not have."""

RECORDS: Mapping[str, RawRecord] = MappingProxyType(
    {
        name: RawRecord(Origin("news.articles.raw.v1", 0, 0), key, value, headers)
        for name, key, value, headers in [
            ("bytes that are no text", None, b"\xff\xfe", ()),
            ("half an object", None, b'{"body": "Rain', ()),
            ("a thousand arrays", None, b"[" * 1_000, ()),
            ("a number that is none", None, b'{"body": "Rain fell.", "x": NaN}', ()),
            ("an array", None, b"[1]", ()),
            ("a body that is a number", None, b'{"body": 5}', ()),
            ("nothing", None, b"", ()),
            ("a title alone", None, b'{"title": " "}', ()),
            ("a body of a million and one characters", None, json.dumps({"body": "a" * 1_000_001}).encode(), ()),
            ("five mebibytes", None, b" " * (5 * 1024 * 1024), ()),
            ("a withdrawal without a key", None, None, ()),
            ("an event without a type", None, b"{}", (("content-type", b"application/cloudevents+json"),)),
        ]
    }
)
"""Records that are rejected; the message is that of the dead letter."""


@pytest.fixture(scope="module")
def messages() -> Iterator[dict[str, str]]:
    """Return the sections of the file by their first lines; with TEST_WRITE_MESSAGES=1 it is written at the end."""
    text = MESSAGES.read_text(encoding="utf-8") if MESSAGES.exists() else ""
    sections = {section.partition("\n")[0]: section.strip() for section in SECTION.findall(text)}
    yield sections
    if os.environ.get("TEST_WRITE_MESSAGES"):
        known = [sections[heading] for heading in HEADINGS if heading in sections]
        MESSAGES.write_text("\n\n".join(known) + "\n", encoding="utf-8")


@pytest.fixture
def mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an article and files that are wrong in one way each, in a terminal of a known width."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLE) + "\n", encoding="utf-8")
    (tmp_path / "broken.toml").write_text("[worker\n", encoding="utf-8")
    (tmp_path / "wrong.toml").write_text('[worker]\nbatch_size = "many"\n\n[wroker]\n', encoding="utf-8")
    shutil.copytree(EXAMPLE, tmp_path / "own")
    rows = (EXAMPLE / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "own/few.jsonl").write_text("\n".join(rows[:3]), encoding="utf-8")
    manifest = json.loads(resources.model("topic.json").read_bytes())
    model = resources.model("topic.skops").read_bytes()
    older = manifest | {"libraries": manifest["libraries"] | {"scikit-learn": "0.99.1"}}
    for name, changed, archive in [("altered", manifest, model + b" "), ("older", older, model)]:
        (tmp_path / f"{name}.json").write_text(json.dumps(changed), encoding="utf-8")
        (tmp_path / f"{name}.skops").write_bytes(archive)
    for suffix in ("json", "skops"):
        shutil.copy(resources.model(f"stance.{suffix}"), tmp_path)
    return tmp_path


def run(line: str, *flags: str) -> Result:
    """Run `copytaster` in this process."""
    return CliRunner().invoke(app, [*shlex.split(line), *flags], prog_name="copytaster")


def without_what_changes(text: str, folder: Path) -> str:
    """Return a message without what another machine, or another day, has in its place."""
    for changing, name in [
        (re.escape(f"{folder}/"), ""),
        (re.escape(sklearn.__version__), "INSTALLED"),
        (r"127\.0\.0\.1:\d+", "HOST:PORT"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d", "TIME"),
        (r"sha256:[0-9a-f]+", "DIGEST"),
    ]:
        text = re.sub(changing, name, text)
    return text


def require(messages: dict[str, str], heading: str, said: str, end: str) -> None:
    """Compare a message with the file, or note it down to be written."""
    section = "\n".join([heading, *(line.rstrip() for line in said.splitlines()), end])
    if os.environ.get("TEST_WRITE_MESSAGES"):
        messages[heading] = section
    assert section == messages.get(heading), f"make messages, where this is what {MESSAGES.name} should say"


def command_heading(line: str) -> str:
    """Return the first line of a command's section."""
    return f"$ copytaster {line}"


def record_heading(name: str) -> str:
    """Return the first line of a record's section."""
    return f"> {name}"


HEADINGS = [*map(command_heading, [*COMMANDS, *NO_TOPIC]), *map(record_heading, RECORDS)]


def end_of(result: Result) -> str:
    """Return the last line of a command's section."""
    return f"[exit {result.exit_code}]"


@pytest.mark.parametrize("line", COMMANDS)
def test_a_mistake_is_explained(line: str, messages: dict[str, str], mistakes: Path) -> None:
    """What is wrong with a command line, a file or a setting is said on standard error alone."""
    result = run(line.replace("CLOSED", f"{LOOPBACK}:{free_port()}"))

    assert result.stdout == ""
    require(messages, command_heading(line), without_what_changes(result.stderr, mistakes), end_of(result))


@pytest.mark.broker
@pytest.mark.parametrize("line", NO_TOPIC)
def test_a_missing_topic_is_named(line: str, messages: dict[str, str], mistakes: Path, bootstrap_servers: str) -> None:
    """A command that needs a Kafka topic names it and says how to create it."""
    topics = {f"topics.{name}": f"messages.{name}" for name in ("raw", "tagged", "review", "rejected", "versions")}
    flags = [word for name, value in topics.items() for word in ("--set", f"{name}={value}")]

    result = run(line, "--broker", bootstrap_servers, *flags)

    assert result.stdout == ""
    require(messages, command_heading(line), without_what_changes(result.stderr, mistakes), end_of(result))


@pytest.mark.parametrize("name", RECORDS)
def test_a_rejected_record_is_explained(name: str, messages: dict[str, str]) -> None:
    """A dead letter says what is wrong with its record."""
    with pytest.raises(PayloadError) as rejected:
        Decoder(LimitsSettings()).decode(RECORDS[name])

    end = f"[{rejected.value.stage}: {rejected.value.reason}]"
    require(messages, record_heading(name), str(rejected.value), end)


def test_the_file_holds_no_other_message(messages: dict[str, str]) -> None:
    """A message of a case that was taken away does not stay in the file."""
    assert messages.keys() <= set(HEADINGS)
