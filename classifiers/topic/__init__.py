"""Topic classification: the linear classifier, its bag-of-words features, and the taxonomy of topics."""
