"""Training of stance models: the shipped one, its teacher, and a user's own."""
