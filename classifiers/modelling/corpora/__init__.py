"""Texts of others, labelled and not: where they come from, how they are read, what may be learnt from them."""
