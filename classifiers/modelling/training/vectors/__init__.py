"""Word vectors that the models start from, and the sentence encoder that they are distilled from."""
