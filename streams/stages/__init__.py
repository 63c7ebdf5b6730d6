"""The stages of the pipeline: bytes in, records out, with no Kafka client and no wall clock.

Files are read by `Pipeline.load` and `load_taxonomy` alone, before the first record.

`decode` turns a raw record into a typed article. For it `payload` parses the value with `strict_json` and takes it out
of its CloudEvent with `cloudevents`, and `field_reader` reads the fields under the names in `shapes`, dates with
`dates`. `identity` computes the article's id, `encode` writes the tagged record, `route` selects the records to
publish, and `pipeline` runs all of them in order.
"""
