"""Errors of the streams, by who must act.

    CopytasterError
    ├── PayloadError                 the record is at fault: a dead letter, never retried (`streams.records.rejection`)
    ├── TransientError               transient infrastructure failure: retried, the offset is not committed
    │   ├── BrokerUnreachableError
    │   └── DeliveryError            the broker did not acknowledge an output record
    ├── CorruptBatchError            a batch on the broker cannot be read: commands read the other partitions, exit 1
    └── OperatorError                the operator is at fault: exit 2, with every problem listed at once
        ├── SettingsError
        ├── FeedError                a file or folder that cannot be read
        ├── TopicsError              Kafka topics are missing or differ from the settings
        ├── BrokerRefusedError       the broker denies credentials or rights
        ├── EmbeddedBrokerError      the embedded broker cannot be started
        ├── ReplayConflictError      two replays of the same dead letters run at once
        └── PortTakenError

Each message is one sentence that says what to do. `classifiers.errors.ClassifierError` is the operator's to fix, too.
"""

from collections.abc import Iterable


class CopytasterError(Exception):
    """Base of the errors of the streams."""


class TransientError(CopytasterError):
    """Transient infrastructure failure; the same call may succeed later."""


class BrokerUnreachableError(TransientError):
    """No broker answers at the address of the settings; `causes` are the failed connections, where known."""

    def __init__(self, message: str, causes: Iterable[OSError] = ()) -> None:
        super().__init__(message)
        self.causes = tuple(causes)


class DeliveryError(TransientError):
    """The broker did not acknowledge an output record in time."""


class CorruptBatchError(CopytasterError):
    """A batch on the broker cannot be read; `partition` is that of the Kafka client."""

    def __init__(self, message: str, partition: object) -> None:
        super().__init__(message)
        self.partition = partition


class OperatorError(CopytasterError):
    """The operator has to fix something."""


class SettingsError(OperatorError):
    """The settings are invalid; the message lists every problem."""


class FeedError(OperatorError):
    """A file or folder of articles cannot be read."""


class TopicsError(OperatorError):
    """Kafka topics are missing or differ from the settings."""


class BrokerRefusedError(OperatorError):
    """The broker denies the credentials or the rights of the user."""


class EmbeddedBrokerError(OperatorError):
    """The embedded broker cannot be started on this machine; `output` is what it printed, where it ran."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class ReplayConflictError(OperatorError):
    """Another replay of the same dead letters has committed offsets meanwhile."""


class PortTakenError(OperatorError):
    """Another process listens on the port that the settings name."""
