"""Tests of how settings are found."""

import re
import tomllib
from pathlib import Path

import pytest

from streams.errors import SettingsError
from streams.settings import describe, environment_variable, load, sources

KUBERNETES = {
    "COPYTASTER_SERVICE_HOST": "10.0.0.1",
    "COPYTASTER_SERVICE_PORT": "9108",
    "COPYTASTER_SERVICE_PORT_METRICS": "9108",
    "COPYTASTER_PORT": "tcp://10.0.0.1:9108",
    "COPYTASTER_PORT_9108_TCP": "tcp://10.0.0.1:9108",
    "COPYTASTER_PORT_9108_TCP_PROTO": "tcp",
    "COPYTASTER_PORT_9108_TCP_PORT": "9108",
    "COPYTASTER_PORT_9108_TCP_ADDR": "10.0.0.1",
}


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """Return a settings file with three values."""
    path = tmp_path / "copytaster.toml"
    path.write_text('[kafka]\nbootstrap_servers = "file:9092"\n[worker]\nbatch_size = 3\ngroup = "file"\n')
    return path


def test_defaults_are_sound() -> None:
    """Without a file, variables and flags the settings are the defaults."""
    settings = load(environment={})

    assert settings.kafka.bootstrap_servers == "127.0.0.1:9092"
    assert settings.topics.partitions == 12


def test_later_sources_win(settings_file: Path) -> None:
    """Flags win over variables, variables over the file, and the file over defaults."""
    environment = {"COPYTASTER_WORKER__BATCH_SIZE": "4", "COPYTASTER_WORKER__GROUP": "variable"}

    settings = load(settings_file, {"worker.group": "flag"}, environment)

    assert settings.kafka.bootstrap_servers == "file:9092"
    assert settings.worker.batch_size == 4
    assert settings.worker.group == "flag"


def test_a_variable_names_the_file(settings_file: Path) -> None:
    """COPYTASTER_CONFIG names the settings file where no option does."""
    settings = load(environment={"COPYTASTER_CONFIG": str(settings_file)})

    assert settings.worker.group == "file"


