"""Evaluation results for readers: figures, pictures, the model card and the page."""
