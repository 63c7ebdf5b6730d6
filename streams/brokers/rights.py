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


def require_rights(rows: Sequence[Mapping[str, Any]], read: Collection[str], write: Collection[str]) -> None:
    """Raise `BrokerRefusedError` where the user may not read or write some of the topics, with all of them.

    Parameters
    ----------
    rows
        Topics as kafka-python describes them.
    read, write
        Names of the topics to read and to write.

    Examples
    --------
    >>> row = {"name": "raw", "error_code": 0, "authorized_operations": ["DESCRIBE", "WRITE"]}
    >>> require_rights([row], read=["raw"], write=[])
    Traceback (most recent call last):
    streams.errors.BrokerRefusedError: the user may not read raw: give it the rights that deploy/kafka/acls.sh lists
    """
    unreadable = [row["name"] for row in rows if row["name"] in read and _is_denied(row, "READ")]
    unwritable = [row["name"] for row in rows if row["name"] in write and _is_denied(row, "WRITE")]
    lists = (("read", unreadable), ("write", unwritable))
    denied = [f"{verb} {', '.join(names)}" for verb, names in lists if names]
    if denied:
        raise BrokerRefusedError(f"the user may not {' and may not '.join(denied)}: {RIGHTS}")


def _is_denied(row: Mapping[str, Any], operation: str) -> bool:
    """Return whether the broker denies an operation; one that reports no rights does not even list DESCRIBE."""
    allowed = row.get("authorized_operations") or ()
    return "DESCRIBE" in allowed and operation not in allowed
