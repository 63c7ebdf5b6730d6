"""Targets of a stance: the watch-list, and where an article names what is on it."""
