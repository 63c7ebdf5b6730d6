"""The worker: reads batches of raw records, processes them, publishes the outputs and acknowledges the records.

`run` is the entry point, `assembly` puts the parts together, and `batches` has the life of a batch. Below them:
`faust_adapter` reads, `classify` processes, `publish` writes, `probes` reports health. `docs/faust.md` has the reasons.
"""
