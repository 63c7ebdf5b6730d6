"""Tests of the verbs that talk to a broker."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import Result

from streams.brokers.cluster import Cluster
from streams.exit_codes import PROBLEM_FOUND, SUCCESS, WRONG_USAGE
from streams.records.origin import Headers
from streams.settings import Settings, load
from streams.stages.encode import encode
from tests.streams.cli.conftest import Command
from tests.streams.terminal.articles import TITLE, tagged

pytestmark = pytest.mark.broker

ERROR_HEADERS: Headers = (
    ("copytaster.error.stage", b"decode"),
    ("copytaster.error.reason", b"not_json"),
    ("copytaster.error.message", b"no JSON"),
    ("copytaster.error.rejected_at", datetime.now(UTC).isoformat().encode()),
)


@pytest.fixture
def settings(flags: dict[str, str]) -> Settings:
    """Return the flags as settings."""
    return load(flags=flags, environment={})


@pytest.fixture
def run(command: Command, flags: dict[str, str]) -> Callable[..., Result]:
    """Return a function that runs `copytaster` with these topics, which it has created."""
    shared = [part for name, value in flags.items() for part in ("--set", f"{name}={value}")]
    assert command("topics", "create", *shared).exit_code == 0
    return lambda *arguments, **options: command(*arguments, *shared, **options)


def put(settings: Settings, kafka_topic: str, *records: tuple[bytes | None, bytes | None, Headers]) -> None:
    """Write records: key, value and headers."""
    with Cluster(settings) as cluster, cluster.producer() as producer:
        for key, value, headers in records:
            producer.send(kafka_topic, value, key, headers)


def test_topics_are_created_and_checked(run: Callable[..., Result]) -> None:
    """The topics of `topics create` satisfy `topics check`, and are not created twice."""
    assert run("topics", "check").exit_code == SUCCESS
    assert {line.split()[0] for line in run("topics", "create").stdout.splitlines()} == {"exists"}


def test_topics_that_differ_are_named(run: Callable[..., Result], settings: Settings) -> None:
    """`topics check` exits 1 and names the topics and configs that do not match."""
    result = run("topics", "check", "--set", "topics.output_retention_days=60")

    assert result.exit_code == PROBLEM_FOUND
    for fact in (settings.topics.tagged, "retention.ms=2592000000", "5184000000"):
        assert fact in result.stdout


def test_acknowledged_records_are_counted(run: Callable[..., Result], settings: Settings, article: Path) -> None:
    """`produce` sends every line of a file to the raw topic, and prints how many the broker acknowledged."""
    (article.parent / "picture.png").touch()

    result = run("produce", article.parent)

    assert f"acknowledged 3 of 3 records for {settings.topics.raw}" in result.stdout
    assert "1 .png" in result.stderr
    with Cluster(settings) as cluster:
        records = list(cluster.records([settings.topics.raw]))
    assert [record.value for record in records] == article.read_bytes().splitlines()


def test_broken_files_cost_no_other(run: Callable[..., Result], settings: Settings, tmp_path: Path) -> None:
    """`produce` sends all articles of a folder, reports each file that it leaves out in one line, and exits with 1."""
    rss = b"<rss><channel><item><description>Fair %d.</description></item></channel></rss>"
    broken = {
        "b.xml": b"<urlset/>",
        "d.rss": b"<rss><channel><item><description>Cut",
        "f.jsonl.gz": gzip.compress(b'{"body": "Cut."}\n' * 1_000)[:-20],
        "h.warc": b"not a WARC file",
        "j.xml": b'<!DOCTYPE rss [<!ENTITY a "a">]><rss/>',
    }
    sound = {"a.jsonl": b'{"body": "Fair 0."}', "c.rss": rss % 1, "e.rss": rss % 2, "k.json": b'[{"body": "Fair 3."}]'}
    folder = tmp_path / "feeds"
    folder.mkdir()
    for name, content in {**broken, **sound}.items():
        (folder / name).write_bytes(content)

    result = run("produce", folder)

    with Cluster(settings) as cluster:
        records = [record.value or b"" for record in cluster.records([settings.topics.raw])]
    for number in range(4):
        assert any(b"Fair %d." % number in value for value in records)
    left_out = [line for line in result.stderr.splitlines() if "left out: " in line]
    assert [next(name for name in broken if f"{name}'" in line) for line in left_out] == sorted(broken)
    assert result.exit_code == PROBLEM_FOUND


def test_standard_input_is_read(run: Callable[..., Result], settings: Settings) -> None:
    """`produce -` reads JSON lines from standard input and keys from a field, and stops at a limit."""
    result = run("produce", "-", "--key-field", "number", "--limit", "2", stdin='{"number": 7}\n{}\n{}\n')

    assert result.exit_code == SUCCESS
    assert "'number'" in result.stderr
    with Cluster(settings) as cluster:
        assert [record.key for record in cluster.records([settings.topics.raw])] == [b"7", None]


def test_an_article_can_be_withdrawn(run: Callable[..., Result], settings: Settings) -> None:
    """`produce --withdraw` sends a null value with the article's id as key."""
    assert run("produce", "--withdraw", "example.org:story").exit_code == SUCCESS

    with Cluster(settings) as cluster:
        (record,) = cluster.records([settings.topics.raw])
    assert (record.key, record.value) == (b"example.org:story", None)


