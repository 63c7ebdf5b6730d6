"""The key of a raw record: the id that its article declares.

Records of one key go to one partition, so that the revisions of an article stay in their order. An article that only
its text names has no revisions, and no key.
"""

from streams.records.article import DecodedArticle
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError
from streams.settings.schema import LimitsSettings
from streams.stages.decode import Decoder
from streams.stages.identity import declared_id

_NOWHERE = Origin("", 0, 0)


class Keys:
    """Finds the keys of raw records by the worker's own rules."""

    def __init__(self) -> None:
        self._decoder = Decoder(LimitsSettings())

    def of(self, value: bytes) -> bytes | None:
        """Return the key of a value, None where it declares no id or is no article."""
        try:
            article = self._decoder.decode(RawRecord(_NOWHERE, None, value))
        except PayloadError:
            return None
        name = declared_id(article) if isinstance(article, DecodedArticle) else None
        return name.encode() if name else None
