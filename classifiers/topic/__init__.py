"""Topics of an article: the linear classifier, its bag of words, and the taxonomy that names the topics."""
