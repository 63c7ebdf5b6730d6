"""An article's stance is the weighted mean of those of its sentences; the evidence has the greatest weight."""

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers.predictions import AbstainReason, Evidence, Span, StanceLabel, StancePrediction
from classifiers.stance import ArticleStanceClassifier, ScoringLimits
from classifiers.stance.aggregation import SENTENCE_SHARE
from classifiers.stance.article import MAX_ARTICLE_MENTIONS, MAX_MENTIONS
from classifiers.stance.pairs import PairBatch, TargetGroup
from classifiers.stance.sentence_model import LABELS
from classifiers.targets.watch_list import Target, TargetKind, WatchList

WATCH_LIST = WatchList(
    (
        Target("iran", "Iran", TargetKind.STATE),
        Target("oman", "Oman", TargetKind.STATE),
        Target("acme", "Acme", TargetKind.COMPANY),
    )
)
ROWS = {"praised": (0.8, 0.1, 0.1), "blamed": (0.1, 0.1, 0.8), "visited": (0.1, 0.8, 0.1), "": (1 / 3, 1 / 3, 1 / 3)}


class WordSentences:
    """A sentence model that knows three verbs, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[PairBatch] = []

    def predict_proba(self, batch: PairBatch) -> NDArray[np.float64]:
        """Return the row of the first known verb in a pair's sentence."""
        self.asked.append(batch)
        rows = [next(row for verb, row in ROWS.items() if verb in sentence) for sentence in batch.sentences]
        return np.array([rows[sentence] for sentence in batch.sentence]).reshape(-1, len(LABELS))


def classifier(threshold: float = 0.0, limits: ScoringLimits | None = None) -> ArticleStanceClassifier:
    """Return a classifier over the verbs, with a threshold for states alone."""
    thresholds = np.where(np.arange(len(TargetGroup)) == TargetGroup.STATE, threshold, 0.0)
    return ArticleStanceClassifier(
        WordSentences(), WATCH_LIST, thresholds=thresholds, limits=limits or ScoringLimits(8, 64)
    )


def stance(text: str, *, threshold: float = 0.0) -> StancePrediction:
    """Return the stance of a text towards Iran."""
    return next(each for each in classifier(threshold).predict_one(text) if each.target == "iran")


def test_certain_sentences_outweigh_uncertain_ones() -> None:
    """A sentence that takes a side outweighs several that do not."""
    text = "Iran is hot. Iran is big. Iran is old. They blamed Iran."

    assert stance(text).label is StanceLabel.AGAINST
    assert text[stance(text).evidence.start :] == "They blamed Iran."


def test_title_outweighs_the_rest() -> None:
    """Of two sentences that contradict each other the title's counts for more."""
    assert stance("All praised Iran\n\nIn a minor point some blamed Iran.").label is StanceLabel.FAVOR


def test_lead_outweighs_the_rest() -> None:
    """Of two sentences that contradict each other the lead's counts for more."""
    text = "Some blamed Iran. It rained. It snowed. It thawed. Others praised Iran."

    assert stance(text).label is StanceLabel.AGAINST
    assert (probabilities := stance(text).probabilities)
    assert probabilities.favor > probabilities.neutral


def test_unsure_stance_has_no_label() -> None:
    """Below the threshold of its group a stance has no label, and its probabilities stay."""
    unsure = stance("Iran is hot.", threshold=0.5)
    (company,) = classifier(0.5).predict_one("Acme is hot.")

    assert (unsure.label, unsure.abstained) == (None, AbstainReason.PROBABILITY_BELOW_THRESHOLD)
    assert company.label is not None
    assert unsure.probabilities
    assert unsure.probabilities.neutral == pytest.approx(1 / 3, abs=1e-4)


def test_an_article_is_less_certain_than_its_sentences() -> None:
    """An article's probabilities are nearer to even than its one sentence's, and still sum to one; its label stands."""
    given = ROWS["blamed"]
    article = stance("They blamed Iran.", threshold=given[LABELS.index(StanceLabel.AGAINST)])
    found = [getattr(article.probabilities, label) for label in LABELS]

    assert article.label is StanceLabel.AGAINST
    assert found == pytest.approx([1 / 3 + SENTENCE_SHARE * (each - 1 / 3) for each in given], abs=1e-4)
    assert stance("They blamed Iran.", threshold=given[LABELS.index(StanceLabel.AGAINST)] + 0.01).label is None


def test_each_target_has_its_own_stance() -> None:
    """Each target of an article has its own stance and all its mentions."""
    text = "They blamed Iran. They praised Oman and Oman's king."
    iran, oman = sorted(classifier().predict_one(text), key=lambda each: each.target)

    assert (iran.label, oman.label) == (StanceLabel.AGAINST, StanceLabel.FAVOR)
    assert [text[mention.start : mention.end] for mention in oman.mentions] == ["Oman", "Oman"]
    assert iran.mentions == (Span(12, 16),)


