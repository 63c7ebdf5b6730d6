"""Encode: the tagged article, composed and serialised to JSON."""

import msgspec
from msgspec import UNSET

from classifiers.language_codes import language_code
from classifiers.predictions import Language, Tags
from streams.records.article import CleanedArticle, Note
from streams.records.origin import Origin, RawRecord
from streams.records.rejection import PayloadError, RejectReason, Stage
from streams.records.tagged import Provenance, Release, TaggedArticle
from streams.records.version import Version
from streams.stages.dates import received_at

MAX_ADDED_BYTES = 256 * 1024
"""By how much a tagged record may be larger than its raw record. Tags take some 2 KB, and less than half of this where
an article names every target (`tests/streams/stages/test_output_size.py`); cleaning rarely adds a byte to a text."""

_encoder = msgspec.json.Encoder()


class Composer:
    """Composes tagged articles.

    Parameters
    ----------
    release
        The versions and digests that every tagged record names.
    include_text
        Whether a tagged record has the cleaned text.
    """

    def __init__(self, release: Release, *, include_text: bool = True) -> None:
        self.release = release
        self._include_text = include_text

    def compose(self, record: RawRecord, article: CleanedArticle, tags: Tags, version: Version) -> TaggedArticle:
        """Return the tagged article; it depends on the raw record and the release alone."""
        received = received_at(record)
        return TaggedArticle(
            id=article.id,
            url=article.url,
            title=article.title,
            publisher=article.publisher,
            language=tags.language,
            published_at=article.published_at,
            received_at=received,
            event_time=article.published_at or received,
            version=version.ms,
            text=article.text if self._include_text else UNSET,
            text_digest=article.text_digest,
            text_chars=len(article.text),
            topics=tags.topic.topics,
            abstained=tags.topic.abstained,
            candidates=tags.topic.candidates,
            stances=tags.stances,
            story=None,
            why=tags.topic.why,
            source=article.source,
            notes=(*article.notes, *_language_notes(article.language, tags.language)),
            provenance=_provenance(self.release, record.origin),
        )


def encode(article: TaggedArticle) -> bytes:
    """Return the article as JSON in UTF-8, its fields in the order of their declaration."""
    return _encoder.encode(article)


def encode_for(article: TaggedArticle, record: RawRecord) -> bytes:
    """Return the article as JSON, if it is not much larger than its raw record.

    Raises
    ------
    PayloadError
        If it is larger by more than `MAX_ADDED_BYTES`: Unicode normalisation can make a text three times as long.
    """
    value = encode(article)
    max_bytes = len(record.value or b"") + MAX_ADDED_BYTES
    if len(value) > max_bytes:
        message = f"the tagged record has {len(value)} bytes; {max_bytes} are allowed for this raw record"
        raise PayloadError(Stage.ENCODE, RejectReason.OUTPUT_TOO_LARGE, message)
    return value


def _language_notes(declared: str | None, language: Language | None) -> tuple[Note, ...]:
    code = language_code(declared) if declared else None
    if declared is None or code is None or language is None or language.code == code:
        return ()
    return (Note("language", "language_mismatch", declared),)


def _provenance(release: Release, origin: Origin) -> Provenance:
    return Provenance(**msgspec.structs.asdict(release), origin=origin)
