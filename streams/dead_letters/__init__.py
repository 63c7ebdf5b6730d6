"""Dead letters: how they are written and read, which ones an operator selects, and their replay."""
