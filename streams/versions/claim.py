"""Claim: a record of the versions topic, which states that a worker publishes a version of an article."""

import msgspec

from streams.records.origin import Origin, OutputRecord
from streams.records.version import Version


class Claim(msgspec.Struct, frozen=True):
    """A version of an article that a worker is about to publish.

    `origin` is where the worker read the raw record; `withdrawn` states that the version is a withdrawal.
    """

    article_id: str
    version: Version
    origin: Origin
    withdrawn: bool = False

    def to_record(self, topic: str) -> OutputRecord:
        """Return the record that states the claim: the id of the article is its key.

        >>> Claim("example.org:1", Version(7, 0, 3, 1), Origin("raw", 1, 3)).to_record("versions").value
        b'{"version":{"ms":7,"number":0,"offset":3,"partition":1},"origin":{"topic":"raw","partition":1,"offset":3},\
"withdrawn":false}'
        """
        value = msgspec.json.encode(_Value(self.version, self.origin, self.withdrawn))
        return OutputRecord(topic, self.article_id.encode(), value)


class _Value(msgspec.Struct, frozen=True):
    version: Version
    origin: Origin
    withdrawn: bool


_decoder = msgspec.json.Decoder(_Value)


def read_claim(key: bytes | None, value: bytes | None) -> Claim | None:
    """Return the claim of a record, None for a record that is no claim."""
    try:
        stated = _decoder.decode(value or b"")
        return Claim((key or b"").decode(), stated.version, stated.origin, stated.withdrawn)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
