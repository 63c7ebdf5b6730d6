"""Configured taxonomy: the file that the settings name, and its topics, by which articles are routed."""

from classifiers import resources
from classifiers.topic.taxonomy import Taxonomy
from streams.settings.schema import Settings


def load_taxonomy(settings: Settings) -> Taxonomy:
    """Return the taxonomy that the settings name, else the shipped one.

    Raises
    ------
    TaxonomyError
        If it cannot be read.
    """
    return Taxonomy.load(settings.models.taxonomy or resources.seed("taxonomy.json"))
