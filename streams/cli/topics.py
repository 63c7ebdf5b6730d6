"""`copytaster topics`: creates and checks the Kafka topics that the settings name."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.exits import print_error
from streams.cli.options import CommandContext, verb
from streams.exit_codes import PROBLEM_FOUND

if TYPE_CHECKING:
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


def check_cluster(cluster: "Cluster", specs: "Sequence[TopicSpec]", settings: "Settings") -> list[str]:
    """Return the problems of a cluster that would stop a worker: its topics, and its limits for consumer groups."""
    from streams.brokers.group_limits import find_group_problems

    return [*check_topics(cluster, specs), *find_group_problems(settings, cluster.broker_configs())]


def check_topics(cluster: "Cluster", specs: "Sequence[TopicSpec]") -> list[str]:
    """Return the problems of the topics of a cluster; print which configs the broker does not report."""
    from streams.brokers.layout import find_problems, unreported_configs

    found = cluster.describe([spec.name for spec in specs])
    if found and (unreported := unreported_configs(specs, found)):
        print_error(
            f"the broker does not report {', '.join(unreported)}: these are not checked; check them with its own tools"
        )
    return find_problems(specs, found)


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
        for problem in check_topics(cluster, specs):
            print_error(problem)


def _check(context: CommandContext) -> None:
    """Compare the Kafka topics with the settings.

    The exit code is 1 if a topic is missing or does not match.
    """
    settings = context.settings()
    from streams.brokers.cluster import Cluster

    specs = load_specs(settings)
    with Cluster(settings) as cluster:
        problems = check_cluster(cluster, specs, settings)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(PROBLEM_FOUND)
    typer.echo(f"all {len(specs)} topics exist and match the settings")
