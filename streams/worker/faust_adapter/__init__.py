"""Faust adapter: the only package that imports Faust and aiokafka.

It has the app, its configuration and consumer, and the corrections that Faust and aiokafka need; `docs/faust.md` has
the reason for each correction.
"""
