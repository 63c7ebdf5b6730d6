"""Ready and alive, with a clock that the test moves."""

import pytest

from streams.worker.partition_faults import Cause, PartitionFaults, Place
from streams.worker.probes.health import Health, Notice


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


def ready_worker(clock: Clock) -> Health:
    """Return the health of a worker that is ready."""
    health = Health(stall_seconds=100, clock=clock)
    health.on_models_loaded()
    health.on_assigned(2)
    return health


def test_a_worker_is_ready_when_models_and_group_are() -> None:
    """A worker with its models loaded and its group joined is ready and alive."""
    health = ready_worker(Clock())

    assert (health.ready().good, health.live().good) == (True, True)


def test_a_worker_whose_models_are_loaded_anew_is_not_ready() -> None:
    """While the child process is replaced, the worker is alive and not ready."""
    worker = ready_worker(Clock())

    worker.on_models_lost()
    assert worker.live().good
    assert worker.ready().problems == ("the models are not loaded",)

    worker.on_models_loaded()
    assert worker.ready().good


def test_a_worker_without_partitions_is_ready() -> None:
    """A worker to which the group assigned no partition is ready."""
    health = ready_worker(Clock())

    health.on_assigned(0)

    assert health.ready().good


def test_a_starting_worker_is_alive_but_not_ready() -> None:
    """Before the models are loaded and the group is joined, the worker is unready for both reasons."""
    health = Health(stall_seconds=100)

    assert health.live().good
    assert health.ready().problems == ("the models are not loaded", "the consumer group is not joined")


def test_a_rebalance_makes_unready_and_never_dead() -> None:
    """During a rebalance the worker is alive and not ready, however long it takes; afterwards it is ready."""
    clock = Clock()
    health = ready_worker(clock)

    health.on_revoked()
    clock.seconds += 10_000

    assert health.live().good
    assert health.ready().problems == ("the consumer group rebalances",)
    health.on_assigned(1)
    assert health.ready().good


def test_a_broker_that_is_away_makes_unready() -> None:
    """While the broker does not answer, the worker is alive and not ready."""
    health = ready_worker(Clock())

    health.on_broker(away=True)

    assert (health.live().good, health.ready().problems) == (True, ("the broker does not answer",))


def test_a_stopping_worker_is_not_ready() -> None:
    """A worker that is stopping is not ready."""
    health = ready_worker(Clock())

    health.on_stopping()

    assert health.ready().problems == ("the worker is stopping",)


@pytest.mark.parametrize(
    ("age_seconds", "ready", "live"), [(50, True, True), (51, False, True), (100, False, True), (101, False, False)]
)
def test_old_work_makes_unready_and_then_dead(age_seconds: float, *, ready: bool, live: bool) -> None:
    """A record that stays unacknowledged makes the worker unready at half the limit, and dead beyond it."""
    clock = Clock()
    health = ready_worker(clock)
    fetched_at = clock.seconds
    health.watch(lambda: fetched_at)

    clock.seconds += age_seconds

    assert (health.ready().good, health.live().good) == (ready, live)


def test_an_idle_worker_stays_alive() -> None:
    """A worker with nothing fetched stays alive."""
    clock = Clock()
    health = ready_worker(clock)
    health.watch(lambda: None)

    clock.seconds += 1_000_000

    assert (health.ready().good, health.live().good) == (True, True)


def test_the_detail_says_everything() -> None:
    """The detail holds both verdicts, their problems and the numbers behind them."""
    clock = Clock()
    health = ready_worker(clock)
    health.watch(lambda: clock.seconds - 200)

    detail = health.detail()

    assert (detail["live"], detail["ready"]) == (False, False)
    assert (detail["partitions"], detail["oldest_work_seconds"]) == (2, 200)
    assert detail["problems"] == ["a record is unacknowledged for 200 s"] * 2


def test_a_partition_that_cannot_be_read_is_a_problem_and_no_reason_for_a_restart() -> None:
    """The worker stays ready and alive; its details have topic, partition, offset, error, advice and the next retry."""
    clock = Clock()
    health = ready_worker(clock)
    faults = PartitionFaults(clock=clock)
    health.watch_partitions(faults.current)
    faults.record_failure(Place("raw", 3), 10, Cause.CORRUPT, "Invalid CRC")
    clock.seconds += 7

    detail = health.detail()

    assert (detail["ready"], detail["live"]) == (True, True)
    (fault,) = faults.current()
    assert detail["problems"] == [fault.sentence]
    assert detail["unreadable_partitions"] == [
        {
            "topic": "raw",
            "partition": 3,
            "offset": 10,
            "cause": "corrupt",
            "error": "Invalid CRC",
            "advice": fault.advice,
            "since_seconds": 7,
            "failures": 1,
            "retry_in_seconds": 0,
        }
    ]


def test_notices_are_problems_of_the_detail_alone() -> None:
    """A notice appears in the detail, as a sentence and with its facts, and changes no verdict."""
    clock = Clock()
    health = ready_worker(clock)
    health.watch_notices("open_transactions", lambda: [Notice("partition 3 stands still", {"partition": 3})])

    detail = health.detail()

    assert (detail["live"], detail["ready"]) == (True, True)
    assert detail["problems"] == ["partition 3 stands still"]
    assert detail["open_transactions"] == [{"partition": 3}]
