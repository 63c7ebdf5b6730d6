"""Training of the line classifier, from templates and corpora."""
