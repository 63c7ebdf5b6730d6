"""What a user may do with Kafka topics, as the broker tells beside their description (KIP-430).

Without this a worker would find out late, and would not know that a person has to mend it: Kafka lets a user look at a
topic who may only read it or only write it, and says no with the first record.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from streams.errors import BrokerRefusedError

RIGHTS: Final = "give it the rights that deploy/kafka/acls.sh lists"
TOPIC_AUTHORIZATION_FAILED: Final = 29
"""The number of this error in Kafka's protocol."""


def require_seen(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise `BrokerRefusedError` where the user may not even look at some of the topics."""
    if denied := [row["name"] for row in rows if row["error_code"] == TOPIC_AUTHORIZATION_FAILED]:
        raise BrokerRefusedError(f"the user may not use the topic {', '.join(denied)}: {RIGHTS}")


def require_rights(rows: Sequence[Mapping[str, Any]], read: Collection[str], write: Collection[str]) -> None:
    """Raise `BrokerRefusedError` where the user may not read or write some of the topics, with all of them.

    Parameters
    ----------
    rows
        Topics as kafka-python describes them.
    read, write
        Their names, by what is to be done with them.

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
    """Return whether the broker says so; one that does not tell lists not even the right to see the topic."""
    allowed = row.get("authorized_operations") or ()
    return "DESCRIBE" in allowed and operation not in allowed
