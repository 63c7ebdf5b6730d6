"""Version of an article: which of two records of one article is the newer."""

from datetime import datetime

import msgspec

MAX_VERSION = 2**53 - 1
"""Integers up to here are exact in every JSON reader (RFC 8259, section 6)."""


class StatedVersion(msgspec.Struct, frozen=True):
    """What the source states of its version: the time at which it made it, aware, and its number."""

    made_at: datetime | None = None
    number: int | None = None


class Version(msgspec.Struct, frozen=True, order=True):
    """The place of a record among the records of its article: the greater version is the newer.

    `ms` is Unix time in milliseconds and what a tagged record calls its version. Ties are broken by the source's number
    of the version, 0 where it gives none, then by the offset and the partition at the first attempt. Two records never
    have equal versions, and the copies of one record always do.

    Examples
    --------
    >>> Version(1616494500000, number=2, offset=3) > Version(1616494500000, number=1, offset=7)
    True
    """

    ms: int
    number: int = 0
    offset: int = 0
    partition: int = 0
