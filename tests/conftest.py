"""Fixtures that every test may use."""

import gc
import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from streams.brokers.embedded import EmbeddedBroker
from tests.broker.ledger import Account, Ledger
from tests.broker.newsroom import Newsroom
from tests.broker.relay import Relay
from tests.kafka.apache import ApacheKafka, Listener
from tests.kafka.maven import KafkaMissingError, fetched_jars

# Collecting the tests imports all modules, and makes hardly any garbage: looking for it takes a third of that time.
gc.disable()

# How long an example takes says something about the machine, and about what it imports first, not about the code.
settings.register_profile("copytaster", deadline=None)
settings.load_profile("copytaster")

# A shell starts what runs in its background with SIGINT ignored, and so would every process be that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that wait, for a broker or for an installation, so that the others fill the time.

    Those with a broker pass over sockets that kafka-python now and then leaves open when a client closes.
    """
    items.sort(key=lambda item: not (_has_broker(item) or item.get_closest_marker("wheel")))
    for item in items:
        if _has_broker(item):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


def pytest_collection_finish() -> None:
    """Keep what was imported by now from being looked at by each collection of garbage, which takes 0.2 s otherwise."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _sockets_that_are_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect these sockets before the next test, which need not have a broker."""
    yield
    if _has_broker(request.node):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "unclosed <socket", ResourceWarning)
            gc.collect()


def _has_broker(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(each) for each in ("broker", "kafka"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Return the folder of the corpora that TEST_CORPORA names; without it the test is skipped."""
    folder = os.environ.get("TEST_CORPORA")
    if not folder:
        pytest.skip("TEST_CORPORA names no folder of corpora")
    return Path(folder)


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """Return the folder of Apache Kafka's jars; without them the test fails with what is missing."""
    try:
        return fetched_jars()
    except KafkaMissingError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def network() -> Iterator[Relay]:
    """Return the relay that stands before the broker of the whole run, for those who come by it."""
    with Relay() as relay:
        yield relay


@pytest.fixture
def relay(network: Relay) -> Iterator[Relay]:
    """Return the relay, whole before the test and after it."""
    yield network
    network.heal()


@pytest.fixture(scope="session")
def apache_kafka(kafka_jars: Path, network: Relay) -> Iterator[ApacheKafka]:
    """Return Apache Kafka with one node, which the whole run shares; one of its listeners advertises the relay."""
    with ApacheKafka(kafka_jars, listeners=[Listener("RELAYED", "PLAINTEXT", network.port)]) as cluster:
        network.forward_to(cluster.servers_of("RELAYED"))
        yield cluster


@pytest.fixture(scope="session")
def bootstrap_servers(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a broker: the one that TEST_BROKER names, or an embedded one.

    TEST_BROKER=kafka starts Apache Kafka.
    """
    named = os.environ.get("TEST_BROKER")
    if named == "kafka":
        yield request.getfixturevalue("apache_kafka").bootstrap_servers
    elif named:
        yield named
    else:
        with EmbeddedBroker() as broker:
            yield broker.bootstrap_servers


@pytest.fixture
def ledger(newsroom: Newsroom, request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """Return the books of the test's newsroom; the account goes into the table at the end of the run."""
    scenario = request.node.name.removeprefix("test_").replace("_", " ")

    def note(account: Account) -> None:
        others = [each for each in request.node.user_properties if each[0] != "account"]
        request.node.user_properties[:] = [*others, ("account", [scenario, *account])]

    books = Ledger(newsroom, note)
    yield books
    books.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the order of the tests, and what became of the articles of every scenario."""
    if (seed := getattr(terminalreporter.config.option, "randomly_seed", None)) is not None:
        terminalreporter.line(f'the order of the tests was random: ARGS="--randomly-seed={seed}" repeats it')
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    accounts = [
        account
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, account in report.user_properties
        if name == "account"
    ]
    if accounts:
        terminalreporter.section("sent, missing, duplicates, seconds from the last fault until all is committed")
    for scenario, sent, missing, duplicates, seconds in accounts:
        terminalreporter.line(f"{sent:>7}{missing:>7}{duplicates:>7}{seconds:>7.1f}  {scenario}")
