"""Simple classifiers that a trained model must beat; they follow the same protocols."""
