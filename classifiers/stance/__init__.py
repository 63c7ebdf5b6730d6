"""Stance: favor, neutral or against, of a sentence and of an article, towards each target that it names."""

from classifiers.stance.classifier import (
    ArticleStanceClassifier,
    LinearStanceClassifier,
    ScoringLimits,
    StanceClassifier,
)

__all__ = ["ArticleStanceClassifier", "LinearStanceClassifier", "ScoringLimits", "StanceClassifier"]
