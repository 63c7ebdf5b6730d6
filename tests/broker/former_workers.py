"""Workers as those of version 0.1.0, which offered their group Kafka's own assignor alone."""

from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from streams.worker.faust_adapter import consumer

VARIABLE = "TEST_FORMER_WORKER"
"""In the environment of a worker that is to be one."""


def install() -> None:
    """Let the worker of this process offer what version 0.1.0 offered."""

    def choose_former(*, offer_roundrobin: bool) -> list[type[RoundRobinPartitionAssignor]]:
        del offer_roundrobin
        return [RoundRobinPartitionAssignor]

    vars(consumer)["choose_assignors"] = choose_former
