"""Tests of the sentences for permanent refusals of a consumer group."""

import pytest
from aiokafka.errors import (
    InconsistentGroupProtocolError,
    InvalidGroupIdError,
    InvalidSessionTimeoutError,
    KafkaConnectionError,
    KafkaError,
    for_code,
)

from streams.exit_codes import BROKER_AWAY, WRONG_USAGE
from streams.settings import load
from streams.worker.faust_adapter.client_watch import ClientFaultError
from streams.worker.faust_adapter.join_refusals import GroupMaxSizeReachedError, explain_join_refusal

SETTINGS = load(flags={"worker.group": "desk", "worker.session_timeout_seconds": 5}, environment={})


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (InvalidSessionTimeoutError, ["worker.session_timeout_seconds=5", "group.min.session.timeout.ms"]),
        (InconsistentGroupProtocolError, ["desk", "assignor", "worker.group"]),
        (InvalidGroupIdError, ["'desk'", "worker.group"]),
    ],
)
def test_a_permanent_refusal_is_explained(error: type[KafkaError], named: list[str]) -> None:
    """Each permanent refusal is one sentence that names the error, its value, and the setting to change."""
    fault = ClientFaultError("refused")
    fault.__cause__ = error()

    refusal = explain_join_refusal(fault, SETTINGS)

    assert refusal is not None
    assert refusal.exit_code == WRONG_USAGE
    assert all(each in refusal.sentence for each in [*named, error.__name__.removesuffix("Error")])


def test_a_full_group_is_transient() -> None:
    """A full group is named with the broker's setting, and is worth a restart; aiokafka wraps the error."""
    assert for_code(81) is GroupMaxSizeReachedError

    refusal = explain_join_refusal(KafkaError(repr(GroupMaxSizeReachedError())), SETTINGS)

    assert refusal is not None
    assert refusal.exit_code == BROKER_AWAY
    assert "group.max.size" in refusal.sentence


def test_other_errors_are_no_refusals() -> None:
    """A broker that is away is no refusal, and neither is a crash without a reason."""
    assert explain_join_refusal(KafkaConnectionError(), SETTINGS) is None
    assert explain_join_refusal(None, SETTINGS) is None
