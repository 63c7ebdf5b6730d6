"""The shipped names of targets in other languages are consistent with the watch-list and with each other."""

from collections import defaultdict

import pytest

from classifiers import resources
from classifiers.targets.language_matching import LanguageMatcher
from classifiers.targets.language_names import load_names
from classifiers.targets.watch_list import LANGUAGES, MIN_NAME_CHARS, TargetKind, WatchList

WATCH_LIST = WatchList.load(resources.seed("targets.toml"))
MIN_STATES = 175
"""Of the 184 states of the watch-list CLDR names 182; in some languages all names of a few are ambiguous."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_of_targets(language: str) -> None:
    """Names belong to targets of the watch-list, and nearly every state has some."""
    names = load_names(language).names
    kinds = {target.id: target.kind for target in WATCH_LIST.targets}

    assert names.keys() <= kinds.keys()
    assert sum(kinds[target] is TargetKind.STATE and bool(listed) for target, listed in names.items()) >= MIN_STATES


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_unambiguous(language: str) -> None:
    """No name belongs to two targets, and none is a single character or has white space at its ends."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for target, listed in load_names(language).names.items():
        for name in listed:
            owners[name].append(target)

    assert {name: of for name, of in owners.items() if len(of) > 1} == {}
    assert [name for name in owners if len(name) < MIN_NAME_CHARS or name != name.strip()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_targets_are_no_mentions(language: str) -> None:
    """A longer name that means something else is not a mention of the target whose name it contains."""
    matcher = LanguageMatcher(WATCH_LIST, language)

    assert [name for name in load_names(language).not_targets if matcher.find(name)] == []
