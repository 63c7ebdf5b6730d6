"""Rights of a user on Kafka topics, as the broker reports them with the description of a topic (KIP-430).

Without this check a worker would fail late, and without knowing that the operator has to act: Kafka lets a user
describe a topic that the user may only read or only write, and denies access with the first record.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from streams.errors import BrokerRefusedError

RIGHTS: Final = "give it the rights that deploy/kafka/acls.sh lists"
TOPIC_AUTHORIZATION_FAILED: Final = 29
"""The number of this error in Kafka's protocol."""


def require_visible(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise `BrokerRefusedError` where the user may not describe some of the topics."""
    if denied := [row["name"] for row in rows if row["error_code"] == TOPIC_AUTHORIZATION_FAILED]:
        raise BrokerRefusedError(f"the user may not use the topic {', '.join(denied)}: {RIGHTS}")


def denied_rights(reported: Mapping[str, Collection[str]], read: Collection[str], write: Collection[str]) -> str:
    """Return one sentence on the topics that the user may not read or write; empty where there are none.

    Parameters
    ----------
    reported
        The operations that the user may do, by topic. A broker that reports no rights does not even list DESCRIBE.
    read, write
        Names of the topics to read and to write.

    Examples
    --------
    >>> denied_rights({"raw": ["DESCRIBE", "WRITE"]}, read=["raw"], write=[])
    'the user may not read raw: give it the rights that deploy/kafka/acls.sh lists'
    """
    lists = {"read": _denied(reported, read, "READ"), "write": _denied(reported, write, "WRITE")}
    denied = [f"{verb} {', '.join(names)}" for verb, names in lists.items() if names]
    return f"the user may not {' and may not '.join(denied)}: {RIGHTS}" if denied else ""


def _denied(reported: Mapping[str, Collection[str]], names: Collection[str], operation: str) -> list[str]:
    return [name for name, allowed in reported.items() if name in names and _is_denied(allowed, operation)]


def _is_denied(allowed: Collection[str], operation: str) -> bool:
    return "DESCRIBE" in allowed and operation not in allowed
