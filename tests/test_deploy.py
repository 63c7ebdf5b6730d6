"""The deployment files agree with the code: they cannot be run here, so what they name is looked up instead."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.settings import describe, environment_variable, secrets
from streams.settings.schema import HttpSettings, Settings
from streams.worker.probes.health import Health
from streams.worker.probes.http import HttpServer

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text(encoding="utf-8")
PROMETHEUS = ROOT / "deploy/prometheus"
DEFAULTS = {name: default for name, default, _ in describe()}
VARIABLES = {environment_variable(name): name for name in DEFAULTS}
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+(-[\w.-]+)?")


def _yaml(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _routes() -> set[str]:
    server = HttpServer(HttpSettings(), Health(stall_seconds=1), bytes)
    return {resource.canonical for resource in server._application().router.resources()}


def _environment(service: str) -> dict[str, str]:
    return {name: str(value) for name, value in SERVICES[service].get("environment", {}).items()}


def _dockerfile_environment() -> dict[str, str]:
    return dict(re.findall(r"(COPYTASTER_\w+)=(\S+)", DOCKERFILE))


def _mounted_files() -> list[str]:
    volumes = [volume for service in SERVICES.values() for volume in service.get("volumes", [])]
    return sorted({volume.split(":")[0] for volume in volumes if volume.startswith(".")})


@pytest.mark.parametrize("service", [*SERVICES, "Dockerfile"])
def test_every_variable_is_a_setting(service: str) -> None:
    """No COPYTASTER_ variable is set that the program would refuse."""
    variables = _dockerfile_environment() if service == "Dockerfile" else _environment(service)

    assert {name for name in variables if name.startswith("COPYTASTER_")} <= set(VARIABLES)


@pytest.mark.parametrize("service", ["topics", "worker"])
def test_the_settings_of_a_service_are_accepted(service: str) -> None:
    """What image and compose set together makes valid settings."""
    variables = _dockerfile_environment() | _environment(service)
    values: dict[str, dict[str, str]] = {}
    for variable, value in variables.items():
        section, name = VARIABLES[variable].split(".")
        values.setdefault(section, {})[name] = value

    assert Settings.model_validate(values).kafka.bootstrap_servers == "kafka:19092"


@pytest.mark.parametrize("name", _mounted_files())
def test_every_mounted_file_exists(name: str) -> None:
    """A mounted path is there: a container engine would make an empty folder of a missing one."""
    assert (ROOT / name).exists()


def test_every_named_volume_is_declared() -> None:
    """A volume that a service names stands in the list of volumes."""
    volumes = [volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])]

    assert {volume for volume in volumes if not volume.startswith(".")} == set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", [name for name, service in SERVICES.items() if "build" not in service])
def test_images_are_pinned(service: str) -> None:
    """An image that is fetched names its full version."""
    assert PINNED.fullmatch(SERVICES[service]["image"])


def test_the_base_images_are_pinned() -> None:
    """Both stages of the Dockerfile start from images of one full version of a supported Python."""
    version = re.search(r"^ARG PYTHON_VERSION=(\S+)$", DOCKERFILE, re.MULTILINE)
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert version
    assert version[1].startswith("3.13.")
    assert all(PINNED.fullmatch(base.replace("${PYTHON_VERSION}", version[1])) for base in bases)
    assert [base.partition("-")[0] for base in bases] == ["python:${PYTHON_VERSION}"] * 2


def test_the_image_runs_without_rights() -> None:
    """The last user of the Dockerfile is not root."""
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_image_gets_every_file_that_the_wheel_needs() -> None:
    """What pyproject.toml names for the wheel is copied into the image and not ignored."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    names = {
        name.split("/")[0] for name in [*packages, project["project"]["readme"], *project["project"]["license-files"]]
    }
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {
        word.rstrip("/") for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()
    }

    assert names | {"pyproject.toml"} <= copied
    assert names | {"pyproject.toml"} <= {line.removeprefix("!").rstrip("/") for line in ignored}


