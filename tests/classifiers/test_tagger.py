"""The tagger asks each classifier about the texts that it can read, and puts the answers back in order."""

from collections.abc import Sequence

import pytest

from classifiers import resources
from classifiers.language import LanguageDetector
from classifiers.model_files import Manifest
from classifiers.modelling.baselines.topic import KeywordTopic, load_keywords
from classifiers.predictions import (
    AbstainReason,
    Evidence,
    Language,
    Span,
    StanceLabel,
    StancePrediction,
    StanceProbabilities,
    Tags,
)
from classifiers.stance.mention_stances import MentionStances
from classifiers.tagger import Tagger, TaggerSources
from classifiers.targets.watch_list import Target, TargetKind, WatchList
from classifiers.topic.taxonomy import Taxonomy

NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
ENGLISH = "The striker scored twice in the final and the team won the championship at last."
GERMAN = "Die Bundesregierung hat am Montag in Berlin einen neuen Haushalt für das nächste Jahr beschlossen."
UNSURE = "XK-7 QZ 99"


class StubStance:
    """Answers every text with one stance towards itself, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def predict_many(self, texts: Sequence[str]) -> list[tuple[StancePrediction, ...]]:
        """Return one stance per text."""
        self.asked += texts
        even = StanceProbabilities(0.2, 0.6, 0.2)
        return [
            (
                StancePrediction(
                    target=text[:9],
                    name=text[:9],
                    kind=TargetKind.PERSON,
                    label=StanceLabel.NEUTRAL,
                    abstained=None,
                    probabilities=even,
                    relevance=1.0,
                    mentions=(Span(0, 9),),
                    mentions_omitted=0,
                    evidence=Evidence(0, len(text), quoted=False, speaker=None),
                ),
            )
            for text in texts
        ]

    def predict_one(self, text: str) -> tuple[StancePrediction, ...]:
        """Return one stance."""
        return self.predict_many([text])[0]


def manifest(name: str, kind: str, *languages: str) -> Manifest:
    """Return a manifest of that name, kind and languages, and nothing else."""
    return Manifest(name, kind, "1", (), {}, (), {}, {}, None, {}, digest=f"sha256:{name}", languages=languages)


@pytest.fixture
def stance() -> StubStance:
    """Return the stance classifier that the tagger asks."""
    return StubStance()


@pytest.fixture
def tagger(stance: StubStance) -> Tagger:
    """Return a tagger of a real detector, the keyword baseline and the stub."""
    sources = TaggerSources(
        manifest("words", "topic", "en"), manifest("stub", "stance", "en"), "sha256:taxonomy", "sha256:targets"
    )
    return Tagger(LanguageDetector(), KeywordTopic(load_keywords(), NAMES), stance, sources)


def tag(tagger: Tagger, text: str, declared: str | None = None) -> Tags:
    """Return the tags of one text."""
    return tagger.tag_many([text], [declared])[0]


def test_english_text_has_everything(tagger: Tagger) -> None:
    """A text in a supported language has a language, a topic and stances."""
    tags = tag(tagger, ENGLISH)

    assert tags.language is not None
    assert tags.language.code == "en"
    assert tags.topic.topics[0].id == "medtop:15000000"
    assert [each.target for each in tags.stances] == ["The strik"]


def test_other_language_abstains(tagger: Tagger, stance: StubStance) -> None:
    """A text in another language has no topic, for that reason, and no stances, and the models are not asked."""
    tags = tag(tagger, GERMAN)

    assert tags.topic.abstained is AbstainReason.LANGUAGE_NOT_SUPPORTED
    assert tags.topic.topics == ()
    assert tags.stances == ()
    assert stance.asked == []


@pytest.mark.parametrize(
    ("topic", "in_stance", "asked"),
    [
        pytest.param(("de",), ("en",), [ENGLISH], id="topic in German"),
        pytest.param(("de", "en"), ("de", "en"), [ENGLISH, GERMAN], id="both in both"),
        pytest.param(("en",), (), [], id="stance in none"),
    ],
)
def test_each_model_is_applied_to_its_languages(
    stance: StubStance, topic: tuple[str, ...], in_stance: tuple[str, ...], asked: list[str]
) -> None:
    """A model predicts for texts in the languages of its manifest, independently of the other model."""
    sources = TaggerSources(manifest("words", "topic", *topic), manifest("stub", "stance", *in_stance), "", "")
    tagger = Tagger(LanguageDetector(), KeywordTopic(load_keywords(), NAMES), stance, sources)

    tags = tagger.tag_many([ENGLISH, GERMAN], [None, None])

    unsupported = [each.topic.abstained is AbstainReason.LANGUAGE_NOT_SUPPORTED for each in tags]
    assert unsupported == ["en" not in topic, "de" not in topic]
    assert stance.asked == asked


def test_targets_are_found_in_other_languages(stance: StubStance) -> None:
    """A text in a language that the stance model does not predict in has its targets, without a label."""
    sources = TaggerSources(manifest("words", "topic", "en"), manifest("stub", "stance", "en"), "", "")
    mentions = MentionStances(WatchList((Target("germany", "Germany", TargetKind.STATE),)))
    tagger = Tagger(LanguageDetector(), KeywordTopic(load_keywords(), NAMES), stance, sources, mentions)

    german, english = tagger.tag_many([GERMAN, ENGLISH], [None, None])

    assert [(each.target, each.abstained) for each in german.stances] == [
        ("germany", AbstainReason.LANGUAGE_NOT_SUPPORTED)
    ]
    assert [each.label for each in english.stances] == [StanceLabel.NEUTRAL]


def test_detected_language_outweighs_the_declared(tagger: Tagger) -> None:
    """What is detected with certainty in a long text counts, whatever the publisher declares."""
    long = f"{GERMAN} " * 4

    assert tag(tagger, long, "en").language == tag(tagger, long).language
    assert tag(tagger, GERMAN, "en").language == Language("en", None)


@pytest.mark.parametrize(
    ("text", "declared", "code"),
    [
        pytest.param("12 345", "de-AT", "de", id="nothing to detect"),
        pytest.param(UNSURE, "pt_BR", "pt", id="unsure"),
    ],
)
def test_declared_language_counts_where_detection_fails(tagger: Tagger, text: str, declared: str, code: str) -> None:
    """Where nothing can be detected, or not with certainty, the declared language counts, without a probability."""
    assert tag(tagger, text, declared).language == Language(code, None)


@pytest.mark.parametrize("declared", [None, "", "-"])
def test_text_without_a_language_is_too_little(tagger: Tagger, declared: str | None) -> None:
    """A text without letters and without a declared language has no language, and too little text for a topic."""
    tags = tag(tagger, "12 345", declared)

    assert tags.language is None
    assert tags.topic.abstained is AbstainReason.TOO_LITTLE_TEXT


def test_answers_keep_their_order(tagger: Tagger) -> None:
    """In a batch of several languages every text has the tags that it has alone."""
    texts = [
        GERMAN,
        ENGLISH,
        "12 345",
        GERMAN,
        "Floods and a landslide killed many people in the valley.",
    ]

    together = tagger.tag_many(texts, [None] * len(texts))

    assert together == [tag(tagger, text) for text in texts]


def test_empty_batch_gives_nothing(tagger: Tagger) -> None:
    """No texts, no tags."""
    assert tagger.tag_many([], []) == []


def test_sources_are_stated(tagger: Tagger) -> None:
    """The tagger states the manifests of its models and the digests of its taxonomy and watch-list."""
    assert (tagger.topic_manifest.name, tagger.stance_manifest.name) == ("words", "stub")
    assert (tagger.taxonomy_digest, tagger.targets_digest) == ("sha256:taxonomy", "sha256:targets")
