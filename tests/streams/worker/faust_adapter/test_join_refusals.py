"""Tests of the sentences for permanent refusals of a consumer group."""

import pytest
from aiokafka.errors import (
    InconsistentGroupProtocolError,
    InvalidGroupIdError,
    InvalidSessionTimeoutError,
    KafkaConnectionError,
    KafkaError,
)

from streams.settings import load
from streams.worker.faust_adapter.client_watch import ClientFaultError
from streams.worker.faust_adapter.join_refusals import explain_join_refusal

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

    sentence = explain_join_refusal(fault, SETTINGS)

    assert sentence is not None
    assert all(each in sentence for each in [*named, error.__name__.removesuffix("Error")])


def test_other_errors_are_no_refusals() -> None:
    """A broker that is away is no refusal, and neither is a crash without a reason."""
    assert explain_join_refusal(KafkaConnectionError(), SETTINGS) is None
    assert explain_join_refusal(None, SETTINGS) is None
