"""The steps of an article's path, pure: bytes in, records out, no client, clock or file.

`decode` turns a raw record into a typed article; it reads JSON with `strict_json`, CloudEvents with `cloudevents`, the
field names of other programs with `shapes` and their dates with `dates`. `identity` names the article, `encode` writes
the tagged record, `route` says which records to publish, and `pipeline` tells the whole story in order.
"""