@pytest.mark.parametrize("probe", [SERVICES["worker"]["healthcheck"]["test"][-1], DOCKERFILE], ids=["compose", "image"])
def test_health_checks_ask_a_route_that_exists(probe: str) -> None:
    """A health check asks the worker's default port for one of its routes."""
    (port, route) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", probe)[0]

    assert int(port) == DEFAULTS["http.port"]
    assert route in _routes()


def test_the_worker_listens_where_it_is_looked_for() -> None:
    """Compose, image and Prometheus name one port, which is the default, and the worker listens beyond loopback."""
    (job,) = (job for job in _yaml(PROMETHEUS / "prometheus.yml")["scrape_configs"] if job["job_name"] == "copytaster")
    (lookup,) = job["dns_sd_configs"]
    port = DEFAULTS["http.port"]

    assert SERVICES["worker"]["expose"] == [str(port)]
    assert f"EXPOSE {port}" in DOCKERFILE
    assert (lookup["names"], lookup["port"]) == (["worker"], port)
    assert job.get("metrics_path", "/metrics") in _routes()
    assert _environment("worker")["COPYTASTER_HTTP__HOST"] == "0.0.0.0"  # noqa: S104  # inside a container


def test_the_worker_can_be_scaled() -> None:
    """A worker takes neither a fixed port of the host nor a fixed name."""
    assert not {"ports", "container_name"} & set(SERVICES["worker"])


def test_the_worker_can_finish_its_batch() -> None:
    """The container is given longer to stop than the worker gives itself."""
    grace = SERVICES["worker"]["stop_grace_period"]

    assert float(grace.removesuffix("s")) > DEFAULTS["worker.shutdown_seconds"]


def test_the_worker_can_write_nothing_that_stays() -> None:
    """The file system is read-only but for a /tmp in memory."""
    worker = SERVICES["worker"]

    assert worker["read_only"] is True
    assert worker["tmpfs"] == ["/tmp"]  # noqa: S108  # a mount
    assert worker["user"] == "10001:10001"
    assert (worker["cap_drop"], worker["security_opt"]) == (["ALL"], ["no-new-privileges:true"])


def test_nothing_of_ours_has_more_rights_than_the_worker() -> None:
    """Every service of our image is as confined, and no service of the stack is privileged or sees the engine."""
    ours = [service for service in SERVICES.values() if "build" in service]

    assert len(ours) == 2
    for service in ours:
        assert (service["read_only"], service["cap_drop"], service["user"]) == (True, ["ALL"], "10001:10001")
    for service in SERVICES.values():
        assert not {"privileged", "cap_add", "network_mode", "pid", "devices"} & set(service)
        assert "docker.sock" not in str(service.get("volumes"))


def test_the_image_holds_no_secret() -> None:
    """No secret is set in the image, which everybody may read who may run it."""
    assert not {environment_variable(name) for name in secrets()} & _dockerfile_environment().keys()
    assert not re.search(r"^ARG .*(PASSWORD|SECRET|TOKEN)", DOCKERFILE, re.MULTILINE | re.IGNORECASE)


def test_topics_exist_before_a_worker_starts() -> None:
    """The topics are created once, with the names and partitions of the settings, and workers wait for that."""
    assert SERVICES["topics"]["command"] == ["topics", "create"]
    assert SERVICES["worker"]["depends_on"]["topics"]["condition"] == "service_completed_successfully"
    assert not [name for name in _environment("topics") if name.startswith("COPYTASTER_TOPICS__")]


def test_the_host_reaches_kafka_at_the_default_address() -> None:
    """A command on the host finds the stack's broker without a setting."""
    kafka = SERVICES["kafka"]

    assert f"HOST://{DEFAULTS['kafka.bootstrap_servers']}" in kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert kafka["ports"] == [f"{DEFAULTS['kafka.bootstrap_servers']}:9092"]


def test_only_loopback_is_published() -> None:
    """Nothing of the stack can be reached from another machine."""
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
