"""The release: what decides, beside the raw record, what is said about an article."""

import msgspec

from classifiers.digests import digest
from classifiers.model_files import Manifest
from classifiers.tagger import Tagger
from streams import __version__
from streams.records.tagged import ModelProvenance, ModelsProvenance, Release
from streams.settings.schema import Settings


def release_of(tagger: Tagger, rules_digest: str, settings: Settings) -> Release:
    """Return the names and digests of everything that is loaded."""
    return Release(
        code=__version__,
        models=ModelsProvenance(topic=_model(tagger.topic_manifest), stance=_model(tagger.stance_manifest)),
        taxonomy=tagger.taxonomy_digest,
        targets=tagger.targets_digest,
        rules=rules_digest,
        settings=settings_digest(settings),
    )


def settings_digest(settings: Settings) -> str:
    """Return the digest of the settings that change a tagged record: the limits and how it is tagged."""
    relevant = [settings.limits.model_dump(mode="json"), settings.tagging.model_dump(mode="json")]
    return digest(msgspec.json.encode(relevant, order="sorted"))


def _model(manifest: Manifest) -> ModelProvenance:
    return ModelProvenance(name=manifest.name, version=manifest.version, digest=manifest.digest)
