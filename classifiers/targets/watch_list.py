"""Watch-list: the targets of stance classification, with the names that articles use for them."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

import msgspec

from classifiers.digests import digest
from classifiers.errors import TargetsError

MIN_NAME_CHARS = 2
"""A single letter is too ambiguous to be a name."""

MIN_FOLDED_CHARS = 4
"""Shorter names are mostly acronyms that are also words ("us", "who", "it"), so they match case-sensitively only."""


LANGUAGES: Final = ("ar", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
"""Languages, besides English, in which targets are found; Chinese in both scripts."""


class TargetKind(StrEnum):
    """Kind of target."""

    STATE = "state"
    ORGANISATION = "organisation"
    PERSON = "person"
    COMPANY = "company"


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target: a person, state, organisation or company towards which an article can take a stance.

    `name` is displayed and, unless it is also among the case-sensitive names, matched in any case like the `aliases`;
    `case_sensitive_aliases` match only as written ("US", "Turkey", "Apple"). A person is also matched by surname in
    texts with one of the longer names: see `surnames`.

    `translations` are its names in other languages by ISO 639-1 code, inflected as `word_forms` says; in the languages
    without an entry it has its shipped names, else these ones.
    """

    id: str
    name: str
    kind: TargetKind
    aliases: tuple[str, ...] = ()
    case_sensitive_aliases: tuple[str, ...] = ()
    translations: dict[str, tuple[str, ...]] = {}

    def __hash__(self) -> int:
        """Return the hash of the id: a dict of translations has none."""
        return hash(self.id)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, case-sensitive or not."""
        return (self.name, *self.aliases, *self.case_sensitive_aliases)

    @property
    def folded_names(self) -> tuple[str, ...]:
        """The names that match in any case."""
        exact = set(self.case_sensitive_aliases)
        return tuple(name for name in (self.name, *self.aliases) if name not in exact)


class WatchList(msgspec.Struct, frozen=True):
    """All targets, the names that only resemble one, and the digest of their file.

    `not_targets` are names that contain a target's name and mean something else ("Washington Post", "New Mexico"). The
    digest is `sha256:` and hexadecimal digits, empty without a file.
    """

    targets: tuple[Target, ...]
    digest: str = ""
    not_targets: tuple[str, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the watch-list of a TOML file with a table `[[targets]]` per target and optional `not_targets`.

        Raises
        ------
        TargetsError
            The file cannot be read or breaks a rule: every problem in one message.
        """
        try:
            content = path.read_bytes()
            file = msgspec.convert(tomllib.loads(content.decode()), type=_File)
        except (OSError, ValueError) as error:
            kinds = f" (valid kinds: {', '.join(TargetKind)})" if "enum" in str(error) else ""
            raise TargetsError(
                f"cannot read the watch-list {str(path)!r}: {error}{kinds}; fix the file or the setting"
            ) from error
        if problems := list(_problems(file)):
            raise TargetsError(
                f"the watch-list {str(path)!r} cannot be used: {'; '.join(problems)}; fix the file", problems=problems
            )
        return cls(file.targets, digest(content), file.not_targets)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    targets: tuple[Target, ...]
    not_targets: tuple[str, ...] = ()


def _problems(file: _File) -> Iterator[str]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    ids: defaultdict[str, int] = defaultdict(int)
    for name in file.not_targets:
        owners[name.casefold()].append("not_targets")
        if name != name.strip() or len(name) < MIN_FOLDED_CHARS:
            yield f"not_targets has the name {name!r}, which is too short or has white space at its ends"
    for target in file.targets:
        ids[target.id] += 1
        for name in sorted({name.casefold() for name in target.folded_names} | set(target.case_sensitive_aliases)):
            owners[name].append(target.id)
        yield from _name_problems(target)
    yield from (f"the id {id_!r} occurs {count} times" for id_, count in ids.items() if count > 1)
    yield from (f"{' and '.join(of)} share the name {name!r}" for name, of in owners.items() if len(of) > 1)
    if "" in ids:
        yield "a target has an empty id"
    if not ids:
        yield "it has no targets"


def _name_problems(target: Target) -> Iterator[str]:
    for language, names in target.translations.items():
        if language not in LANGUAGES:
            yield f"{target.id} has translations in {language!r}, which is not one of {', '.join(LANGUAGES)}"
        for name in names:
            if name != name.strip() or len(name) < MIN_NAME_CHARS:
                yield f"{target.id} has the name {name!r}, which is too short or has white space at its ends"
    for name in target.names:
        if name != name.strip() or len(name) < MIN_NAME_CHARS:
            yield f"{target.id} has the name {name!r}, which is too short or has white space at its ends"
    for name in target.folded_names:
        if len(name) < MIN_FOLDED_CHARS:
            yield f"{target.id} has the short name {name!r}, which must be one of its case_sensitive_aliases"
