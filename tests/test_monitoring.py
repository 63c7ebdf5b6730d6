"""Alerts and dashboards agree with the code: what they ask for is what a worker exposes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from streams.metrics import Metrics
from streams.worker.probes.health import STALL_WARNING_SHARE
from tests.test_deploy import DEFAULTS, PROMETHEUS, ROOT, SERVICES, _environment, _yaml

DASHBOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
METRIC = re.compile(r"copytaster_\w+")


def _rules() -> list[dict[str, Any]]:
    return [rule for group in _yaml(PROMETHEUS / "rules.yml")["groups"] for rule in group["rules"]]


def _panels(dashboard: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


def _queries(path: Path) -> list[str]:
    dashboard = json.loads(path.read_text(encoding="utf-8"))
    return [target["expr"] for panel in _panels(dashboard) for target in panel.get("targets", [])]


def _samples() -> set[str]:
    """Return the names under which Prometheus stores what the worker exposes."""
    registry = CollectorRegistry()
    Metrics(registry).watch_lag(dict)
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "info": ["_info"]}
    return {metric.name + ending for metric in registry.collect() for ending in endings.get(metric.type, [""])}


def _labels() -> set[str]:
    """Return the labels that a query may name: those of the worker's metrics, and what Prometheus adds."""
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.watch_lag(lambda: {0: 0})
    named = {name for metric in vars(metrics).values() for name in getattr(metric, "_labelnames", ())}
    found = {name for family in registry.collect() for sample in family.samples for name in sample.labels}
    return named | found | {"job", "instance"}


def _labels_named(expression: str) -> set[str]:
    """Return the labels that a query matches or groups by."""
    matched = re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", expression)
    grouped = re.findall(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)", expression)
    return {*matched, *(name.strip() for names in grouped for name in names.split(",") if name.strip())}


def _legends(path: Path) -> str:
    dashboard = json.loads(path.read_text(encoding="utf-8"))
    return " ".join(
        target.get("legendFormat", "") for panel in _panels(dashboard) for target in panel.get("targets", [])
    )


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_alerts_say_what_to_do(rule: dict[str, Any]) -> None:
    """An alert has a severity, a summary and a description, and its runbook is a heading of the operations page."""
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")

    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert {"summary", "description"} <= set(rule["annotations"])
    assert f"### {rule['alert']}\n" in page


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_alerts_name_metrics_that_exist(rule: dict[str, Any]) -> None:
    """Every metric in an alert's expression is one that the worker exposes."""
    assert set(METRIC.findall(rule["expr"])) <= _samples()


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_alerts_name_labels_that_exist(rule: dict[str, Any]) -> None:
    """Every label that an alert matches, groups by or writes out is one of the worker's or of Prometheus."""
    written = {name for text in rule["annotations"].values() for name in re.findall(r"\$labels\.(\w+)", text)}

    assert _labels_named(rule["expr"]) | written <= _labels()


def test_a_stall_is_told_when_a_worker_counts_as_unready() -> None:
    """The alert's threshold is the age at which the default settings call work stalled."""
    (expression,) = (rule["expr"] for rule in _rules() if rule["alert"] == "CopytasterStalled")

    assert float(expression.rpartition(">")[2]) == DEFAULTS["worker.stall_seconds"] * STALL_WARNING_SHARE


def test_alert_tests_cover_every_alert() -> None:
    """Each alert has a test for promtool, and the tests name metrics that exist."""
    text = (PROMETHEUS / "rules_test.yml").read_text(encoding="utf-8")
    tested = {check["alertname"] for test in yaml.safe_load(text)["tests"] for check in test["alert_rule_test"]}

    assert tested == {rule["alert"] for rule in _rules()}
    assert set(METRIC.findall(text)) <= _samples()


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_name_metrics_that_exist(path: Path) -> None:
    """Every query of a dashboard asks for what the worker exposes."""
    queries = _queries(path)

    assert queries
    assert {name for query in queries for name in METRIC.findall(query)} <= _samples()


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_name_labels_that_exist(path: Path) -> None:
    """Every label in a query or a legend is one of the worker's or of Prometheus."""
    named = set().union(*map(_labels_named, _queries(path)))

    assert named
    assert named | set(re.findall(r"{{\s*(\w+)\s*}}", _legends(path))) <= _labels()


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_use_the_provisioned_datasource(path: Path) -> None:
    """Every panel reads from the datasource that is provisioned, and has a title and a unit."""
    (source,) = _yaml(ROOT / "deploy/grafana/provisioning/datasources/prometheus.yml")["datasources"]
    panels = [panel for panel in _panels(json.loads(path.read_text(encoding="utf-8"))) if panel["type"] != "row"]

    assert {panel["datasource"]["uid"] for panel in panels} == {source["uid"]}
    assert all(panel["title"] for panel in panels)


def test_dashboards_are_found() -> None:
    """The folder that Grafana reads its dashboards from is the one that is mounted, and holds the home page."""
    (provider,) = _yaml(ROOT / "deploy/grafana/provisioning/dashboards/copytaster.yml")["providers"]
    folder = provider["options"]["path"]

    assert f"./deploy/grafana/dashboards:{folder}:ro" in SERVICES["grafana"]["volumes"]
    home = _environment("grafana")["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home in {f"{folder}/{path.name}" for path in DASHBOARDS}
