"""Typed, frozen records: what comes in, what is between, what goes out.

`origin` has Kafka's side (bytes and their place), `article` the article before it is tagged, `tagged` the published
record, `outcome` the one result of every raw record. Nothing here does anything: the steps are in `streams.stages`.
"""