def test_tagged_articles_are_shown(run: Callable[..., Result], settings: Settings) -> None:
    """`tail` shows articles and withdrawals, and the place of each other record."""
    records = ((b"1", encode(tagged()), ()), (b"2", None, ()), (b"3", b"{}", ()))
    put(settings, settings.topics.tagged, *records)

    shown = run("tail", "--from-beginning", "--no-follow").stdout

    assert TITLE in shown
    assert "withdrawn 2" in shown
    assert f"{settings.topics.tagged}[0]@2" in shown


def test_tagged_articles_are_written_unchanged(run: Callable[..., Result], settings: Settings) -> None:
    """`tail --json` writes the bytes of each record as one line, up to a limit."""
    value = encode(tagged())
    put(settings, settings.topics.tagged, (b"1", value, ()), (b"2", None, ()), (b"3", value, ()))

    result = run("tail", "--json", "--from-beginning", "--limit", "2")

    assert result.stdout_bytes == value + b'\n{"withdrawn":"2"}\n'


@pytest.mark.parametrize(
    ("option", "kafka_topic"),
    [(("--review",), "review"), (("--topic", "sport"), "topic.sport")],
    ids=["review", "topic"],
)
def test_one_output_topic_is_shown(
    run: Callable[..., Result], settings: Settings, option: tuple[str, ...], kafka_topic: str
) -> None:
    """`tail` reads the review topic or the topic that a subject is routed to."""
    prefix = settings.topics.raw.removesuffix("raw")
    put(settings, f"{prefix}{kafka_topic}", (b"1", encode(tagged()), ()))

    assert TITLE in run("tail", *option, "--since", "1h", "--no-follow").stdout


def test_rejected_records_are_listed(run: Callable[..., Result], settings: Settings) -> None:
    """`rejected list` has a row for each dead letter that passes the filters."""
    other = (("copytaster.error.stage", b"decode"), ("copytaster.error.reason", b"too_deep"))
    put(settings, settings.topics.rejected, (b"1", b"nonsense", ERROR_HEADERS), (b"example.org:2", b"[[", other))

    everything = run("rejected", "list")
    some = run("rejected", "list", "--reason", "not_json", "--json")
    none = run("rejected", "list", "--stage", "tag")
    of_publisher = run("rejected", "list", "--publisher", "example.org", "--json")

    assert "0:0" in everything.stdout
    assert "too_deep" in everything.stdout
    assert json.loads(some.stdout)["message"] == "no JSON"
    found = json.loads(of_publisher.stdout)
    assert (found["place"], found["publisher"], found["attempt"]) == ("0:1", "example.org", 1)
    assert none.stdout == ""
    assert none.stderr.startswith("0 ")


def test_a_rejected_record_is_shown(run: Callable[..., Result], settings: Settings) -> None:
    """`rejected show` shows one dead letter, or writes its bytes."""
    put(settings, settings.topics.rejected, (b"1", b"\xffnonsense", ERROR_HEADERS))

    assert r"\xffnonsense" in run("rejected", "show", "0:0").stdout
    assert run("rejected", "show", "0:0", "--raw").stdout_bytes == b"\xffnonsense"
    assert run("rejected", "show", "0:9").exit_code == WRONG_USAGE
