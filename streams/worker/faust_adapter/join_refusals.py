"""Refusals of a consumer group, each with its remedy: permanent ones, and that of a group with no room for a worker."""

from collections.abc import Iterator
from typing import NamedTuple

from aiokafka import errors
from aiokafka.errors import (
    BrokerResponseError,
    InconsistentGroupProtocolError,
    InvalidGroupIdError,
    InvalidSessionTimeoutError,
)

from streams.exit_codes import BROKER_AWAY, WRONG_USAGE
from streams.settings.schema import Settings

PERMANENT = (InvalidSessionTimeoutError, InconsistentGroupProtocolError, InvalidGroupIdError)

GROUP_FULL = (
    "the consumer group has as many members as the broker's group.max.size allows (GroupMaxSizeReached): stop members "
    "that are not needed, or raise group.max.size on the brokers"
)


class GroupMaxSizeReachedError(BrokerResponseError):  # type: ignore[misc]  # aiokafka has no types
    """The group is full; aiokafka 0.14.0 does not know this error of Kafka (KIP-389)."""

    errno = 81
    message = "GROUP_MAX_SIZE_REACHED"


errors.kafka_errors[GroupMaxSizeReachedError.errno] = GroupMaxSizeReachedError


class JoinRefusal(NamedTuple):
    """Why the group refuses the worker and what to do about it, in one sentence, and the exit code."""

    sentence: str
    exit_code: int


def explain_join_refusal(error: BaseException | None, settings: Settings) -> JoinRefusal | None:
    """Return why the group refuses the worker, None where the error is no refusal that is known."""
    for cause in _causes(error):
        if is_group_full(cause):
            return JoinRefusal(f"{settings.worker.group}: {GROUP_FULL}", BROKER_AWAY)
        if sentence := _permanent_refusal(cause, settings):
            return JoinRefusal(sentence, WRONG_USAGE)
    return None


def is_refusal(error: BaseException | None) -> bool:
    """Return whether `explain_join_refusal` knows an error."""
    return isinstance(error, PERMANENT) or is_group_full(error)


def is_group_full(error: BaseException | None) -> bool:
    """Return whether a group has no room; aiokafka wraps errors that it did not expect."""
    return isinstance(error, GroupMaxSizeReachedError) or GroupMaxSizeReachedError.__name__ in str(error)


def _permanent_refusal(error: BaseException, settings: Settings) -> str | None:
    worker = settings.worker
    match error:
        case InvalidSessionTimeoutError():
            return (
                f"the broker refuses worker.session_timeout_seconds={worker.session_timeout_seconds:g} "
                "(InvalidSessionTimeout): choose a value between the broker's group.min.session.timeout.ms (6 s by "
                "default) and group.max.session.timeout.ms (30 min by default)"
            )
        case InconsistentGroupProtocolError():
            return (
                f"the consumer group {worker.group} has a member that is no worker, or a worker of version 0.1.0: it "
                "uses another assignor or protocol (InconsistentGroupProtocol); stop that consumer or set worker.group "
                "to another group, or, to replace workers of version 0.1.0 one by one, set worker.offer_roundrobin"
            )
        case InvalidGroupIdError():
            return f"the broker refuses the consumer group {worker.group!r} (InvalidGroupId): change worker.group"
        case _:
            return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
