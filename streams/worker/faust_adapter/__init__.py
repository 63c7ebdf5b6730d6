"""The only place that imports Faust and aiokafka: the app, its consumer and the corrections that both need.

`docs/faust.md` has the reason for each correction.
"""
