"""Dead letters: records of the rejected topic, read, selected and replayed into the raw topic."""
