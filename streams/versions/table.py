"""Version table: the newest version of each article, in bounded memory.

An article takes 65 bytes, 62 MiB for a million: an entry of 57 bytes in one array, and two slots of four bytes in an
index with open addressing and linear probing (Knuth, The Art of Computer Programming, volume 3, section 6.4). A dict of
the same facts takes over 400 bytes for each. Ids are kept as 128 bits of BLAKE2b: among two million ids the chance that
two have one hash is 1e-26.

Beyond the bound, the article whose first claim is the oldest is forgotten; one that was claimed again since then gets a
second chance (the CLOCK algorithm).
"""

import mmap
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple

from streams.records.origin import Origin
from streams.records.version import MAX_VERSION, Version
from streams.versions.claim import Claim

_ENTRY = Struct("<16sqqqiqiB")
"""Hash of the id; time, number, offset and partition of the version; offset and partition of the origin; flags."""

_HASH_BYTES = 16
_FLAGS_AT = _ENTRY.size - 1
_SLOTS_PER_ID = 2
_WITHDRAWN, _OVERTAKEN, _RECENT, _FOREIGN = 1, 2, 4, 8
_MAX_PARTITION = 2**31 - 1
_NO_HASH = bytes(_HASH_BYTES)
_PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS


class Newest(NamedTuple):
    """The newest version of an article that was claimed.

    `origin` is None where the raw record is in another topic than the worker's. `is_overtaken` states that an older
    claim follows it on the versions topic.
    """

    version: Version
    origin: Origin | None
    withdrawn: bool
    is_overtaken: bool


class VersionTable:
    """The newest version of each article.

    Parameters
    ----------
    raw_topic
        The topic of the worker's raw records.
    max_ids
        Articles that are kept.
    """

    def __init__(self, raw_topic: str, max_ids: int) -> None:
        self._raw_topic = raw_topic
        self._max_ids = max_ids
        # Mapped and not allocated: the system provides a page when it is written to.
        self._entries = mmap.mmap(-1, _ENTRY.size * max_ids, flags=_PRIVATE)
        self._index = memoryview(mmap.mmap(-1, 4 * _SLOTS_PER_ID * max_ids, flags=_PRIVATE)).cast("I")
        self._count = 0
        self._hand = 0
        self._claimed: dict[int, int] = {}

    def __len__(self) -> int:
        return self._count

    @property
    def size_bytes(self) -> int:
        """Memory of the two arrays when every article is known."""
        return len(self._entries) + self._index.nbytes

    def newest(self, article_id: str) -> Newest | None:
        """Return the newest version of an article, None where none is known."""
        slot = self._index[self._find(_hash(article_id))]
        return self._read(slot - 1) if slot else None

    def is_claimed(self, origin: Origin) -> bool:
        """Return whether a raw record, or one behind it in its partition, was claimed before."""
        return origin.offset <= self._claimed.get(origin.partition, -1)

    def apply(self, claim: Claim) -> None:
        """Take in the next claim of the versions topic."""
        if claim.origin.topic == self._raw_topic:
            partition, offset = claim.origin.partition, claim.origin.offset
            self._claimed[partition] = max(offset, self._claimed.get(partition, -1))
        hashed = _hash(claim.article_id)
        place = self._find(hashed)
        if slot := self._index[place]:
            self._update(slot - 1, hashed, claim)
        else:
            self._insert(hashed, claim)

    def forget(self, article_id: str) -> None:
        """Forget an article, as a null value on the versions topic asks for."""
        place = self._find(_hash(article_id))
        if slot := self._index[place]:
            start = (slot - 1) * _ENTRY.size
            self._entries[start : start + _HASH_BYTES] = _NO_HASH
            self._empty(place)

    def _update(self, number: int, hashed: bytes, claim: Claim) -> None:
        if claim.version < self._read(number).version:
            self._entries[number * _ENTRY.size + _FLAGS_AT] |= _OVERTAKEN | _RECENT
        else:
            self._write(number, hashed, claim, _RECENT)

    def _insert(self, hashed: bytes, claim: Claim) -> None:
        if self._count < self._max_ids:
            number, self._count = self._count, self._count + 1
        else:
            number = self._evict()
        self._write(number, hashed, claim, 0)
        self._index[self._find(hashed)] = number + 1  # an eviction may have moved the free slot

    def _evict(self) -> int:
        """Return the number of an entry that is free to use."""
        while self._entries[(flags_at := self._hand * _ENTRY.size + _FLAGS_AT)] & _RECENT:
            self._entries[flags_at] &= ~_RECENT
            self._hand = (self._hand + 1) % self._max_ids
        number, self._hand = self._hand, (self._hand + 1) % self._max_ids
        hashed = self._hash_of(number)
        if hashed != _NO_HASH:
            self._empty(self._find(hashed))
        return number

    def _read(self, number: int) -> Newest:
        _, ms, counted, offset, partition, at, within, flags = _ENTRY.unpack_from(self._entries, number * _ENTRY.size)
        origin = None if flags & _FOREIGN else Origin(self._raw_topic, within, at)
        version = Version(ms, counted, offset, partition)
        return Newest(version, origin, bool(flags & _WITHDRAWN), bool(flags & _OVERTAKEN))

    def _write(self, number: int, hashed: bytes, claim: Claim, flags: int) -> None:
        version, origin = claim.version, claim.origin
        flags |= _WITHDRAWN if claim.withdrawn else 0
        flags |= 0 if origin.topic == self._raw_topic else _FOREIGN
        bounded = (min(each, MAX_VERSION) for each in (version.ms, version.number, version.offset))
        place = (min(origin.offset, MAX_VERSION), min(origin.partition, _MAX_PARTITION))
        partition = min(version.partition, _MAX_PARTITION)
        _ENTRY.pack_into(self._entries, number * _ENTRY.size, hashed, *bounded, partition, *place, flags)

    def _hash_of(self, number: int) -> bytes:
        start = number * _ENTRY.size
        return bytes(self._entries[start : start + _HASH_BYTES])

    def _find(self, hashed: bytes) -> int:
        """Return the place in the index of a hash, or the free one where it belongs."""
        index, size = self._index, len(self._index)
        place = int.from_bytes(hashed[:8]) % size
        while (slot := index[place]) and self._hash_of(slot - 1) != hashed:
            place = (place + 1) % size
        return place

    def _empty(self, hole: int) -> None:
        """Free a place of the index, and move those behind it up that could not be found any more (Knuth's 6.4R)."""
        index, size = self._index, len(self._index)
        place = (hole + 1) % size
        while slot := index[place]:
            home = int.from_bytes(self._hash_of(slot - 1)[:8]) % size
            if (place - home) % size >= (place - hole) % size:
                index[hole] = slot
                hole = place
            place = (place + 1) % size
        index[hole] = 0


def _hash(article_id: str) -> bytes:
    return blake2b(article_id.encode(), digest_size=_HASH_BYTES).digest()
