"""Text in, prediction out: cleaning, topic and stance of news articles, with training and evaluation.

This package knows nothing of Kafka. Importing it is light: scikit-learn is imported by the modules that load or
train a model, when they do.
"""
