"""Typed, frozen records: input, intermediate results, output.

`origin` has Kafka's side (bytes and their place), `article` the article before it is tagged, `tagged` the published
record, `version` its place among the records of one article, `outcome` the one result of every raw record, `rejection`
the reasons and the error of a rejected one. The steps are in `streams.stages`.
"""
