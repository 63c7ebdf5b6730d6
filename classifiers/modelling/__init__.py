"""Makes and measures models: corpora, training, evaluation. Never imported on an article's way through the worker."""
