"""Training of topic models: the shipped one and a user's own."""
