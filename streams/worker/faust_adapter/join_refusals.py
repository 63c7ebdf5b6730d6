"""Permanent refusals of a consumer group: the settings, or another consumer, that the operator has to change."""

from collections.abc import Iterator

from aiokafka.errors import InconsistentGroupProtocolError, InvalidGroupIdError, InvalidSessionTimeoutError

from streams.settings.schema import Settings


def explain_join_refusal(error: BaseException | None, settings: Settings) -> str | None:
    """Return one sentence on why the group refuses the worker, None where the error is no permanent refusal."""
    worker = settings.worker
    for cause in _causes(error):
        match cause:
            case InvalidSessionTimeoutError():
                return (
                    f"the broker refuses worker.session_timeout_seconds={worker.session_timeout_seconds:g} "
                    "(InvalidSessionTimeout): choose a value between the broker's group.min.session.timeout.ms (6 s by "
                    "default) and group.max.session.timeout.ms (30 min by default)"
                )
            case InconsistentGroupProtocolError():
                return (
                    f"the consumer group {worker.group} has a member that is no worker: it uses another assignor or "
                    "protocol (InconsistentGroupProtocol); stop that consumer, or set worker.group to another group"
                )
            case InvalidGroupIdError():
                return f"the broker refuses the consumer group {worker.group!r} (InvalidGroupId): change worker.group"
            case _:
                continue
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
