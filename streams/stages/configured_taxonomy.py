"""Configured taxonomy: the file that the settings name, and its topics, by which articles are routed."""

from pathlib import Path

from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.settings.schema import Settings


def taxonomy_file(settings: Settings) -> Path:
    """Return the file of the taxonomy: that of the settings, else the shipped one."""
    return settings.models.taxonomy or resources.seed("taxonomy.json")


def load_taxonomy(settings: Settings) -> Taxonomy:
    """Return the taxonomy that the settings name.

    Raises
    ------
    TaxonomyError
        If it cannot be read.
    """
    return Taxonomy.load(taxonomy_file(settings))
