"""Those who start a worker again, systemd and Kubernetes, are told what the code promises."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from streams.exit_codes import BROKER_AWAY, INTERNAL_FAULT, WRONG_USAGE
from streams.settings import describe, environment_variable
from tests.test_deploy import SERVICES, _routes

ROOT = Path(__file__).parents[1]
UNIT = ROOT / "deploy/systemd/copytaster.service"
KUBERNETES = ROOT / "deploy/kubernetes/worker.yaml"
KUBERNETES_VERSIONS = ("1.30", "1.33", "1.35")
DEFAULTS = {name: default for name, default, _ in describe()}
VARIABLES = {environment_variable(name) for name in DEFAULTS}
MEBIBYTES = {"Mi": 1, "Gi": 1024, "M": 1, "G": 1024}
WORKER_AND_MODELS_MEBIBYTES = 400
"""110 for the worker, 250 for a child with the shipped models, and some room."""

DOCUMENTS: dict[str, Any] = {
    document["kind"]: document for document in yaml.safe_load_all(KUBERNETES.read_text(encoding="utf-8"))
}
POD = DOCUMENTS["Deployment"]["spec"]["template"]
(CONTAINER,) = POD["spec"]["containers"]


def _unit(path: Path = UNIT) -> dict[str, str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _mebibytes(size: str) -> int:
    unit = size.lstrip("0123456789")
    return int(size.removesuffix(unit)) * MEBIBYTES[unit]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here to read the unit")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """The unit is sound, but that a systemd may be older than two of its keys."""
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/copytaster/bin/copytaster", sys.executable))

    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )

    newer = ("Unknown key 'RestartSteps'", "Unknown key 'RestartMaxDelaySec'", "Unknown key name 'Restart")
    complaints = [line for line in checked.stderr.splitlines() if not any(key in line for key in newer)]
    assert [line for line in complaints if UNIT.name in line] == []


def test_systemd_starts_a_worker_again_when_that_may_help() -> None:
    """After a fault and a broker that stays away, with pauses; not after a stop, nor before a person has looked."""
    unit = _unit()

    assert unit["Restart"] == "on-failure"
    assert unit["RestartPreventExitStatus"].split() == [str(WRONG_USAGE)]
    assert not {str(INTERNAL_FAULT), str(BROKER_AWAY)} & set(unit["RestartPreventExitStatus"].split())
    assert float(unit["RestartSec"].removesuffix("s")) >= 5
    assert float(unit["RestartMaxDelaySec"].removesuffix("s")) >= 60
    assert unit["StartLimitIntervalSec"] == "0"


def test_containers_are_started_again() -> None:
    """Docker and Kubernetes start a worker again whatever its exit code, with the pauses that are their own."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert SERVICES["worker"]["restart"] == "unless-stopped"
    assert POD["spec"].get("restartPolicy", "Always") == "Always"  # the only one that a Deployment takes
    for row in ("doubling from 0.1 s to a minute", "5 s, from systemd 254 on growing to a minute", "10 s to 5 minutes"):
        assert row in page


def test_systemd_leaves_the_child_to_its_worker() -> None:
    """The worker alone is told to stop, has time to finish, and outlives a child that the kernel kills."""
    unit = _unit()

    assert unit["KillMode"] == "mixed"
    assert unit["OOMPolicy"] == "continue"
    assert float(unit["TimeoutStopSec"].removesuffix("s")) > DEFAULTS["worker.shutdown_seconds"]


@pytest.mark.parametrize("limit", [_unit()["MemoryMax"], CONTAINER["resources"]["limits"]["memory"]])
def test_there_is_room_for_a_batch(limit: str) -> None:
    """The memory limit lies above worker, models and what a batch may take: the child's own limit is met first."""
    assert _mebibytes(limit) >= WORKER_AND_MODELS_MEBIBYTES + DEFAULTS["worker.child_memory_mebibytes"]


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_kubernetes_understands_the_manifest(kind: str, version: str) -> None:
    """Every document is valid by the schema of Kubernetes, without a field that it does not know."""
    kubernetes_validate.validate(DOCUMENTS[kind], version, strict=True)


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
def test_kubernetes_would_not_take_a_slip(version: str) -> None:
    """The schema is the one that tells: a field that does not exist is refused."""
    deployment = DOCUMENTS["Deployment"]
    slip = deployment | {"spec": deployment["spec"] | {"replicsa": 1}}

    with pytest.raises(kubernetes_validate.ValidationError, match="replicsa"):
        kubernetes_validate.validate(slip, version, strict=True)


def test_every_variable_of_the_manifest_is_a_setting() -> None:
    """No COPYTASTER_ variable is set that the program would refuse, and none that Kubernetes makes up."""
    assert {entry["name"] for entry in CONTAINER["env"]} <= VARIABLES
    assert POD["spec"]["enableServiceLinks"] is False


def test_probes_ask_routes_that_exist() -> None:
    """Liveness restarts what is dead, readiness waits for what is not ready, at the port where the worker listens."""
    (port,) = CONTAINER["ports"]
    probes = {name: CONTAINER[f"{name}Probe"]["httpGet"] for name in ("liveness", "readiness")}
    environment = {entry["name"]: entry["value"] for entry in CONTAINER["env"]}

    assert {name: probe["path"] for name, probe in probes.items()} == {"liveness": "/livez", "readiness": "/readyz"}
    assert {probe["path"] for probe in probes.values()} <= _routes()
    assert {probe["port"] for probe in probes.values()} == {port["name"]}
    assert str(port["containerPort"]) == environment["COPYTASTER_HTTP__PORT"]
    assert environment["COPYTASTER_HTTP__HOST"] == "0.0.0.0"  # noqa: S104  # inside a container
    assert POD["metadata"]["annotations"]["prometheus.io/port"] == environment["COPYTASTER_HTTP__PORT"]


def test_a_pod_can_finish_its_batch() -> None:
    """A pod is given longer to stop than the worker gives itself."""
    assert POD["spec"]["terminationGracePeriodSeconds"] > DEFAULTS["worker.shutdown_seconds"]


def test_a_pod_has_no_rights() -> None:
    """It runs as the user of the image, can write nothing that stays, and has no token of the cluster."""
    user, container = POD["spec"]["securityContext"], CONTAINER["securityContext"]

    assert (user["runAsNonRoot"], user["runAsUser"]) == (True, 10001)
    assert user["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["readOnlyRootFilesystem"] is True
    assert container["allowPrivilegeEscalation"] is False
    assert container["capabilities"] == {"drop": ["ALL"]}
    assert POD["spec"]["automountServiceAccountToken"] is False
    assert [volume["emptyDir"]["medium"] for volume in POD["spec"]["volumes"]] == ["Memory"]


def test_a_deploy_replaces_one_worker_after_the_other() -> None:
    """One worker at a time is taken away, by a deploy or by whoever empties a node, and the selectors agree."""
    deployment, budget = DOCUMENTS["Deployment"]["spec"], DOCUMENTS["PodDisruptionBudget"]["spec"]

    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}
    assert budget["maxUnavailable"] == 1
    assert budget["selector"] == deployment["selector"]
    assert deployment["selector"]["matchLabels"].items() <= POD["metadata"]["labels"].items()
