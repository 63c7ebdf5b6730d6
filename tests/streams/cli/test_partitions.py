"""`copytaster partitions` where it refuses before it asks a broker, and the file that it keeps."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.brokers.raw_batches import RawBatch
from streams.cli.commands import app
from streams.cli.partitions import _write
from streams.errors import OperatorError

RAW = "news.articles.raw.v1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["other", "0"], "other is not the raw topic: the workers read news.articles.raw.v1 (topics.raw)"),
        ([RAW, "0", "--to", "20"], "--to and --keep need each other"),
        ([RAW, "0", "--keep", "file"], "--to and --keep need each other"),
        ([RAW, "0", "--to", "0", "--keep", "file"], "Invalid value"),
    ],
    ids=["another topic", "no file", "no offset", "an offset that skips nothing"],
)
def test_a_wrong_use_is_refused_before_a_broker_is_asked(arguments: list[str], sentence: str) -> None:
    """A mistake on the command line is exit code 2 and one sentence, with no broker there."""
    result = CliRunner().invoke(app, ["partitions", "skip", *arguments, "--broker", "127.0.0.1:1"])

    assert result.exit_code == 2
    assert sentence in result.output


def test_the_file_has_the_bytes_of_the_batches(tmp_path: Path) -> None:
    """The bytes of the batches are kept one behind the other, as in a segment of Kafka's log."""
    path = tmp_path / "kept"

    _write(path, [RawBatch(0, 10, b"one"), RawBatch(10, 20, b"two")])

    assert path.read_bytes() == b"onetwo"


def test_a_file_that_exists_is_kept(tmp_path: Path) -> None:
    """A file with that name is not overwritten, and the sentence says what to do."""
    path = tmp_path / "kept"
    path.write_bytes(b"before")

    with pytest.raises(OperatorError, match="exists already: name a new file with --keep"):
        _write(path, [RawBatch(0, 10, b"one")])

    assert path.read_bytes() == b"before"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Where the folder does not exist, nothing is skipped, and the sentence names the file."""
    with pytest.raises(OperatorError, match="cannot be written"):
        _write(tmp_path / "missing" / "kept", [])
