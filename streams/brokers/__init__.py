"""Brokers: the cluster that the settings name (`cluster`), and an embedded one for demos and tests (`embedded`)."""