def test_most_relevant_target_comes_first() -> None:
    """Stances are in order of relevance, then of the first mention."""
    found = classifier().predict_one("Oman visited\n\nIran visited. Acme visited. Oman visited.")

    assert [each.target for each in found] == ["oman", "iran", "acme"]
    assert [each.relevance for each in found] == sorted((each.relevance for each in found), reverse=True)


def test_text_without_targets_has_no_stances() -> None:
    """No target is an empty tuple, alone and in a batch."""
    assert classifier().predict_many(["", "It rained.", "They blamed Iran."])[:2] == [(), ()]
    assert classifier().predict_many([]) == []


def test_batch_does_not_show() -> None:
    """An article has the same stances in any batch."""
    texts = ["They blamed Iran.", "Oman praised Acme.\n\nIran visited Oman.", "Nothing.", "They blamed Iran."]

    assert classifier().predict_many(texts) == [classifier().predict_one(text) for text in texts]


def test_limits_keep_the_first_sentences() -> None:
    """Beyond the limits the first sentences of every target are scored, and their mentions are given."""
    text = "Iran visited Oman. " * 5
    model = WordSentences()
    limited = ArticleStanceClassifier(model, WATCH_LIST, limits=ScoringLimits(3, 4))

    assert {each.target: len(each.mentions) for each in limited.predict_one(text)} == {"iran": 5, "oman": 5}
    assert model.asked[0].sentence.tolist() == [0, 1, 0, 1]


def test_mentions_beyond_the_bound_are_counted() -> None:
    """The first mentions of each target are given, the others are counted, and all count towards the relevance."""
    [iran] = classifier().predict_one("They blamed Iran." + " They blamed Iran." * (MAX_MENTIONS + 2))
    [few] = classifier().predict_one("They blamed Iran.")

    assert (len(iran.mentions), iran.mentions_omitted) == (MAX_MENTIONS, 3)
    assert [place.start for place in iran.mentions] == [12 + 18 * number for number in range(MAX_MENTIONS)]
    assert (few.mentions, few.mentions_omitted) == ((Span(12, 16),), 0)
    assert iran.relevance > few.relevance


def test_mentions_of_many_targets_are_bounded_together() -> None:
    """Of an article with more mentions than are given, each target keeps as many, and the others are counted."""
    names = [f"Land{letter}{other}" for letter in "abcde" for other in "abcdef"]
    watch_list = WatchList(tuple(Target(name.lower(), name, TargetKind.STATE) for name in names))
    text = f"They blamed {' and '.join(names)}. " * 50

    stances = ArticleStanceClassifier(WordSentences(), watch_list).predict_one(text)

    share = MAX_ARTICLE_MENTIONS // len(names)
    assert {(len(each.mentions), each.mentions_omitted) for each in stances} == {(share, 50 - share)}
    assert len(stances) == len(names)


def test_targets_beyond_the_limit_of_an_article_are_left_out() -> None:
    """Where there are more targets than pairs that may be scored, the first targets have a stance."""
    limited = ArticleStanceClassifier(WordSentences(), WATCH_LIST, limits=ScoringLimits(8, 2))

    assert [each.target for each in limited.predict_one("Iran, Oman and Acme visited.")] == ["iran", "oman"]


def test_model_is_given_group_and_places() -> None:
    """The sentence model gets each target's group, and its mentions as places in the sentence."""
    model = WordSentences()
    ArticleStanceClassifier(model, WATCH_LIST).predict_one("Title\n\nIt rained. Later Acme visited Acme.")
    (batch,) = model.asked

    assert batch.group.tolist() == [TargetGroup.COMPANY]
    assert [batch.sentences[0][a:b] for a, b in zip(batch.mention_start, batch.mention_end, strict=True)] == [
        "Acme",
        "Acme",
    ]


def test_mention_across_a_line_break_is_kept() -> None:
    """A name that a line break divides counts for the sentence in which it begins."""
    watch_list = WatchList((Target("uk", "United\nKingdom", TargetKind.STATE),))
    (found,) = ArticleStanceClassifier(WordSentences(), watch_list).predict_one(
        "They blamed the United\nKingdom today."
    )

    assert found.label is StanceLabel.AGAINST
    assert found.evidence == Evidence(0, 22, quoted=False, speaker=None)


def test_a_long_quotation_reaches_the_sentences_within_it() -> None:
    """A sentence in the middle of a quotation bears no mark of it, and is read as quoted all the same."""
    text = 'Talks end\n\nMary Smith said: "We are done. They blamed Iran. Nobody won."\n\nIran is hot.'
    model = WordSentences()
    (found,) = ArticleStanceClassifier(model, WATCH_LIST).predict_one(text)
    (batch,) = model.asked

    assert found.evidence.quoted
    assert found.evidence.speaker is not None
    assert text[found.evidence.speaker.start : found.evidence.speaker.end] == "Mary Smith"
    assert batch.sentences == ["They blamed Iran.", "Iran is hot."]
    quotes = zip(batch.quote_sentence, batch.quote_start, batch.quote_end, strict=True)
    assert [tuple(map(int, quote)) for quote in quotes] == [(0, 0, len("They blamed Iran."))]
