"""Taxonomy: ids, labels and slugs of the topics, read from a file.

The shipped file contains the top level of the IPTC Media Topics (http://cv.iptc.org/newscodes/mediatopic/, CC BY 4.0).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import msgspec

from classifiers.digests import digest
from classifiers.errors import TaxonomyError

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
"""A slug is part of the name of a Kafka topic."""


class Topic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One topic: its code, its label for display, and its slug."""

    id: str
    label: str
    slug: str


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    scheme: str
    licence: str
    topics: tuple[Topic, ...]


class Taxonomy:
    """A fixed, ordered set of topics.

    Parameters
    ----------
    topics
        At least one; ids, labels and slugs occur once each.
    digest
        Digest of the file: `sha256:` and hexadecimal digits.
    """

    def __init__(self, topics: Iterable[Topic], digest: str) -> None:
        self.topics = tuple(topics)
        self.digest = digest
        self._by_id = {topic.id: topic for topic in self.topics}
        self._ids = {name: topic.id for topic in self.topics for name in (topic.id, topic.label, topic.slug)}

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the taxonomy of a file.

        Raises
        ------
        TaxonomyError
            The file cannot be read or breaks a rule: every problem in one message.
        """
        try:
            content = path.read_bytes()
            file = msgspec.json.decode(content, type=_File)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise TaxonomyError(
                f"cannot read the taxonomy {str(path)!r}: {error}; fix the file or the setting"
            ) from error
        if problems := list(_problems(file.topics)):
            raise TaxonomyError(
                f"the taxonomy {str(path)!r} cannot be used: {'; '.join(problems)}; fix the file", problems=problems
            )
        return cls(file.topics, digest(content))

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids in the order of the file."""
        return tuple(self._by_id)

    def label(self, id_: str) -> str:
        """Return the label of a topic; KeyError for an unknown id."""
        return self._by_id[id_].label

    def slug(self, id_: str) -> str:
        """Return the slug of a topic; KeyError for an unknown id."""
        return self._by_id[id_].slug

    def find_id(self, name: str) -> str:
        """Return the id of a topic by its id, label or slug; KeyError for an unknown name."""
        return self._ids[name]


def _problems(topics: Iterable[Topic]) -> Iterator[str]:
    topics = tuple(topics)
    if not topics:
        yield "it has no topics"
    for field in ("id", "label", "slug"):
        counts = Counter(getattr(topic, field) for topic in topics)
        yield from (f"the {field} {value!r} occurs {count} times" for value, count in counts.items() if count > 1)
        yield from (f"a topic has an empty {field}" for value in counts if not value)
    for topic in topics:
        if not _SLUG.fullmatch(topic.slug):
            yield f"the slug {topic.slug!r} does not consist of lower-case letters, digits and inner hyphens"
