"""How the outputs of a batch reach the broker, with retries until every one is acknowledged."""
