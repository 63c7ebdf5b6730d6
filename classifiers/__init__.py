"""Text classification: cleaning, topic and stance of news articles, with training and evaluation.

This package does not depend on Kafka. Importing it is fast: scikit-learn is imported only when a model is loaded or
trained.
"""
