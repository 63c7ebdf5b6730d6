"""Stance classification: favor, neutral or against, of sentences and articles, towards each target they name."""

from classifiers.stance.classifier import (
    ArticleStanceClassifier,
    LinearStanceClassifier,
    ScoringLimits,
    StanceClassifier,
)

__all__ = ["ArticleStanceClassifier", "LinearStanceClassifier", "ScoringLimits", "StanceClassifier"]
