"""The worker: batches of raw records from the broker, through the pipeline, and back.

`run` is the way in. `app` has Faust, `batches` the life of a batch, `publishing` how its outputs reach the broker,
`execution` where it is classified, `health` and `http` what others see of it. `docs/faust.md` has the reasons.
"""
