"""Brokers: the cluster that the settings name (`cluster`), and one that needs no installation (`embedded`)."""
