"""The shipped models keep their quality on texts of this project, which are here where the public corpora are not.

The texts of `news_items.toml` and `target_sentences.toml` are short and clear, and the figures on them higher than on
news: they show that a model, its cleaning and its thresholds work, and the model cards how well. `test_quality_gate.py`
and `test_stance_quality.py` hold the floors on public corpora.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifiers import model_files, resources
from classifiers.cleaning import clean
from classifiers.language import identify_each
from classifiers.modelling.baselines.stance import LexiconSentences
from classifiers.modelling.baselines.topic import KeywordTopic, load_keywords
from classifiers.modelling.corpora import near_copies, sources
from classifiers.modelling.corpora.stance_pairs import LabelledPair
from classifiers.modelling.evaluation import stances, topics
from classifiers.modelling.evaluation.scoring import Rows, Summary, summarise
from classifiers.modelling.evaluation.stances import StanceModel
from classifiers.modelling.evaluation.topics import TopicRows
from classifiers.predictions import Span, StanceLabel
from classifiers.stance.pairs import GROUPS, TargetGroup, TargetSentence
from classifiers.targets.watch_list import TargetKind
from classifiers.topic.classifier import LinearTopicClassifier, TopicClassifier
from classifiers.topic.taxonomy import Taxonomy

FOLDER = Path(__file__).parent / "classifiers"
NAMES = Taxonomy.load(resources.seed("taxonomy.json"))
