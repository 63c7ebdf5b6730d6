"""Key of a raw record: the id that its article declares.

Records of one key go to one partition, so that the revisions of an article stay in order. An article whose id is the
digest of its text has no revisions, and no key.
"""

from streams.records.article import DecodedArticle
from streams.records.origin import Origin, RawRecord
from streams.records.outcome import Rejected
from streams.records.rejection import Stage
from streams.settings.schema import LimitsSettings
from streams.stages.attempt import attempt
from streams.stages.decode import Decoder
from streams.stages.identity import declared_id

_NOWHERE = Origin("", 0, 0)


class Keys:
    """Computes the keys of raw records by the rules of the worker."""

    def __init__(self) -> None:
        self._decoder = Decoder(LimitsSettings(), embargoed="tag")

    def of(self, value: bytes) -> bytes | None:
        """Return the key of a value, None where it declares no id or is not an article.

        A canceled item has the key of the article that it withdraws.
        """
        article = attempt(Stage.DECODE, self._decoder.decode, RawRecord(_NOWHERE, None, value))
        if isinstance(article, Rejected):
            return None
        name = declared_id(article) if isinstance(article, DecodedArticle) else article.article_id
        return name.encode() if name else None
