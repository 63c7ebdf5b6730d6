"""Tests of the modes of a worker's files."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.exit_codes import WRONG_USAGE
from streams.settings import SettingsFile, find_settings_file, load
from streams.settings.file_modes import ModeFinding, find_open_files, require_closed_files

GUARDED = [
    *("kafka.sasl_password_file", "kafka.ssl_ca_file", "kafka.ssl_key_file"),
    *("models.topic", "models.stance", "models.rules", "models.learnt_lines"),
]
REPORTED = ["models.taxonomy", "models.targets"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that only its owner may write."""
    folder = tmp_path / "files"
    folder.mkdir(mode=0o755)
    return folder


def make(path: Path, mode: int) -> Path:
    """Return a file with this mode, whatever the umask."""
    path.write_text("hush", encoding="utf-8")
    path.chmod(mode)
    return path


def found(flags: dict[str, object], file: SettingsFile | None = None) -> list[ModeFinding]:
    """Return the findings for the files that these settings name."""
    return list(find_open_files(load(flags=flags, environment={}), file))


@pytest.mark.parametrize("setting", [*GUARDED, *REPORTED])
def test_a_private_file_is_no_finding(setting: str, folder: Path) -> None:
    """Files that only their owner may read and write are sound."""
    assert found({setting: make(folder / "file.skops", 0o600)}) == []


@pytest.mark.parametrize("setting", [*GUARDED, *REPORTED])
def test_a_file_that_everyone_may_write_is_named(setting: str, folder: Path) -> None:
    """The finding has the setting, the path and the mode; taxonomy and watch-list are not refused."""
    path = make(folder / "file.skops", 0o622)

    (finding,) = found({setting: path})

    assert finding.is_refused == (setting in GUARDED)
    assert all(part in finding.message for part in (setting, str(path), "0622"))


@pytest.mark.parametrize("required", [False, True])
@pytest.mark.parametrize("setting", ["kafka.sasl_password_file", "kafka.ssl_key_file"])
def test_a_secret_that_everyone_may_read_is_refused_on_request(setting: str, folder: Path, *, required: bool) -> None:
    """A readable secret is a warning, as mounted Secrets are readable, unless the settings require private files."""
    path = make(folder / "secret", 0o644)

    (finding,) = found({setting: path, "kafka.require_private_files": required})

    assert finding.is_refused == required
    assert "0644" in finding.message


def test_the_manifest_of_a_model_is_examined(folder: Path) -> None:
    """A manifest that everyone may write is refused: with it the archive can be replaced."""
    make(folder / "topic.json", 0o666)

    (finding,) = found({"models.topic": make(folder / "topic.skops", 0o644)})

    assert finding.is_refused
    assert "topic.json" in finding.message


@pytest.mark.parametrize(("mode", "findings"), [(0o777, 1), (0o1777, 0), (0o775, 0)])
def test_a_folder_that_everyone_may_write_is_refused(mode: int, findings: int, folder: Path) -> None:
    """A folder in which every user may replace a model and its manifest is reported once; a sticky one is sound."""
    make(folder / "topic.json", 0o644)
    path = make(folder / "topic.skops", 0o644)
    folder.chmod(mode)

    refused = found({"models.topic": path})

    assert [finding.is_refused for finding in refused] == [True] * findings


def test_a_link_is_examined_where_it_leads(folder: Path, tmp_path: Path) -> None:
    """The mode of a link's target counts, and the folders of both."""
    target = make(folder / "password", 0o600)
    link = tmp_path / "password"
    link.symlink_to(target)
    assert found({"kafka.sasl_password_file": link}) == []

    folder.chmod(0o777)

    (finding,) = found({"kafka.sasl_password_file": link})
    assert str(folder) in finding.message


@pytest.mark.parametrize(("content", "findings"), [('[kafka]\nsasl_password = "hush"\n', 1), ("[kafka]\n", 0)])
def test_a_readable_settings_file_is_reported_for_its_password(content: str, findings: int, folder: Path) -> None:
    """A settings file that everyone may read is a warning if it holds a password."""
    path = make(folder / "copytaster.toml", 0o644)
    path.write_text(content, encoding="utf-8")

    refused = [finding.is_refused for finding in found({}, find_settings_file(path, environment={}))]

    assert refused == [False] * findings


def test_a_missing_file_is_left_to_its_reader() -> None:
    """Where a file is missing, or is no regular file, its mode is not reported."""
    assert found({"models.topic": "none.skops", "models.rules": "/dev/null"}) == []


def test_tolerated_files_are_logged(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A worker logs a warning for a readable password file, and starts."""
    path = make(folder / "password", 0o644)

    with caplog.at_level(logging.WARNING):
        require_closed_files(load(flags={"kafka.sasl_password_file": path}, environment={}))

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert str(path) in caplog.text


def test_every_refused_file_is_in_one_error(folder: Path) -> None:
    """The operator reads all files to fix at once."""
    rules, settings = make(folder / "rules.toml", 0o666), make(folder / "copytaster.toml", 0o666)

    with pytest.raises(SettingsError) as error:
        require_closed_files(
            load(flags={"models.rules": rules}, environment={}), SettingsFile(settings, has_secrets=False)
        )

    assert str(rules) in str(error.value)
    assert str(settings) in str(error.value)


def test_a_worker_does_not_start_with_a_writable_file(folder: Path) -> None:
    """A worker whose settings file every user may write exits 2 before it loads models, and names the file."""
    path = make(folder / "copytaster.toml", 0o666)
    path.write_text('[models]\ntopic = "none.skops"\n', encoding="utf-8")

    command = [sys.executable, "-m", "streams.cli", "worker", "--config", str(path), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == WRONG_USAGE
    assert str(path) in done.stderr
    assert "none.skops" not in done.stderr
