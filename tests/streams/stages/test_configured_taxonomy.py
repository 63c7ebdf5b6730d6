"""The taxonomy that the settings name."""

from pathlib import Path

import pytest

from classifiers.errors import TaxonomyError
from streams.settings import load
from streams.stages.configured_taxonomy import load_taxonomy


def test_the_shipped_taxonomy_is_the_default() -> None:
    """Without a setting the taxonomy is the shipped one."""
    assert load_taxonomy(load(environment={})).slug("medtop:15000000") == "sport"


def test_a_setting_replaces_it(tmp_path: Path) -> None:
    """The file that the settings name is read instead of the shipped one."""
    settings = load(flags={"models.taxonomy": tmp_path / "absent.json"}, environment={})

    with pytest.raises(TaxonomyError, match=r"absent\.json"):
        load_taxonomy(settings)
