"""The one outcome of every raw record: a union that a `match` has to exhaust."""

from typing import TypeAlias

import msgspec

from streams.records.rejection import RejectReason, Stage
from streams.records.tagged import TaggedArticle


class Tagged(msgspec.Struct, frozen=True, tag=True):
    """The article was tagged."""

    article: TaggedArticle


class Withdrawn(msgspec.Struct, frozen=True, tag=True):
    """The article is to be forgotten downstream."""

    article_id: str


class Rejected(msgspec.Struct, frozen=True, tag=True):
    """The record can never be tagged; `error` is the class of the exception and `message` its sentence."""

    stage: Stage
    reason: RejectReason
    error: str
    message: str


Outcome: TypeAlias = Tagged | Rejected | Withdrawn