def test_the_file_of_the_folder_is_read(settings_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copytaster.toml in the current folder is read without being named."""
    monkeypatch.chdir(settings_file.parent)

    assert load(environment={}).worker.group == "file"


@pytest.mark.parametrize("name", [name for name, _, _ in describe()])
def test_every_setting_has_a_meaning_and_a_variable(name: str) -> None:
    """Each setting says what it means in a sentence, and can be named by its variable."""
    meaning = {known: text for known, _, text in describe()}[name]

    assert re.fullmatch(r"[(A-Z].*\.", meaning, re.DOTALL)
    assert re.fullmatch(r"COPYTASTER_[A-Z]+__[A-Z0-9_]+", environment_variable(name))


def test_all_problems_are_reported_at_once(settings_file: Path) -> None:
    """Unknown names and wrong values of all sources stand in one message."""
    settings_file.write_text("[worker]\nbatch_size = 0\nspeed = 9\n")
    environment = {"COPYTASTER_KAFKA__BOOTSTRAP_SERVER": "x", "COPYTASTER_HTTP__PORT": "70000"}

    with pytest.raises(SettingsError) as raised:
        load(settings_file, {"logs.level": "LOUD"}, environment)

    message = str(raised.value)
    for name in ("worker.batch_size", "worker.speed", "COPYTASTER_KAFKA__BOOTSTRAP_SERVER", "http.port", "logs.level"):
        assert name in message


@pytest.mark.parametrize(
    ("flags", "environment", "hint"),
    [
        ({"worker.batch_sice": "1"}, {}, "did you mean worker.batch_size?"),
        ({}, {"COPYTASTER_WORKER__BATCH_SICE": "1"}, "did you mean COPYTASTER_WORKER__BATCH_SIZE?"),
    ],
    ids=["flag", "variable"],
)
def test_a_near_miss_gets_a_hint(flags: dict[str, str], environment: dict[str, str], hint: str) -> None:
    """A name that is nearly that of a setting is reported with the name that was meant."""
    with pytest.raises(SettingsError, match=re.escape(hint)):
        load(flags=flags, environment=environment)


def test_kubernetes_may_set_its_variables() -> None:
    """What Kubernetes sets for a service named copytaster is no unknown setting."""
    assert load(environment=KUBERNETES) == load(environment={})


def test_variables_of_others_are_left_alone() -> None:
    """Variables without our prefix are ignored."""
    assert load(environment={"TEST_BROKER": "x", "HOME": "/"}) == load(environment={})


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"[kafka\n", "cannot be read"), (b"\xff\xfe", "cannot be read")],
    ids=["not TOML", "not UTF-8"],
)
def test_a_broken_file_is_reported(settings_file: Path, content: bytes, reason: str) -> None:
    """A settings file that is not TOML is named, with the place of the fault."""
    settings_file.write_bytes(content)

    with pytest.raises(SettingsError, match=reason):
        load(settings_file, environment={})


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    """A settings file that was named has to be there."""
    with pytest.raises(SettingsError, match="there is no settings file"):
        load(tmp_path / "none.toml", environment={})


def test_secrets_are_hidden() -> None:
    """A password shows neither in the settings' text nor in their JSON."""
    environment = {
        "COPYTASTER_KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
        "COPYTASTER_KAFKA__SASL_USERNAME": "scraper",
        "COPYTASTER_KAFKA__SASL_PASSWORD": "hush-hush",
    }

    settings = load(environment=environment)

    assert "hush" not in f"{settings!r} {settings} {settings.model_dump_json()} {settings.model_dump(mode='json')}"
    assert settings.kafka.sasl_password is not None
    assert settings.kafka.sasl_password.get_secret_value() == "hush-hush"


def test_a_secret_of_the_wrong_type_is_hidden_in_the_error() -> None:
    """An error about a setting does not show the value, which may be a secret."""
    with pytest.raises(SettingsError) as raised:
        load(flags={"kafka.sasl_password": ["hush-hush"]}, environment={})

    assert "hush" not in str(raised.value)


def test_sasl_needs_a_user() -> None:
    """SASL without a user name or a password is reported before anything connects."""
    with pytest.raises(SettingsError, match="needs sasl_username"):
        load(flags={"kafka.security_protocol": "SASL_SSL"}, environment={})


def test_a_heartbeat_comes_before_the_session_ends() -> None:
    """A worker whose heartbeats come too late would lose its partitions again and again."""
    with pytest.raises(SettingsError, match="heartbeat_interval_seconds must be less than"):
        load(flags={"worker.session_timeout_seconds": 3}, environment={})


def test_a_child_is_killed_before_its_batch_is_late() -> None:
    """A deadline of the child that the batch's comes before would never be met; without a child it does not count."""
    flags = {"worker.child_deadline_seconds": 120}
    with pytest.raises(SettingsError, match="child_deadline_seconds must be less than"):
        load(flags=flags, environment={})

    assert load(flags=flags | {"worker.isolation": "thread"}, environment={}).worker.isolation == "thread"


def test_one_route_can_be_named() -> None:
    """A flag may name one entry of a table."""
    settings = load(flags={"topics.routes.sport": "desk.sport"}, environment={})

    assert settings.topics.routes == {"sport": "desk.sport"}


def test_sources_name_where_a_value_comes_from(settings_file: Path) -> None:
    """Each setting that is not at its default is reported with its last source, and no other."""
    found = sources(settings_file, {"worker.group": "flag"}, {"COPYTASTER_WORKER__BATCH_SIZE": "4"})

    assert found == {
        "kafka.bootstrap_servers": str(settings_file),
        "worker.batch_size": "COPYTASTER_WORKER__BATCH_SIZE",
        "worker.group": "the command line",
    }
    assert tomllib.loads(settings_file.read_text())["worker"]["batch_size"] == 3


@pytest.mark.parametrize("name", ["", "news/raw", "näws", "n" * 250, "news raw"])
@pytest.mark.parametrize("setting", ["topics.raw", "topics.tagged", "topics.review", "topics.rejected"])
def test_names_that_kafka_refuses_are_reported(setting: str, name: str) -> None:
    """A name that no Kafka topic can have is reported before anything connects."""
    with pytest.raises(SettingsError, match=setting):
        load(flags={setting: name}, environment={})


def test_a_worker_cannot_write_where_it_reads() -> None:
    """One Kafka topic cannot be both read and written: a worker would tag its own records for ever."""
    with pytest.raises(SettingsError, match="need five names"):
        load(flags={"topics.raw": "news", "topics.tagged": "news"}, environment={})


def test_a_route_can_be_turned_off() -> None:
    """The name of a route may be empty, which turns it off."""
    assert load(flags={"topics.routes.sport": ""}, environment={}).topics.routes == {"sport": ""}


def test_a_byte_order_mark_is_left_out(settings_file: Path) -> None:
    """A file that an editor began with a byte order mark is read."""
    settings_file.write_bytes(b"\xef\xbb\xbf" + settings_file.read_bytes())

    assert load(settings_file, environment={}).worker.group == "file"


def test_a_file_that_cannot_be_looked_up_is_reported() -> None:
    """A name that the system cannot look up is the operator's error."""
    with pytest.raises(SettingsError, match="cannot be read"):
        load(Path("x" * 5_000), environment={})
