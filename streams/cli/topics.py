"""`copytaster topics`: the Kafka topics that the settings name, created and checked."""

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


def specs_of(settings: "Settings") -> "list[TopicSpec]":
    """Return the Kafka topics that the settings name.

    Raises
    ------
    TaxonomyError
        If the taxonomy cannot be read.
    SettingsError
        If a route names a topic that the taxonomy does not have.
    """
    from streams.brokers.layout import topic_specs
    from streams.stages.taxonomy import load_taxonomy

    return topic_specs(settings, load_taxonomy(settings))


def problems_of(cluster: "Cluster", specs: "Sequence[TopicSpec]") -> list[str]:
    """Return what is wrong with the topics of a cluster; says so where the broker does not tell some configs."""
    from streams.brokers.layout import find_problems, unreported_configs

    found = cluster.describe([spec.name for spec in specs])
    if found and (silent := unreported_configs(specs, found)):
        print_error(f"the broker does not tell {', '.join(silent)}: nothing can be said about them")
    return find_problems(specs, found)


def _create(
    context: CommandContext,
    *,
    partitions: Annotated[int | None, typer.Option(help="Partitions of topics that are created.")] = None,
    replication: Annotated[int | None, typer.Option(help="Copies of topics that are created.")] = None,
) -> None:
    """Create the Kafka topics that are missing.

    Those that exist are left as they are.
    """
    settings = context.settings({"topics.partitions": partitions, "topics.replication_factor": replication})
    from streams.brokers.cluster import Cluster

    specs = specs_of(settings)
    with Cluster(settings) as cluster:
        created = set(cluster.create(specs))
        for spec in specs:
            typer.echo(f"{'created' if spec.name in created else 'exists '}  {spec.name}")
        for sentence in problems_of(cluster, specs):
            print_error(sentence)


def _check(context: CommandContext) -> None:
    """Compare the Kafka topics with the settings.

    It exits 1 when one is missing or does not serve.
    """
    settings = context.settings()
    from streams.brokers.cluster import Cluster

    specs = specs_of(settings)
    with Cluster(settings) as cluster:
        sentences = problems_of(cluster, specs)
    for sentence in sentences:
        typer.echo(sentence)
    if sentences:
        raise typer.Exit(PROBLEM_FOUND)
    typer.echo(f"all {len(specs)} topics are there and serve")
