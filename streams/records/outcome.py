"""Outcome: the one result of every raw record, a union that a `match` has to exhaust.

An outcome is small, because it crosses from the child process to the worker for every record: it has what logs,
metrics and routes need. The tagged article itself is in the output records.
"""

from typing import Self, TypeAlias

import msgspec

from classifiers.predictions import AbstainReason, StanceLabel
from streams.records.rejection import RejectReason, Stage
from streams.records.tagged import TaggedArticle


class Tagged(msgspec.Struct, frozen=True, tag=True):
    """The article was tagged.

    `main_topic` is the id of its first topic, or None with the reason in `abstained`. `stances` has one label for each
    target found, None where no class was probable enough. `notes` are the fields and reasons of the article's notes,
    without their values.
    """

    article_id: str
    main_topic: str | None
    abstained: AbstainReason | None
    stances: tuple[StanceLabel | None, ...]
    notes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_article(cls, article: TaggedArticle) -> Self:
        """Return the outcome of a tagged article."""
        return cls(
            article_id=article.id,
            main_topic=article.topics[0].id if article.topics else None,
            abstained=article.abstained,
            stances=tuple(stance.label for stance in article.stances),
            notes=tuple((note.field, note.reason) for note in article.notes),
        )


class Withdrawn(msgspec.Struct, frozen=True, tag=True):
    """The article is withdrawn: consumers of the output topics delete it."""

    article_id: str


class Rejected(msgspec.Struct, frozen=True, tag=True):
    """The record can never be tagged; `error` is the class of the exception and `message` its sentence."""

    stage: Stage
    reason: RejectReason
    error: str
    message: str


Outcome: TypeAlias = Tagged | Rejected | Withdrawn
