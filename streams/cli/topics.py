"""`copytaster topics`: creates and checks the Kafka topics that the settings name."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exits import print_error
from streams.cli.options import CommandContext, verb
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
    from streams.brokers.checks.finding import Finding
    from streams.brokers.cluster import Cluster
    from streams.brokers.layout import TopicSpec
    from streams.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Add the verbs."""
    group = typer.Typer(help="Create and check the Kafka topics.", no_args_is_help=True)
    verb(
        group,
        "create",
        "copytaster topics create --broker kafka:9092",
        "copytaster topics create --partitions 24 --replication 3",
    )(_create)
    verb(
        group,
        "check",
        "copytaster topics check --broker kafka:9092",
        "copytaster topics check && copytaster worker",
    )(_check)
    app.add_typer(group, name="topics")


def load_specs(settings: "Settings") -> "list[TopicSpec]":
    """Return the Kafka topics that the settings name.

    Raises
    ------
    TaxonomyError
        If the taxonomy cannot be read.
    SettingsError
        If a route names a topic that the taxonomy does not have.
    """
    from streams.brokers.layout import topic_specs
    from streams.stages.configured_taxonomy import load_taxonomy

    return topic_specs(settings, load_taxonomy(settings))


def _create(
    context: CommandContext,
    *,
    partitions: Annotated[int | None, typer.Option(help="Partitions of each created topic.", metavar="N")] = None,
    replication: Annotated[int | None, typer.Option(help="Replicas of each partition.", metavar="N")] = None,
) -> None:
    """Create the Kafka topics that are missing.

    Existing topics are not changed.
    """
    settings = context.settings({"topics.partitions": partitions, "topics.replication_factor": replication})
    from streams.brokers.cluster import Cluster

    specs = load_specs(settings)
    with Cluster(settings) as cluster:
        created = set(cluster.create(specs))
        for spec in specs:
            typer.echo(f"{'created' if spec.name in created else 'exists '}  {spec.name}")
        for finding in _examine(cluster, settings, specs):
            if finding.severity.is_problem:
                print_error(str(finding))


def _check(context: CommandContext) -> None:
    """Compare the Kafka topics, and what a worker needs of the cluster, with the settings.

    The exit code is 1 if a topic is missing or does not match, or the cluster would refuse a worker. Warnings, and what
    the broker does not report, go to standard error.
    """
    settings = context.settings()
    from streams.brokers.checks.finding import Severity
    from streams.brokers.cluster import Cluster

    specs = load_specs(settings)
    with Cluster(settings) as cluster:
        findings = list(_examine(cluster, settings, specs))
    for finding in findings:
        if finding.severity.is_problem:
            typer.echo(str(finding))
        elif finding.severity is not Severity.OK:
            print_error(f"{finding.check}: {finding}")
    if any(finding.severity.is_problem for finding in findings):
        raise typer.Exit(PROBLEM_FOUND)
    typer.echo(f"all {len(specs)} topics exist and match the settings")


def _examine(cluster: "Cluster", settings: "Settings", specs: "Sequence[TopicSpec]") -> "Iterator[Finding]":
    from streams.brokers.checks.catalogue import examine

    return examine(cluster, settings, specs)
