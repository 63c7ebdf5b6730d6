"""Order of the versions of an article: which one is the newest, and what is published when two of them meet.

`claim` is what a worker states on the versions topic before it publishes, `table` the newest version of each article in
bounded memory, `ordering` the steps by which a batch is published in order. There is no Kafka client here: the worker
carries the steps out.
"""
