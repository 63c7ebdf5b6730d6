"""Every error that the streams raise on purpose, sorted by who must act.

    CopytasterError
    ├── PayloadError                 the article is at fault: a dead letter, never retried
    ├── WorldError                   the world is at fault: retried with back-off, the offset is not committed
    │   ├── BrokerUnreachableError
    │   └── DeliveryError            the broker did not take an output record
    └── OperatorError                the operator is at fault: exit 2, with every problem listed at once
        ├── SettingsError
        ├── FeedError                a file or folder that cannot be read
        ├── TopicsError              Kafka topics are missing or differ from what the settings say
        ├── BrokerRefusedError       the broker denies what the settings ask for
        ├── EmbeddedBrokerError      the embedded broker cannot be had on this machine
        └── PortTakenError

The messages are one sentence that says what to do. `classifiers.errors.ClassifierError` is the operator's too.
"""

from enum import StrEnum


class Stage(StrEnum):
    """The steps of an article's path, in their order; metric labels, headers and documentation share these names."""

    DECODE = "decode"
    CLEAN = "clean"
    IDENTIFY = "identify"
    TAG = "tag"
    ENCODE = "encode"
    PUBLISH = "publish"


class RejectReason(StrEnum):
    """Why a record became a dead letter; metric labels, headers and documentation share these names."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    NOT_FINITE = "not_finite"
    NOT_AN_OBJECT = "not_an_object"
    WRONG_TYPE = "wrong_type"
    EMPTY_VALUE = "empty_value"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    NOT_A_CLOUDEVENT = "not_a_cloudevent"
    WITHDRAWAL_WITHOUT_KEY = "withdrawal_without_key"
    OUTPUT_TOO_LARGE = "output_too_large"
    DEADLINE = "deadline"
    OUT_OF_MEMORY = "out_of_memory"
    PROCESS_DIED = "process_died"
    UNEXPECTED = "unexpected"


class CopytasterError(Exception):
    """Base of every error that the streams raise on purpose."""


class PayloadError(CopytasterError):
    """An article that can never be tagged.

    Parameters
    ----------
    stage
        Where it was found.
    reason
        The class of the fault.
    message
        One sentence for the scraper's author.
    """

    def __init__(self, stage: Stage, reason: RejectReason, message: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.reason = reason


class WorldError(CopytasterError):
    """The world is at fault; the same call may succeed later."""


class BrokerUnreachableError(WorldError):
    """No broker answers at the address of the settings."""


class DeliveryError(WorldError):
    """The broker did not acknowledge an output record in time."""


class OperatorError(CopytasterError):
    """A person who runs the program has to mend something."""


class SettingsError(OperatorError):
    """The settings are wrong; the message lists every problem."""


class FeedError(OperatorError):
    """A file or folder of articles cannot be read."""


class TopicsError(OperatorError):
    """Kafka topics are missing or differ from what the settings say."""


class BrokerRefusedError(OperatorError):
    """The broker denies what the settings ask for: credentials or rights."""


class EmbeddedBrokerError(OperatorError):
    """The embedded broker cannot be started on this machine."""


class PortTakenError(OperatorError):
    """Another process listens on the port that the settings name."""
