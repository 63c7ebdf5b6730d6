"""Targets of a stance: the watch-list, and the mentions of its targets in a text."""
